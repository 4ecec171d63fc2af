"""The form that asks who one is, once more."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions import confirm_password
from accounts.factors import has_second_factor
from accounts.forms.factor import FactorForm
from accounts.models import User
from accounts.requests import UserRequest
from audit.actors import Actor
from console.refusal import Refused


class PasswordProofForm(forms.Form):
    """The account's password, of a user who has no second factor; ``is_proven`` once it was right."""

    is_proven = False

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, user: User, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.by = user, by

    def clean(self) -> dict[str, Any]:
        """Compare."""
        if password := self.cleaned_data.get("password"):
            try:
                confirm_password(user=self.user, password=password, by=self.by)
            except Refused as refusal:
                self.add_error("password", refusal)
            else:
                self.is_proven = True
        return self.cleaned_data


type ProofForm = FactorForm | PasswordProofForm


def proof_form(request: UserRequest, *, posted: bool) -> ProofForm | None:
    """The question that fits the user: for a second factor if they have one, else for the password.

    None for who has neither: they confirm at the provider that they sign in with.
    """
    if has_second_factor(request.user):
        return FactorForm.of(request, request.user, request.actor)
    return password_form(request, posted=posted)


def password_form(request: UserRequest, *, posted: bool) -> PasswordProofForm | None:
    """The question for the password, whatever second factors there are; None for who has no password."""
    user = request.user
    if user.has_usable_password():
        return PasswordProofForm(request.POST if posted else None, user=user, by=request.actor)
    return None
