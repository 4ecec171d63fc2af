"""The form that deletes an account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from console.forms import ActionForm


class DeletionForm(ActionForm):
    """The account's own address, typed: nobody does this by a slip of the hand."""

    email = forms.CharField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["email"].help_text = _("Type %(address)s to go on.") % {"address": user.email}

    def arguments(self) -> dict[str, Any]:
        """Nothing of what was typed: it only had to be right."""
        return {}

    def clean_email(self) -> str:
        """Compare."""
        email: str = self.cleaned_data["email"]
        if email.strip().lower() != self.user.email:
            raise forms.ValidationError(
                _("Type the address of this account, %(address)s."), code="other", params={"address": self.user.email}
            )
        return email
