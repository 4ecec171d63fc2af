"""The rules of a deployment, as data. ``CONSOLE_POLICY`` picks one (PRODUCT: *Policies*)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import lazy
from django.utils.translation import pgettext_lazy

from organizations import words
from organizations.roles import EVERYTHING, FOUNDERS_ONLY, IN_INFRASTRUCTURE, Permission
from organizations.words import Words


@dataclass(frozen=True, kw_only=True)
class Role:
    """A named set of permissions: built in, from the policy, or custom, made by an organization.

    ``key`` is what forms and events call it: the policy's word for a built-in role, the id of a custom one.
    """

    key: str
    label: Any
    permissions: frozenset[Permission]

    def covers(self, other: "Role") -> bool:
        """Whether this role holds everything that the other one does."""
        return self.permissions >= other.permissions


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A deployment's set of rules.

    ``roles``: built in, the first is the founder's; ``words``: a vendor's nouns; ``has_personal_accounts``: whether
    each user has one; ``organizations_per_user``: how many a user may belong to, None for any number; ``landing``: the
    context after signing in, where the last one is the personal account as long as no other was opened;
    ``may_choose_landing``: whether a user may choose another; ``is_suspended_at_first``: whether a new organization
    waits for a payment; ``has_directory``: whether organizations can be found and asked to join;
    ``may_lower_own_role``: whether somebody may step down; ``recreates_customers``: whether customers are recreated
    from the directory of customers; ``keeps_getting_started``: whether menus lead to the check list also when all of it
    is done.

    Limits: ``invitations_per_day``: mails that an organization may send in 24 hours, unless staff allow more;
    ``invitations_per_address``: such mails to one address in 24 hours, from all organizations together;
    ``organizations_per_day``: how many one person may make in 24 hours; ``requests_per_person``: requests to join that
    one person may have open; ``requests_per_hour``: such requests that an organization takes in an hour;
    ``keys_per_member`` and ``keys_per_organization``: further keys of one member, and service keys, that are in use;
    ``projects`` and ``services``: how many an organization may have, unless the plan says otherwise; None for any
    number; ``audit_days``: how long the audit log is kept, unless the plan says otherwise; ``custom_roles`` and
    ``audit_streams``: how many of its own it may have, likewise;
    ``invitation_lifetime``: how long a link works; ``transfer_lifetime``: how long an offered transfer waits.
    """

    key: str
    roles: tuple[Role, ...]
    words: Words
    has_personal_accounts: bool
    organizations_per_user: int | None
    landing: Literal["last", "personal"]
    may_choose_landing: bool
    is_suspended_at_first: bool
    has_directory: bool
    may_lower_own_role: bool
    recreates_customers: bool
    keeps_getting_started: bool = False
    invitations_per_day: int = 50
    invitations_per_address: int = 10
    organizations_per_day: int = 10
    requests_per_person: int = 5
    requests_per_hour: int = 20
    keys_per_member: int = 50
    keys_per_organization: int = 200
    projects: int | None = None
    services: int | None = None
    audit_days: int = 365
    custom_roles: int | None = None
    audit_streams: int | None = None
    invitation_lifetime: timedelta = timedelta(days=7)
    transfer_lifetime: timedelta = timedelta(days=7)

    @property
    def founder(self) -> Role:
        """The role of whoever makes an organization; a team never loses its last member with it."""
        return self.roles[0]

    def role(self, key: str) -> Role:
        """The built-in role of that key.

        Raises KeyError for a role of another policy: `manage.py change_policy` was not run.
        """
        return self._by_key[key]

    def knows(self, role: Role) -> bool:
        """Whether it is one of the built-in roles."""
        return role.key in self._by_key

    def roles_with(self, permission: Permission) -> list[Role]:
        """The built-in roles that hold a permission."""
        return [role for role in self.roles if permission in role.permissions]

    @property
    def _by_key(self) -> Mapping[str, Role]:
        return {role.key: role for role in self.roles}


def word(name: str) -> Any:
    """A noun of the policy in force (`Words`), looked up when it is shown: for what is registered at the start."""
    return _word(name)


def _say(name: str) -> str:
    return str(getattr(current().words, name))


_word = lazy(_say, str)


def choices(roles: Iterable[Role]) -> list[tuple[str, Any]]:
    """Roles as the choices of a form field."""
    return [(role.key, role.label) for role in roles]


_SEES = frozenset(
    {
        Permission.VIEW_ORGANIZATION,
        Permission.VIEW_MEMBERS,
        Permission.VIEW_PROJECTS,
        Permission.RAISE_TICKETS,
    }
)
_PAYS = frozenset({Permission.VIEW_BILLING, Permission.PAY, Permission.EDIT_BILLING_DETAILS})
# Restricted projects are those of who was granted them, and of who manages the organization.
_WORKS = frozenset(
    {
        Permission.CREATE_PROJECTS,
        Permission.MANAGE_PROJECTS,
        Permission.START_SERVICES,
        Permission.OPERATE_SERVICES,
    }
)
_OPERATES = _WORKS | IN_INFRASTRUCTURE | {Permission.VIEW_INFRASTRUCTURE}

# PRODUCT: *Policies*, the paragraph on `default`.
DEFAULT = Policy(
    key="default",
    roles=(
        Role(key="owner", label=pgettext_lazy("role", "Owner"), permissions=EVERYTHING),
        Role(key="admin", label=pgettext_lazy("role", "Admin"), permissions=EVERYTHING - FOUNDERS_ONLY),
        Role(key="billing", label=pgettext_lazy("role", "Billing"), permissions=_SEES | _PAYS),
        Role(key="tech", label=pgettext_lazy("role", "Tech"), permissions=_SEES | _OPERATES),
        Role(key="member", label=pgettext_lazy("role", "Member"), permissions=_SEES),
    ),
    words=words.DEFAULT,
    has_personal_accounts=True,
    organizations_per_user=None,
    landing="last",
    may_choose_landing=True,
    is_suspended_at_first=False,
    has_directory=True,
    may_lower_own_role=True,
    recreates_customers=True,
)

# Text 004: an Owner does everything; a Tech manages resources, and neither pays, edits administrative information nor
# invites; an Admin edits the account's details and pays, and has no resources and cannot invite.
EXOSCALE = Policy(
    key="exoscale",
    roles=(
        Role(key="owner", label=pgettext_lazy("role", "Owner"), permissions=EVERYTHING),
        Role(key="tech", label=pgettext_lazy("role", "Tech"), permissions=_SEES | _OPERATES),
        Role(
            key="admin",
            label=pgettext_lazy("role", "Admin"),
            permissions=(_SEES - {Permission.VIEW_PROJECTS}) | _PAYS | {Permission.EDIT_SETTINGS},
        ),
    ),
    words=words.EXOSCALE,
    has_personal_accounts=True,
    organizations_per_user=None,
    landing="personal",
    may_choose_landing=False,
    is_suspended_at_first=True,
    has_directory=False,
    may_lower_own_role=False,
    recreates_customers=False,
)

# PRODUCT: in `ovhcloud`, where texts 000 to 002 are silent.
OVHCLOUD = Policy(
    key="ovhcloud",
    roles=(
        Role(key="admin", label=pgettext_lazy("role", "Admin"), permissions=EVERYTHING),
        Role(
            key="member",
            label=pgettext_lazy("role", "Member"),
            permissions=_SEES | _WORKS,
        ),
    ),
    words=words.OVHCLOUD,
    has_personal_accounts=False,
    organizations_per_user=None,
    landing="last",
    may_choose_landing=False,
    is_suspended_at_first=False,
    has_directory=True,
    may_lower_own_role=True,
    recreates_customers=False,
)

# Text 003, *Roles and permissions*.
PERCONA = Policy(
    key="percona",
    roles=(
        Role(key="admin", label=pgettext_lazy("role", "Admin"), permissions=EVERYTHING),
        Role(
            key="technical",
            label=pgettext_lazy("role", "Technical user"),
            permissions=frozenset(
                {
                    Permission.VIEW_ORGANIZATION,
                    Permission.VIEW_MEMBERS,
                    Permission.INVITE_MEMBERS,
                    Permission.VIEW_INFRASTRUCTURE,
                    Permission.CONNECT_SERVERS,
                    Permission.RAISE_TICKETS,
                }
            ),
        ),
    ),
    words=words.PERCONA,
    has_personal_accounts=False,
    organizations_per_user=1,
    landing="last",
    may_choose_landing=False,
    is_suspended_at_first=False,
    has_directory=False,
    may_lower_own_role=False,
    recreates_customers=True,
    # Text 003: *at any time*, one goes to the organization by *Getting Started*.
    keeps_getting_started=True,
)

POLICIES: Mapping[str, Policy] = {policy.key: policy for policy in (DEFAULT, EXOSCALE, OVHCLOUD, PERCONA)}


def current() -> Policy:
    """The policy of this deployment.

    Raises ImproperlyConfigured for a name that is none.
    """
    try:
        return POLICIES[settings.CONSOLE_POLICY]
    except KeyError:
        known = ", ".join(POLICIES)
        raise ImproperlyConfigured(f"CONSOLE_POLICY is {settings.CONSOLE_POLICY!r}; it may be: {known}.") from None
