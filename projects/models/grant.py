"""Who was granted what in a project: django-guardian's rows, and the only questions that are asked of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib.auth import models as auth
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from console.ids import uuid7
from organizations import policies
from organizations.models import CustomRole, Membership, Organization
from organizations.models.role import CUSTOM
from organizations.policies import Role
from organizations.roles import Permission
from projects.levels import Level

if TYPE_CHECKING:
    from projects.models.project import Project


class RoleGroup(auth.Group):
    """Everybody who has a role of an organization, as the group that django-guardian grants to.

    Nobody is put into it: who has the role is asked of memberships. ``role``: the key of a built-in role, or `CUSTOM`.
    """

    group_ptr = models.OneToOneField(auth.Group, models.CASCADE, parent_link=True, primary_key=True, related_name="+")
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

    @property
    def role_key(self) -> str:
        """What forms and events call the role."""
        return str(self.custom_role_id) if self.custom_role_id else self.role


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


LEVELS = {level.codename: level for level in Level}
# What awaits somebody behind the bell who was granted something (projects.notices).
GRANTED_NOTICE = "project_granted"


@dataclass(frozen=True, kw_only=True)
class Granted:
    """What a member was granted in a project, by name and through the role; None where nothing was."""

    by_name: Level | None = None
    through_role: Level | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What both allow, together."""
        return frozenset[Permission]().union(
            *(level.permissions for level in (self.by_name, self.through_role) if level)
        )


def granted(project: "Project", membership: Membership) -> Granted:
    """What a member was granted in a project; one query."""
    by_name = (
        _by_name(membership).filter(content_object=project.pk).values_list(models.Value("name"), "permission__codename")
    )
    through_role = _through_role(membership).filter(content_object=project.pk)
    found = by_name.union(through_role.values_list(models.Value("role"), "permission__codename"))
    levels = {way: LEVELS[codename] for way, codename in found}
    return Granted(by_name=levels.get("name"), through_role=levels.get("role"))


def granted_permissions(project: "Project", membership: Membership) -> frozenset[Permission]:
    """What a member was granted in a project, by name and through the role, together; one query."""
    return granted(project, membership).permissions


def granted_ids(membership: Membership) -> Any:
    """The ids of the projects in which a member was granted anything, of whichever organization: a query within one."""
    return _by_name(membership).values("content_object").union(_through_role(membership).values("content_object"))


def is_granted_anything(memberships: "Collection[Membership]") -> bool:
    """Whether somebody with these memberships was granted anything, by name or through a role."""
    users = {membership.user_id for membership in memberships}
    if PersonGrant._default_manager.filter(user__in=users).exists():
        return True
    has_role = Membership.objects.filter(
        pk__in=[membership.pk for membership in memberships],
        organization=models.OuterRef("organization"),
        role=models.OuterRef("role"),
    ).filter(Q(custom_role=models.OuterRef("custom_role")) | Q(custom_role=None))
    groups = RoleGroup.objects.filter(models.Exists(has_role))
    return RoleGrant._default_manager.filter(group__in=groups.values("pk")).exists()


def _by_name(membership: Membership) -> "models.QuerySet[PersonGrant]":
    return PersonGrant._default_manager.filter(user=membership.user_id)


def _through_role(membership: Membership) -> "models.QuerySet[RoleGrant]":
    groups = RoleGroup.objects.filter(organization=membership.organization_id)
    mine = groups.filter(role=membership.role, custom_role=membership.custom_role_id)
    return RoleGrant._default_manager.filter(group__in=mine.values("pk"))


def set_person_level(project: "Project", user_id: UUID, level: Level) -> PersonGrant:
    """Grant a person this level in a project, in place of what it was; who may, and to whom, is the caller's to ask."""
    grant, _is_new = PersonGrant._default_manager.update_or_create(
        user_id=user_id, content_object=project, defaults={"permission": _permission(level)}
    )
    assert isinstance(grant, PersonGrant)  # noqa: S101 -- for the type checker
    return grant


def set_role_level(project: "Project", role: Role, level: Level) -> RoleGrant:
    """Grant everybody with a role of the project's organization this level, in place of what it was."""
    group = _group_of(project.organization, role)
    grant, _is_new = RoleGrant._default_manager.update_or_create(
        group=group, content_object=project, defaults={"permission": _permission(level)}
    )
    assert isinstance(grant, RoleGrant)  # noqa: S101 -- for the type checker
    return grant


def person_level(project: "Project", user_id: UUID) -> Level | None:
    """What a person was granted by name; None for nothing."""
    return _level(person_grants(project, user_id))


def person_grants(project: "Project", user_id: UUID) -> "models.QuerySet[PersonGrant]":
    """The grant to a person in a project, if there is one."""
    return PersonGrant._default_manager.filter(user=user_id, content_object=project.pk)


def role_level(project: "Project", key: str) -> Level | None:
    """What was granted to a role (`Role.key`); None for nothing, and for a key that is none."""
    return _level(role_grants(project, key))


def role_grants(project: "Project", key: str) -> "models.QuerySet[RoleGrant]":
    """The grant to a role (`Role.key`) in a project, if there is one."""
    groups = RoleGroup.objects.filter(organization=project.organization_id).filter(_named(key))
    return RoleGrant._default_manager.filter(content_object=project.pk, group__in=groups.values("pk"))


def role_levels(project: "Project") -> dict[str, Level]:
    """What was granted to roles in a project, by `Role.key`; one query. An organization has fifty roles at most."""
    groups = RoleGroup.objects.filter(organization=project.organization_id, pk=models.OuterRef("group"))
    found = RoleGrant._default_manager.filter(content_object=project.pk).values_list(
        models.Subquery(groups.values("role")),
        # Else SQLite says it in another way.
        models.Subquery(groups.values("custom_role"), output_field=models.UUIDField()),
        "permission__codename",
    )
    return {str(custom or role): LEVELS[codename] for role, custom, codename in found}


def granted_numbers(memberships: Collection[UUID]) -> Mapping[UUID, int]:
    """How many projects each of these members was granted by name in their organization, in one query."""
    mine = PersonGrant._default_manager.filter(
        user=models.OuterRef("user"), content_object__organization=models.OuterRef("organization")
    )
    numbers = mine.order_by().values("user").annotate(number=models.Count("pk")).values("number")
    found = Membership.objects.filter(pk__in=memberships).annotate(number=models.Subquery(numbers))
    return dict(found.exclude(number=None).order_by().values_list("pk", "number"))


def projects_granted_to(custom_role: UUID) -> int:
    """How many projects were granted to a role that an organization made."""
    groups = RoleGroup.objects.filter(custom_role=custom_role)
    return RoleGrant._default_manager.filter(group__in=groups.values("pk")).count()


def _level(found: "models.QuerySet[Any]") -> Level | None:
    codename = found.values_list("permission__codename", flat=True).first()
    return LEVELS[codename] if codename else None


def _named(key: str) -> Q:
    if key in {role.key for role in policies.current().roles}:
        return Q(role=key, custom_role=None)
    try:
        return Q(custom_role=UUID(key))
    except ValueError:
        return Q(pk=None)


def _group_of(organization: Organization, role: Role) -> RoleGroup:
    """The group that stands for a role; made where nothing was granted to it yet."""
    is_built_in = policies.current().knows(role)
    return RoleGroup.objects.get_or_create(
        organization=organization,
        role=role.key if is_built_in else CUSTOM,
        custom_role_id=None if is_built_in else UUID(role.key),
        # A group's own name, which nobody sees, must be unique among all of them.
        defaults={"name": str(uuid7())},
    )[0]


def _permission(level: Level) -> auth.Permission:
    return auth.Permission.objects.get(
        content_type__app_label="projects", content_type__model="project", codename=level.codename
    )
