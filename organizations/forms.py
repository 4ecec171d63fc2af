"""What people type into the pages of organizations. The actions decide; a refusal comes back to the field."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from organizations import policies
from organizations.actors import Actor
from organizations.models import Membership, Organization
from organizations.models.organization import NAME_LENGTH, SLUG_LENGTH, validate_slug

_SLUG_HELP = _("Part of every address of this organization. Small letters, digits and hyphens.")


class CreationForm(ActionForm):
    """A new organization."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, help_text=_("Your company, or a unit of it."))
    slug = forms.CharField(
        label=_("Address"),
        max_length=SLUG_LENGTH,
        required=False,
        validators=[validate_slug],
        help_text=_("Leave it empty to have one made from the name."),
    )


class OrganizationForm(ActionForm):
    """The general settings."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    slug = forms.CharField(label=_("Address"), max_length=SLUG_LENGTH, validators=[validate_slug], help_text=_SLUG_HELP)
    description = forms.CharField(
        label=_("Description"), max_length=280, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name": organization.name,
            "slug": organization.slug,
            "description": organization.description,
        }
        super().__init__(*args, **kwargs)


class RoleField(forms.ChoiceField):
    """Offers some roles, and takes any: one that the actor may not give, the action refuses and writes down."""

    def __init__(self) -> None:
        super().__init__(label=_("Role"))

    def offer(self, keys: Iterable[str]) -> None:
        """Offer these roles, in the policy's order."""
        offered = set(keys)
        self.choices = policies.current().choices(role for role in policies.current().roles if role.key in offered)

    def valid_value(self, value: str) -> bool:
        """Whether it is a role at all."""
        return value in {role.key for role in policies.current().roles}


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

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [role.key for role in actor.assignable_roles()]
        cast("RoleField", self.fields["role"]).offer(keys)
        self.fields["role"].initial = keys[-1] if keys else None


class RoleForm(ActionForm):
    """A member's role: the one that they have, and those that the actor may give."""

    role = RoleField()

    def __init__(self, *args: Any, actor: Actor, membership: Membership, **kwargs: Any) -> None:
        kwargs["initial"] = {"role": membership.role}
        super().__init__(*args, **kwargs)
        keys = {role.key for role in actor.assignable_roles()} | {membership.role}
        cast("RoleField", self.fields["role"]).offer(keys)
