"""Forms of signing up, in, and resetting: what ours decide differently from allauth's."""

from contextlib import suppress
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.actions import accept_terms, claim_account
from accounts.entrance import addresses
from accounts.entrance.backends import ResetTokens
from accounts.forms.passwords import as_new_password
from accounts.forms.terms import TermsField
from accounts.models import User
from accounts.requests import UserRequest, actor_of
from accounts.terms import latest
from console.ids import uuid7
from console.refusal import Refused


class AddressForm(forms.Form):
    """Says of an e-mail address what our other forms say; the packages' words differ, from each other too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.EmailField):
                field.label = _("E-mail address")
                field.error_messages["invalid"] = _("Enter an e-mail address such as name@example.com.")
                field.widget.attrs.pop("placeholder", None)


class LoginForm(AddressForm, allauth_forms.LoginForm):
    """Sign-in."""


class SignupForm(AddressForm, allauth_forms.SignupForm):
    """Sign-up. An address that somebody has only claimed for their account keeps its owner from nothing.

    Whoever signs up accepts the terms in force, where there are any.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_new_password(self.fields["password1"])
        self.terms = latest.get()
        if self.terms:
            self.fields["accepted"] = TermsField(self.terms)

    def validate_unique_email(self, value: str) -> str:
        """Note whether the address belongs to an account; the page tells nobody (allauth mails its owner)."""
        self.account_already_exists = User.objects.owning(value).exists()
        return value

    def try_save(self, request: UserRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account with its address; of two at once, the second hears what it would hear a moment later."""
        saved: tuple[User | None, HttpResponse | None]
        email = self.cleaned_data["email"]
        if self.account_already_exists and addresses.is_proven(request, email):
            claimed = claim_account(email=email, password=self.cleaned_data["password1"], by=request.actor)
            if claimed:
                addresses.forget_proof(request)
                self._accept_terms(request, claimed)
                return claimed, None
        if self.account_already_exists:
            self._rehearse(request)
        try:
            with transaction.atomic():
                saved = super().try_save(request)
        except IntegrityError:
            self.account_already_exists = User.objects.owning(email).exists()
            if not self.account_already_exists:
                raise
            saved = super().try_save(request)
        return saved

    def save(self, request: UserRequest) -> User:
        """Make the account, with the terms that its person has accepted."""
        user: User = super().save(request)
        self._accept_terms(request, user)
        return user

    def _accept_terms(self, request: UserRequest, user: User) -> None:
        if self.terms:
            # Where they have changed this very minute, the first page after signing in asks for the new ones.
            with suppress(Refused):
                accept_terms(user=user, terms_id=self.terms.id, by=actor_of(request, user))

    def _rehearse(self, request: UserRequest) -> None:
        """Make the account with an address of nobody's, and take it back: the same hash, the same queries (ATTACKS 9).

        What was to happen after the commit is forgotten with it.
        """
        email = self.cleaned_data["email"]
        self.account_already_exists, self.cleaned_data["email"] = False, f"{uuid7().hex}@{email.rpartition('@')[2]}"
        with transaction.atomic():
            self.save(request)
            transaction.set_rollback(True)
        self.account_already_exists, self.cleaned_data["email"] = True, email


class ResetPasswordForm(AddressForm, allauth_forms.ResetPasswordForm):
    """A new password, for the account that owns the address; not for one that has only claimed it."""

    users: list[User]

    def clean_email(self) -> str:
        """Find the account that gets a link."""
        email: str = get_adapter().clean_email(self.cleaned_data["email"])
        owner = User.objects.owner_of(email)
        self.users = [owner] if owner and owner.is_active else []
        return email

    def save(self, request: UserRequest, **kwargs: Any) -> str:
        """Mail the link; for somebody unknown the work of making one is done as well (ATTACKS 9)."""
        if not self.users:
            ResetTokens().make_token(User(email=self.cleaned_data["email"]))
        email: str = super().save(request, **kwargs)
        return email
