"""Roles that an organization makes itself, and what every row that names a role has."""

import hashlib
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from organizations import policies
from organizations.models.organization import Organization
from organizations.policies import Policy, Role
from organizations.roles import FOUNDERS_ONLY, Permission

# What `role` says where a custom role is meant.
CUSTOM = "custom"
# Lists sort by a role's place in the policy, the founder's first; custom ones come last.
FOUNDER_RANK = 0
CUSTOM_RANK = 100
ROLE_NAME_LENGTH = 40


class PermissionsField(models.CharField[AbstractSet[Permission], frozenset[Permission]]):
    """A set of permissions, stored between commas so that the database can look for one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 1000)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: Any) -> frozenset[Permission] | None:
        """The permissions of a stored value; one that is none any more is left out."""
        if value is None:
            return None
        known = set(Permission)
        return frozenset(Permission(name) for name in value.split(",") if name in known)

    def to_python(self, value: Any) -> Any:
        """The permissions of a value given to a form or a fixture."""
        return self.from_db_value(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        """Store them in one order, with a comma at both ends."""
        return value if value is None or isinstance(value, str) else "," + "".join(f"{name}," for name in sorted(value))

    def value_to_string(self, obj: models.Model) -> str:
        """The stored form, for serializers."""
        return str(self.get_prep_value(self.value_from_object(obj)))


class CustomRoleQuerySet(models.QuerySet["CustomRole"]):
    """Sets of custom roles."""

    def granting(self, permission: Permission) -> "CustomRoleQuerySet":
        """Those that hold the permission."""
        return self.filter(permissions__contains=f",{permission},")


class CustomRole(models.Model):
    """A role that an organization made: a name, and permissions that its maker held.

    It never holds what only the founder's role may do; so nobody with a custom role gives or takes that one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="custom_roles", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=ROLE_NAME_LENGTH)
    permissions = PermissionsField(_("permissions"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CustomRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("custom role")
        verbose_name_plural = _("custom roles")
        constraints = [
            models.UniqueConstraint(F("organization"), Lower("name"), name="custom_role_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="custom_role_has_name"),
            *(
                models.CheckConstraint(
                    condition=~Q(permissions__contains=f",{permission},"), name=f"custom_role_never_{permission}"[:60]
                )
                for permission in sorted(FOUNDERS_ONLY)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def version(self) -> str:
        """What it is called and may do, as a page shows it: a form says which one it changes."""
        return hashlib.sha256(f"{self.name}\n{sorted(self.permissions)}".encode()).hexdigest()[:16]

    @property
    def as_role(self) -> Role:
        """The role, as permissions are asked for."""
        return Role(key=str(self.pk), label=self.name, permissions=self.permissions)


class RoleHolder(models.Model):
    """A row that names a role: a built-in one by its key, or a custom one of the same organization."""

    role = models.CharField(_("role"), max_length=40)
    custom_role = models.ForeignKey(
        CustomRole, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("custom role")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(role=CUSTOM, custom_role__isnull=False) | (~Q(role=CUSTOM) & Q(custom_role=None)),
                name="%(class)s_role_is_one",
            )
        ]

    @property
    def held_role(self) -> Role:
        """The role with its permissions, whatever the organization's state."""
        return self.custom_role.as_role if self.custom_role else policies.current().role(self.role)

    @property
    def role_key(self) -> str:
        """What forms and events call the role."""
        return str(self.custom_role_id) if self.custom_role_id else self.role

    @property
    def role_label(self) -> str:
        """The role's name, as people see it."""
        return str(self.held_role.label)

    @classmethod
    def columns_for(cls, role: Role, policy: Policy) -> dict[str, Any]:
        """What the columns of a row say that names this role, a custom one or one of ``policy``."""
        is_built_in = policy.knows(role)
        return {"role": role.key if is_built_in else CUSTOM, "custom_role_id": None if is_built_in else UUID(role.key)}

    def give(self, role: Role) -> None:
        """Take this role on; saved by the caller."""
        for column, value in self.columns_for(role, policies.current()).items():
            setattr(self, column, value)


def role_holders() -> list[type[RoleHolder]]:
    """Every kind of row that names a role."""
    return [model for model in apps.get_models() if issubclass(model, RoleHolder)]


def is_named(role: CustomRole) -> bool:
    """Whether anybody has the role, or anything would give it to somebody."""
    return any(model._default_manager.filter(custom_role=role).exists() for model in role_holders())


def roles_of(organization: Organization) -> list[Role]:
    """Every role that there is in an organization: the policy's in its order, then its own by name."""
    built_in = list(policies.current().roles)
    if organization.is_personal:
        return built_in
    return built_in + [role.as_role for role in organization.custom_roles.order_by("name")]


def role_of(organization: Organization, key: str) -> Role:
    """The role that ``key`` means in an organization.

    Raises KeyError where there is none: of another policy, of another organization, made up.
    """
    built_in = {role.key: role for role in policies.current().roles}
    if key in built_in:
        return built_in[key]
    try:
        return organization.custom_roles.get(pk=UUID(key)).as_role
    except (ValueError, CustomRole.DoesNotExist):
        raise KeyError(key) from None
