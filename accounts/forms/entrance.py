"""Forms of signing up, in, and resetting: what ours decide differently from allauth's."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import addresses
from accounts.actions import claim_account
from accounts.models import User
from accounts.requests import UserRequest


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
    """Sign-up. An address that somebody has only claimed for their account keeps its owner from nothing."""

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
                return claimed, None
        if self.account_already_exists:
            # Takes as long as making the account would (ATTACKS 9).
            make_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                saved = super().try_save(request)
        except IntegrityError:
            self.account_already_exists = User.objects.owning(email).exists()
            if not self.account_already_exists:
                raise
            saved = super().try_save(request)
        return saved


class ResetPasswordForm(AddressForm, allauth_forms.ResetPasswordForm):
    """A new password, for the account that owns the address; not for one that has only claimed it."""

    users: list[User]

    def clean_email(self) -> str:
        """Find the accounts that get a link."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.owns(email)]
        return email
