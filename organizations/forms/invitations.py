"""Inviting."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from organizations import policies
from organizations.actors import Actor
from organizations.forms.roles import RoleField
from organizations.models import Organization


class InvitationForm(ActionForm):
    """An invitation. Offers the roles that the actor may give."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": _("name@example.com")}),
        error_messages={"invalid": _("Enter an e-mail address such as name@example.com.")},
    )
    role = RoleField()
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        help_text=_("Stands in the mail."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, actor: Actor, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = actor.assignable_roles(organization)
        cast("RoleField", self.fields["role"]).offer(roles)
        built_in = {role.key for role in policies.current().roles}
        # The least that the policy knows.
        self.fields["role"].initial = next((role.key for role in reversed(roles) if role.key in built_in), None)
