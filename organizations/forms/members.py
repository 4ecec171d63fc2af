"""Changing what a member may do, and for how long."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from console.versions import VersionedForm
from organizations.actions.rules import last_day_of
from organizations.actors import Actor
from organizations.forms.roles import RoleField
from organizations.models import Membership, roles_of


class RoleForm(ActionForm):
    """A member's role: the one that they have, and those that the actor may give.

    ``was`` carries the role that the form was opened with: a second who opened it at the same time is told.
    """

    role = RoleField()
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, membership: Membership, **kwargs: Any) -> None:
        kwargs["initial"] = {"role": membership.role_key, "was": membership.role_key}
        super().__init__(*args, **kwargs)
        _offer(self, actor, membership)


class MemberForm(VersionedForm):
    """The role, and the last day of the membership; not one's own.

    ``chosen``: the role that is to be chosen at first, where it is not the one that the member has.
    """

    role = RoleField()
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("After this day the membership ends by itself. The member is told a week and a day before."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Enter a date such as 2027-03-31.")},
    )

    def __init__(self, *args: Any, actor: Actor, membership: Membership, chosen: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"role": membership.role_key, "last_day": last_day_of(membership.ends_at)}
        super().__init__(*args, **kwargs)
        # Not before the marks are made: they are of what is so.
        self.initial["role"] = chosen or membership.role_key
        _offer(self, actor, membership)
        if actor.user_id == membership.user_id:
            del self.fields["last_day"]

    def arguments(self) -> dict[str, Any]:
        """The fields; the day stays as it is where the form that was sent has none."""
        asked = "last_day" in self.fields and "last_day" in self.data
        return {**self.cleaned_data, "last_day": self.cleaned_data["last_day"] if asked else self.initial["last_day"]}

    def _worded(self, name: str, value: object) -> str:
        if name != "last_day":
            return super()._worded(name, value)
        return str(value) if value else str(_("no last day"))


def _offer(form: ActionForm, actor: Actor, membership: Membership) -> None:
    """Offer the role that the member has, and those that the actor may give."""
    roles = roles_of(membership.organization)
    offered = [role for role in roles if role.key == membership.role_key or actor.covers(role)]
    cast("RoleField", form.fields["role"]).offer(offered)
