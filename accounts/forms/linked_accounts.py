"""The form of somebody who signs up by a provider that gives no address."""

from typing import Any

from allauth.account.forms import BaseSignupForm
from django.http import HttpResponseBase

from accounts.forms.entrance import AddressForm
from accounts.providers.adapter import sign_up
from accounts.requests import VisitorRequest


class ProviderSignupForm(AddressForm, BaseSignupForm):
    """The one thing that the provider did not say."""

    def __init__(self, *args: Any, sociallogin: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sociallogin = sociallogin

    def validate_unique_email(self, value: str) -> str:
        """Say of no address that it has an account."""
        return value

    def try_save(self, request: VisitorRequest) -> tuple[None, HttpResponseBase]:
        """Make the account; our mail asks whether the address is theirs."""
        return None, sign_up(request, self.sociallogin, self.cleaned_data["email"])
