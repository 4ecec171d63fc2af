"""Who was granted a project, for staff to read on its page; to change it they act as its organization's people do."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.models import PersonGrant, Project, RoleGrant, RoleGroup
from projects.models.grant import LEVELS


class _GrantInline[G: (PersonGrant, RoleGrant)](admin.TabularInline[G, Project]):
    """Rows that are read here."""

    fk_name = "content_object"
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Grants are made by actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Grants change by actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Grants end by actions."""
        return False

    @admin.display(description=_("level"))
    def level(self, grant: G) -> str:
        """What was granted."""
        return str(LEVELS[grant.permission.codename].label)


class PersonGrantInline(_GrantInline[PersonGrant]):
    """People who were granted the project by name."""

    model = PersonGrant
    fields = ("user", "level", "granted_at")
    readonly_fields = ("user", "level", "granted_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With what a row shows."""
        return super().get_queryset(request).select_related("user", "permission")


class RoleGrantInline(_GrantInline[RoleGrant]):
    """Roles that were granted it."""

    model = RoleGrant
    fields = ("role", "level", "granted_at")
    readonly_fields = ("role", "level", "granted_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With what a row shows."""
        return super().get_queryset(request).select_related("permission")

    @admin.display(description=_("role"))
    def role(self, grant: RoleGrant) -> str:
        """The key of a built-in role, the name of one that the organization made; it has fifty at most."""
        group = RoleGroup.objects.select_related("custom_role").get(pk=grant.group_id)
        return str(group.custom_role or group.role)
