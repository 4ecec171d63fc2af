"""Proving that an address is a user's. Only here and in the adapter stand allauth's internals."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.requests import actor_of
from audit.recording import record
from console.origin import OriginRequest


@transaction.atomic
def begin_verification(request: OriginRequest, user: User, email: str) -> bool:
    """Make ``email`` an address of the user, unverified, and send the mail that verifies it; whether one was sent.

    Says nothing of other accounts that may have the address; the mail goes to its owner in any case, and at most one
    every three minutes.
    """
    address, added = EmailAddress.objects.get_or_create(user=user, email=email.lower())
    if added:
        record("account.address_added", by=actor_of(request, user), subject_id=user.pk, target=user)
    if address.verified or not _may_mail(request, user, email):
        return False
    address.send_confirmation(request)
    return True


def _may_mail(request: OriginRequest, user: User, email: str) -> bool:
    # By account and address: nobody uses up the mail that somebody else's sign-up needs.
    key = f"{user.pk}:{email.lower()}"
    return bool(ratelimit.consume(request, app="allauth.account", action="confirm_email", key=key, limit_get=True))


def is_proven(request: HttpRequest, email: str) -> bool:
    """Whether this browser has shown that ``email`` belongs to whoever sits there."""
    return bool(get_adapter().is_email_verified(request, email))


def forget_proof(request: HttpRequest) -> None:
    """Let what was proven count no more."""
    get_adapter().unstash_verified_email(request)


def note_proven_address(request: HttpRequest, email: str) -> None:
    """Remember, for a sign-up in this browser, that ``email`` was proven: a link mailed to it was opened."""
    get_adapter().stash_verified_email(request, email)
