"""The rules for security of an organization."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.factors import PHONE
from console.versions import VersionedForm
from organizations.models import Organization
from organizations.models.security import SESSION_AGES

GRACE = [(0, _("None: at once")), (7, _("7 days")), (14, _("14 days")), (30, _("30 days"))]
# As Python writes them: what a form was opened with is compared as text.
PHONE_RULES = [("True", _("Count as a backup")), ("False", _("Do not count"))]


class PhoneRuleForm(VersionedForm):
    """Whether codes by text message count; not asked where this deployment sends none."""

    phone_counts = forms.TypedChoiceField(
        label=_("Codes by text message"),
        choices=PHONE_RULES,
        coerce="True".__eq__,
        help_text=_(
            "They stand in for a lost app or passkey. Where they do not count, members who can be sent codes must"
            " remove their telephone number."
        ),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        self._as_it_is = organization.phone_is_second_factor
        super().__init__(*args, initial={"phone_counts": self._as_it_is}, **kwargs)
        if not PHONE.is_available():
            del self.fields["phone_counts"]

    def arguments(self) -> dict[str, Any]:
        """What was chosen; where there was no choice, as it is."""
        return {"phone_counts": self._as_it_is, **self.cleaned_data}


class FactorRuleForm(PhoneRuleForm):
    """A second factor for all members, and how much time they have."""

    grace_days = forms.TypedChoiceField(
        label=_("Time to set one up"),
        choices=GRACE,
        coerce=int,
        initial=14,
        help_text=_("Members without a second factor get a mail at once, and again 7 days and 1 day before the end."),
    )
    field_order = ("grace_days", "phone_counts")


class SessionAgeForm(VersionedForm):
    """After which time members are asked again who they are."""

    hours = forms.TypedChoiceField(
        label=_("Ask again after"),
        choices=[("", _("Never, as long as they stay signed in")), *SESSION_AGES.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, initial={"hours": organization.session_hours}, **kwargs)
