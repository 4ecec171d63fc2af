"""How allauth behaves here."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from accounts.actions import reset_password
from accounts.letters import entrance as letters
from accounts.models import User, clean_address
from accounts.requests import actor_of
from accounts.sessions.browsers import is_known
from audit.recording import record
from console.origin import OriginRequest
from console.paths import is_own_path

# The session's key for the account whose password was given here, and whose address is not verified yet.
AWAITING = "awaiting_verification_of"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up and sign-in through allauth, with our mails and our idea of where a request comes from."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count: the one that everything else uses, which no header can fake."""
        return cast("OriginRequest", request).client_address

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What failed sign-ins are counted by: the account, whichever of its addresses is given; else what was given.

        In browsers that the account knows they count apart: nobody's guesses elsewhere lock its person out.
        """
        email = str(credentials.get("email", "")).strip().lower()
        owner = User.objects.owner_of(email)
        # For somebody unknown as many queries are made (ATTACKS 9). The Host is left out: its port a client makes up.
        known = is_known(request, owner or User(email=email))
        return f"{owner.pk if owner else email} {'known' if known else ''}"

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
        try:
            with transaction.atomic():
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:
            # Another account has verified the same address at this very moment: it is theirs.
            email_address.verified = False
            return False

    def set_password(self, user: User, password: str) -> None:
        """Set the password that was chosen with a mailed link. Changing it otherwise does not come by here."""
        if self.request.user.is_authenticated:
            # Every session ends, this one too; its page must not save it again.
            self.logout(self.request)
        reset_password(user=user, new=password, by=actor_of(self.request, user))

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Where a signed-in user goes on who has verified an address: one more than the primary one is in the list."""
        if self.request.user.is_authenticated and not email_address.primary:
            return reverse("accounts:preferences_addresses")
        return str(super().get_email_verification_redirect_url(email_address))

    def get_login_stages(self) -> list[str]:
        """What stands between giving a password, or the like, and being signed in: a verified address, then the factor.

        In this order: an address that nobody has verified must not become a way to guess second factors.
        """
        return [*super().get_login_stages(), "accounts.entrance.stages.SecondFactorStage"]

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
        return is_own_path(url or "")
