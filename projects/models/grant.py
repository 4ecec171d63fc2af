"""Who was granted what in a project: django-guardian's rows, and the only questions that are asked of it."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from guardian.shortcuts import get_group_perms, get_objects_for_group, get_objects_for_user, get_user_perms

from organizations.models import CustomRole, Membership, Organization
from organizations.models.role import CUSTOM
from organizations.roles import Permission
from projects.levels import Level

if TYPE_CHECKING:
    from projects.models.project import Project


class RoleGroup(Group):
    """Everybody who has a role of an organization, as the group that django-guardian grants to.

    Nobody is put into it: who has the role is asked of memberships. ``role``: the key of a built-in role, or `CUSTOM`.
    """

    group_ptr = models.OneToOneField(Group, models.CASCADE, parent_link=True, primary_key=True, related_name="+")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="role_groups")
    role = models.CharField(_("role"), max_length=40)
    custom_role = models.ForeignKey(CustomRole, models.CASCADE, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager["RoleGroup"]] = models.Manager()  # type: ignore[assignment] # a group's finds groups

    class Meta:
        verbose_name = _("role with grants")
        verbose_name_plural = _("roles with grants")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "role"], condition=Q(custom_role=None), name="role_group_once"
            ),
            models.UniqueConstraint(
                fields=["custom_role"], condition=Q(custom_role__isnull=False), name="role_group_custom_once"
            ),
            models.CheckConstraint(
                condition=Q(role=CUSTOM, custom_role__isnull=False) | (~Q(role=CUSTOM) & Q(custom_role=None)),
                name="role_group_role_is_one",
            ),
        ]


class PersonGrant(UserObjectPermissionBase):
    """What a person was granted in a project: one level. It ends with the membership."""

    content_object = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="person_grants", verbose_name=_("project")
    )
    granted_at = models.DateTimeField(_("granted"), auto_now_add=True)

    class Meta:
        verbose_name = _("grant to a person")
        verbose_name_plural = _("grants to people")
        constraints = [models.UniqueConstraint(fields=["user", "content_object"], name="person_grant_once")]


class RoleGrant(GroupObjectPermissionBase):
    """What everybody with a role was granted in a project: one level."""

    content_object = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="role_grants", verbose_name=_("project")
    )
    granted_at = models.DateTimeField(_("granted"), auto_now_add=True)

    class Meta:
        verbose_name = _("grant to a role")
        verbose_name_plural = _("grants to roles")
        constraints = [models.UniqueConstraint(fields=["group", "content_object"], name="role_grant_once")]


CODENAMES = [level.codename for level in Level]


def granted_permissions(project: "Project", membership: Membership) -> frozenset[Permission]:
    """What a member was granted in a project, by name and through the role, together."""
    codenames = set(get_user_perms(membership.user, project))
    if group := role_group_of(membership):
        codenames |= set(get_group_perms(group.group_ptr, project))
    granted = (level.permissions for level in Level if level.codename in codenames)
    return frozenset[Permission]().union(*granted)


def granted_projects(here: "models.QuerySet[Project]", membership: Membership) -> "models.QuerySet[Project]":
    """Those of ``here`` in which a member was granted anything, by name or through the role."""
    mine = get_objects_for_user(
        membership.user,
        CODENAMES,
        here,
        use_groups=False,
        any_perm=True,
        with_superuser=False,
        accept_global_perms=False,
    )
    granted = Q(pk__in=mine.values("pk"))
    if group := role_group_of(membership):
        through_role = get_objects_for_group(group.group_ptr, CODENAMES, here, any_perm=True, accept_global_perms=False)
        granted |= Q(pk__in=through_role.values("pk"))
    return here.filter(granted)


def role_group_of(membership: Membership) -> RoleGroup | None:
    """The group that stands for a member's role; None where nothing was ever granted to it."""
    named = RoleGroup.objects.filter(role=membership.role, custom_role=membership.custom_role_id)
    return named.filter(organization=membership.organization_id).select_related("group_ptr").first()
