"""Adding a domain name, and saying what it does for people."""

from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from console.versions import VersionedForm
from organizations import policies
from organizations.actors import Actor
from organizations.forms.roles import RoleField
from organizations.models import Domain
from organizations.models.domain import Joining
from organizations.roles import Permission


class DomainForm(ActionForm):
    """A domain name."""

    name = forms.CharField(
        label=_("Domain name"),
        max_length=1000,
        help_text=_("Such as example.com or shop.example.com. Each is proven for itself."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "inputmode": "url"}
        ),
    )


class DomainJoiningForm(VersionedForm):
    """What happens to people with an address in a proven domain, and as what they join.

    Who may not invite can only switch it off; the founder's role is not offered (`set_domain_joining`).
    """

    joining = forms.ChoiceField(label=_("Whoever has verified such an address"), widget=forms.RadioSelect)
    role = RoleField(
        label=_("Role of those who become members"),
        help_text=_("Only roles that may do no more than yours."),
    )

    def __init__(self, *args: Any, domain: Domain, actor: Actor, **kwargs: Any) -> None:
        kwargs["initial"] = {"joining": domain.joining, "role": domain.role_key}
        super().__init__(*args, **kwargs)
        self._offer_joining(domain, actor)
        if actor.can(Permission.INVITE_MEMBERS):
            self._offer_roles(domain, actor)
        else:
            del self.fields["role"]

    def arguments(self) -> dict[str, Any]:
        """The fields; the role stays as it is where none was sent."""
        return {**self.cleaned_data, "role": self.cleaned_data.get("role") or self.initial["role"]}

    def _offer_joining(self, domain: Domain, actor: Actor) -> None:
        possible = [Joining.OFF]
        if actor.can(Permission.INVITE_MEMBERS):
            possible += [Joining.SUGGEST] if policies.current().has_directory else []
            possible += [Joining.JOIN]
        offered = [joining for joining in Joining if joining in possible or joining == domain.joining]
        field = cast("forms.ChoiceField", self.fields["joining"])
        field.choices = [(joining.value, capfirst(str(joining.label))) for joining in offered]

    def _offer_roles(self, domain: Domain, actor: Actor) -> None:
        founder = policies.current().founder
        roles = actor.assignable_roles(domain.organization)
        offered = [role for role in roles if not role.covers(founder)]
        if domain.role_key not in {role.key for role in offered}:
            offered.insert(0, domain.held_role)
        cast("RoleField", self.fields["role"]).offer(offered)
