"""Changing what a member may do, and for how long."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
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

    def __init__(self, *args: Any, actor: Actor, membership: Membership, chosen: str = "", **kwargs: Any) -> None:
        role = membership.role_key
        kwargs["initial"] = {"role": chosen or role, "was": role, "last_day": last_day_of(membership.ends_at)}
        super().__init__(*args, **kwargs)
        roles = roles_of(membership.organization)
        offered = [known for known in roles if known.key == role or actor.covers(known)]
        cast("RoleField", self.fields["role"]).offer(offered)


class MemberForm(RoleForm):
    """The role, and the last day of the membership; not one's own."""

    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("After this day the membership ends by itself. The member is told a week and a day before."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Enter a date such as 2027-03-31.")},
    )

    def __init__(self, *args: Any, actor: Actor, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, membership=membership, **kwargs)
        if actor.user_id == membership.user_id:
            del self.fields["last_day"]

    def arguments(self) -> dict[str, Any]:
        """The fields; the day stays as it is where the form that was sent has none."""
        asked = "last_day" in self.fields and "last_day" in self.data
        return {**self.cleaned_data, "last_day": self.cleaned_data["last_day"] if asked else self.initial["last_day"]}
