"""Giving an organization away, and closing it."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from organizations import policies
from organizations.actors import Actor
from organizations.forms.roles import RoleField
from organizations.models import Membership, Organization


class TransferForm(ActionForm):
    """An offer to one member, who was found before; what is chosen is the role that the giver is left with."""

    member = forms.UUIDField(widget=forms.HiddenInput)
    role = RoleField()

    def __init__(self, *args: Any, actor: Actor, organization: Organization, member: Membership, **kwargs: Any) -> None:
        kwargs["initial"] = {"member": member.pk}
        super().__init__(*args, **kwargs)
        founder = policies.current().founder
        field = cast("RoleField", self.fields["role"])
        field.label = _("Your role afterwards")
        offered = [role for role in actor.assignable_roles(organization) if role.key != founder.key]
        field.offer(offered)
        # The next below.
        field.initial = offered[0].key


class ClosingForm(ActionForm):
    """The organization's own name, typed: nobody does this by a slip of the hand."""

    acknowledged = forms.BooleanField(label=_("I know what is said above"), required=False)
    name = forms.CharField(
        label=_("Name of the organization"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, organization: Organization, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("Type %(name)s to go on.") % {"name": organization.name}
        if not asks:
            del self.fields["acknowledged"]
