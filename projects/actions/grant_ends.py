"""What becomes of grants when what they were given to goes, or becomes something else: in the caller's transaction."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, QuerySet

from organizations.models import Membership
from organizations.models.role import CUSTOM
from organizations.policies import Role
from projects.levels import Level
from projects.models import PersonGrant, RoleGrant, RoleGroup

# Before the keys of roles that have moved, until all have: two may change places, and each has its role once.
MOVED = "~"
RANKS = {level.codename: rank for rank, level in enumerate(Level)}


def end_grants_of(membership: Membership) -> None:
    """Take from somebody what they were granted by name in an organization; whoever comes back begins without it."""
    here = {"user": membership.user_id, "content_object__organization": membership.organization_id}
    PersonGrant._default_manager.filter(**here).delete()


def count_granted_roles() -> dict[str, int]:
    """In how many organizations something is granted to each built-in role, by its key."""
    found = _built_in().filter(_is_granted()).order_by().values_list("role")
    return dict(found.annotate(number=Count("pk")))


def map_granted_roles(roles: Mapping[str, Role]) -> None:
    """Let what was granted to built-in roles be of those that they become (``roles``: by the key of the former one).

    Where two become one, it has the higher level in a project of both.
    """
    _built_in().exclude(_is_granted()).delete()
    becoming: dict[str, list[str]] = {}
    for key, new in roles.items():
        becoming.setdefault(new.key, []).append(key)
    for keys in becoming.values():
        groups = _built_in().filter(role__in=keys).order_by("organization", "pk")
        for _organization, same in groupby(groups, key=lambda group: group.organization_id):
            _merge(list(same))
    for new_key, keys in becoming.items():
        _built_in().filter(role__in=keys).update(role=f"{MOVED}{new_key}")
    for new_key in becoming:
        _built_in().filter(role=f"{MOVED}{new_key}").update(role=new_key)


def _merge(groups: Sequence[RoleGroup]) -> None:
    """Make one of an organization's groups: the first, with the higher level of each project."""
    first, *others = groups
    if not others:
        return
    grants = RoleGrant._default_manager.filter(group__in=[group.pk for group in groups])
    found = sorted(grants.values_list("permission__codename", "content_object", "pk"), key=lambda row: RANKS[row[0]])
    highest = {project: pk for _codename, project, pk in found}
    grants.exclude(pk__in=highest.values()).delete()
    grants.filter(pk__in=highest.values()).update(group=first.pk)
    RoleGroup.objects.filter(pk__in=[group.pk for group in others]).delete()


def _built_in() -> QuerySet[RoleGroup]:
    return RoleGroup.objects.exclude(role=CUSTOM)


def _is_granted() -> Exists:
    return Exists(RoleGrant._default_manager.filter(group=OuterRef("pk")))
