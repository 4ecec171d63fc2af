"""What accounts do when allauth says that something happened: record it, and tell the apps above.

The adapter calls what sends `email_confirmed` in a transaction; what has no row of its own to go with is written alone.
"""

from typing import Any

from allauth.account import signals as allauth_signals
from allauth.account.models import EmailAddress
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts import signals
from accounts.models import User
from accounts.proof import note_proof
from accounts.requests import actor_of
from audit.actors import Actor
from audit.models import Event
from audit.recording import record
from console.origin import OriginRequest


@receiver(allauth_signals.user_logged_in)
def record_sign_in(request: OriginRequest, user: User, **_: Any) -> None:
    """Somebody is in."""
    note_proof(request)
    record("account.signed_in", by=actor_of(request, user), subject_id=user.pk, target=user)
    signals.signed_in.send(sender=User, user=user, request=request)


@receiver(allauth_signals.email_confirmed)
def record_verification(request: OriginRequest, email_address: EmailAddress, **_: Any) -> None:
    """An address was proven."""
    user = email_address.user
    record("account.address_verified", by=actor_of(request, user), subject_id=user.pk, target=user)
    signals.address_verified.send(sender=User, user=user, email=email_address.email)


@receiver(allauth_signals.password_reset)
def forget_claimed_addresses(user: User, **_: Any) -> None:
    """Drop what somebody may have planted before the owner of the mailbox took the account back (ATTACKS 5)."""
    EmailAddress.objects.filter(user=user, verified=False).exclude(email=user.email).delete()


@receiver(user_logged_out)
def record_sign_out(request: OriginRequest, user: User | None, **_: Any) -> None:
    """Somebody has left."""
    if user:
        record("account.signed_out", by=actor_of(request, user), subject_id=user.pk, target=user)


@receiver(user_login_failed)
def record_failed_sign_in(credentials: dict[str, Any], request: OriginRequest | None = None, **_: Any) -> None:
    """A wrong password. Written for unknown addresses too: the time it takes must not tell them apart (ATTACKS 9)."""
    if request is None:
        return
    user = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
    record(
        "account.signed_in",
        by=Actor.visitor(request.origin),
        subject_id=user.pk if user else None,
        outcome=Event.Outcome.DENIED,
    )
