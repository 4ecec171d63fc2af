"""How allauth behaves here."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from accounts.letters import entrance as letters
from accounts.models import User, clean_address
from accounts.requests import actor_of
from audit.recording import record
from console.origin import OriginRequest

# The session's key for the account whose password was given here, and whose address is not verified yet.
AWAITING = "awaiting_verification_of"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up and sign-in through allauth, with our mails and our idea of where a request comes from."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count: the one that everything else uses, which no header can fake."""
        return cast("OriginRequest", request).client_address

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What failed sign-ins of one account are counted by: not the Host too, whose port a client makes up."""
        return str(credentials.get("email", "")).lower()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002 -- allauth's signature
        """Save the new user; what belongs to a user (the personal account) comes or fails with it.

        An address that this browser has proven (`addresses.note_proven_address`) counts only for a sign-up with it.
        """
        if not self.is_email_verified(request, form.cleaned_data["email"]):
            self.unstash_verified_email(request)
        here = cast("OriginRequest", request)
        with transaction.atomic():
            super().save_user(request, user, form, commit)
            record("account.created", by=actor_of(here, user), subject_id=user.pk, target=user)
        return user

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark an address as verified; what listens comes or fails with it."""
        with transaction.atomic():
            return bool(super().confirm_email(request, email_address))

    def set_password(self, user: User, password: str) -> None:
        """Set a new password, with its event."""
        with transaction.atomic():
            super().set_password(user, password)
            record("account.password_changed", by=actor_of(self.request, user), subject_id=user.pk, target=user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of allauth's mails in our words, through the outbox."""
        letters.send(template_prefix.removeprefix("account/email/"), to=email, context=context)

    def respond_email_verification_sent(self, request: HttpRequest, user: User | None) -> HttpResponseBase:
        """Say that a mail was sent; remember that this browser has given the account's password."""
        if user:
            request.session[AWAITING] = str(user.pk)
        return cast("HttpResponseBase", super().respond_email_verification_sent(request, user))

    def is_ajax(self, request: HttpRequest) -> bool:
        """Answer with our pages only: allauth's JSON twins repeat what was typed, passwords too."""
        return False

    def clean_email(self, email: str) -> str:
        """Take addresses that cannot be mistaken for another (`accounts.models.clean_address`)."""
        return clean_address(email)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether to go to ``url`` after signing in: only a path of this console (ATTACKS 18)."""
        return bool(url and url.startswith("/") and super().is_safe_url(url))
