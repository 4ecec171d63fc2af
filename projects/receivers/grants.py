"""What becomes of grants when memberships end and roles become others, in the transaction of the change."""

from collections.abc import Callable, Mapping
from typing import Any

from django.dispatch import receiver

from organizations import signals
from organizations.models import Membership
from organizations.policies import Role
from projects.actions.grant_ends import count_granted_roles, end_grants_of, map_granted_roles
from projects.models import RoleGroup


@receiver(signals.membership_ended)
def end_grants(membership: Membership, **_: Any) -> None:
    """A grant ends with the membership (issue 6)."""
    end_grants_of(membership)


@receiver(signals.counting_roles)
def count_roles(add: Callable[[Any, Mapping[str, int]], None], **_: Any) -> None:
    """A role that was granted a project is in use: a change of the policy must say what becomes of it."""
    add(RoleGroup._meta.verbose_name_plural, count_granted_roles())


@receiver(signals.mapping_roles)
def map_roles(roles: Mapping[str, Role], **_: Any) -> None:
    """What was granted to a role is from now on granted to the one that it becomes."""
    map_granted_roles(roles)
