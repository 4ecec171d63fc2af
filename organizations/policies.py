"""The rules of a deployment, as data. ``CONSOLE_POLICY`` picks one (PRODUCT: *Policies*)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import pgettext_lazy

from organizations.roles import EVERYTHING, Permission


@dataclass(frozen=True, kw_only=True)
class Role:
    """A named set of permissions. ``key`` is what a membership stores."""

    key: str
    label: Any
    permissions: frozenset[Permission]

    def covers(self, other: "Role") -> bool:
        """Whether this role holds everything that the other one does."""
        return self.permissions >= other.permissions


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A deployment's set of rules.

    ``roles``: the first is the founder's; ``landing``: the context after signing in; ``may_lower_own_role``: whether
    somebody may step down; ``invitations_per_day``: mails that an organization may send in 24 hours, unless staff allow
    more; ``invitations_per_address``: such mails to one address in 24 hours, from all organizations together;
    ``organizations_per_day``: how many one person may make in 24 hours; ``invitation_lifetime``: how long a link works.
    """

    key: str
    roles: tuple[Role, ...]
    landing: Literal["last", "personal"]
    may_lower_own_role: bool
    invitations_per_day: int
    invitations_per_address: int = 10
    organizations_per_day: int = 10
    invitation_lifetime: timedelta = timedelta(days=7)

    @property
    def founder(self) -> Role:
        """The role of whoever makes an organization; a team never loses its last member with it."""
        return self.roles[0]

    def role(self, key: str) -> Role:
        """The role that a membership stores as ``key``.

        Raises KeyError for a role of another policy: `manage.py change_policy` was not run.
        """
        return self._by_key[key]

    @property
    def _by_key(self) -> Mapping[str, Role]:
        return {role.key: role for role in self.roles}

    def choices(self, roles: Iterable[Role] | None = None) -> list[tuple[str, Any]]:
        """The given roles (all by default) as the choices of a form field."""
        return [(role.key, role.label) for role in (self.roles if roles is None else roles)]


_SEES = frozenset(
    {
        Permission.VIEW_ORGANIZATION,
        Permission.VIEW_MEMBERS,
        Permission.VIEW_PROJECTS,
        Permission.RAISE_TICKETS,
    }
)

DEFAULT = Policy(
    key="default",
    roles=(
        Role(key="owner", label=pgettext_lazy("role", "Owner"), permissions=EVERYTHING),
        Role(
            key="admin",
            label=pgettext_lazy("role", "Admin"),
            permissions=EVERYTHING - {Permission.CLOSE_ORGANIZATION, Permission.TRANSFER_ORGANIZATION},
        ),
        Role(
            key="billing",
            label=pgettext_lazy("role", "Billing"),
            permissions=_SEES | {Permission.VIEW_BILLING, Permission.PAY, Permission.EDIT_BILLING_DETAILS},
        ),
        Role(
            key="tech",
            label=pgettext_lazy("role", "Tech"),
            permissions=_SEES | {Permission.MANAGE_PROJECTS, Permission.MANAGE_INFRASTRUCTURE},
        ),
        Role(key="member", label=pgettext_lazy("role", "Member"), permissions=_SEES),
    ),
    landing="last",
    may_lower_own_role=True,
    invitations_per_day=50,
)

POLICIES: Mapping[str, Policy] = {policy.key: policy for policy in (DEFAULT,)}


def current() -> Policy:
    """The policy of this deployment.

    Raises ImproperlyConfigured for a name that is none.
    """
    try:
        return POLICIES[settings.CONSOLE_POLICY]
    except KeyError:
        known = ", ".join(POLICIES)
        raise ImproperlyConfigured(f"CONSOLE_POLICY is {settings.CONSOLE_POLICY!r}; it may be: {known}.") from None
