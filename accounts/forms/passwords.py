"""Forms in which somebody chooses a password."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from console.forms import ActionForm

HELP = _("10 characters or more. A few uncommon words make a good password; you may paste it, with spaces too.")


def as_new_password(field: forms.Field) -> None:
    """Let a field show how strong the password is while it is typed, and offer to show it (ASVS 6.2.6)."""
    field.template_name = "django/forms/new_password.html"  # type: ignore[attr-defined] # the stubs leave it out
    field.help_text = HELP
    field.widget.attrs |= {"autocomplete": "new-password"}


def password_field(label: Any, autocomplete: str) -> forms.CharField:
    """A password as it is typed or pasted, spaces and all (ASVS 6.2.7, 6.2.8)."""
    return forms.CharField(label=label, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}))


class FirstPasswordForm(ActionForm):
    """A password for a user who has none."""

    password1 = password_field(_("New password"), "new-password")
    password2 = password_field(_("New password (again)"), "new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        as_new_password(self.fields["password1"])

    def clean_password1(self) -> str:
        """Say what is wrong with it, all at once."""
        new: str = self.cleaned_data["password1"]
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        super().clean()
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("This is not the same password."))
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        """The new password, once."""
        return {"new": self.cleaned_data["password1"]}


class PasswordForm(FirstPasswordForm):
    """The present password, and a new one (text 002, section 2.1)."""

    field_order = ["oldpassword", "password1", "password2"]

    oldpassword = password_field(_("Current password"), "current-password")

    def arguments(self) -> dict[str, Any]:
        """The present password, for the action to compare, and the new one."""
        return {"current": self.cleaned_data["oldpassword"], **super().arguments()}


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    """A new password, with a mailed link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password (again)")
        as_new_password(self.fields["password1"])
