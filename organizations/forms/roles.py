"""Choosing a role, and making one."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from organizations import policies
from organizations.models import CustomRole
from organizations.models.role import ROLE_NAME_LENGTH
from organizations.policies import Role
from organizations.roles import HELD_BY_ALL, Permission


class RoleField(forms.ChoiceField):
    """Offers some roles, and takes any: one that the actor may not give, the action refuses and writes down."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Role"), **kwargs})

    def offer(self, roles: Iterable[Role]) -> None:
        """Offer these roles."""
        self.choices = policies.choices(roles)

    def suggest(self, roles: Sequence[Role]) -> None:
        """Offer these roles with the least that the policy knows chosen: nobody may do much by an oversight."""
        self.offer(roles)
        built_in = {role.key for role in policies.current().roles}
        self.initial = next((role.key for role in reversed(roles) if role.key in built_in), None)

    def valid_value(self, value: str) -> bool:
        """Whether it may be a role: the action knows."""
        return bool(value)


class PermissionsField(forms.MultipleChoiceField):
    """Takes any permissions: those that the actor may not give, the action refuses and writes down."""

    def valid_value(self, value: str) -> bool:
        """Whether it may be a permission: the action knows."""
        return len(value) <= max(map(len, Permission))


class CustomRoleForm(ActionForm):
    """A role of an organization: its name, and what it may do."""

    name = forms.CharField(
        label=_("Name"), max_length=ROLE_NAME_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    permissions = PermissionsField(label=_("Permissions"), required=False)

    @property
    def chosen(self) -> frozenset[str]:
        """The permissions that are ticked: as typed, or as they are; those that every role holds in any case."""
        return frozenset(self["permissions"].value() or ()) | HELD_BY_ALL


class CustomRoleEditForm(CustomRoleForm):
    """The same of a role that is there; ``version`` says what it was when the page was made."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, role: CustomRole, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": role.name, "permissions": sorted(role.permissions), "version": role.version}
        super().__init__(*args, **kwargs)


class RoleDeletionForm(ActionForm):
    """Where the people of a role go: one of ``roles``; none where nobody has it."""

    replacement = RoleField(
        label=_("Role that they get instead"), help_text=_("Only roles that may do no more than yours.")
    )

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if roles:
            cast("RoleField", self.fields["replacement"]).suggest(roles)
        else:
            del self.fields["replacement"]
