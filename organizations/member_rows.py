"""Which members a list, a file, the access review or the API shows, and what a row says.

Rows come as values: nothing is looked up by row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import pgettext

from accounts.factors import factor_shown, holds_factor
from accounts.models import full_name
from console.pages import Order, batches, moments
from console.registry import registry
from organizations import policies
from organizations.actors import Actor
from organizations.models import Membership, Organization, roles_of
from organizations.models.membership import MembershipQuerySet
from organizations.policies import Role
from organizations.roles import Permission

ORDERS = {
    "name": Order("sort_name"),
    "role": Order("rank", int),
    "joined": moments("joined_at"),
    "active": moments("last_active_at"),
}
COLUMNS = [
    "id", "user_id", "role", "custom_role_id", "custom_role__name", "rank", "joined_at", "last_active_at", "ends_at",
    "sort_name", "user__first_name", "user__last_name", "user__email", "user__picture",
    "invited_by__first_name", "invited_by__last_name", "invited_by__email",
]  # fmt: skip
FACTORS = {"on": holds_factor("user"), "off": ~holds_factor("user")}

type Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The members that somebody asks for: ``q``, ``role`` and ``mfa``.

    ``shows_factor``: whether the reader may know about it.
    """

    members: MembershipQuerySet
    q: str
    role: str
    mfa: str
    roles: list[Role]
    shows_factor: bool

    @classmethod
    def of(cls, organization: Organization, reader: Actor, query: QueryDict | Mapping[str, str]) -> Self:
        """What ``query`` asks for (an address, by its names); what makes no sense narrows nothing."""
        roles = roles_of(organization)
        shows_factor = reader.can(Permission.CHANGE_ROLES)
        members = organization.memberships.current()
        if term := query.get("q", "").strip():
            members = members.matching(term)
        role = query.get("role", "")
        if role in {known.key for known in roles}:
            members = members.with_role(next(known for known in roles if known.key == role))
        else:
            role = ""
        mfa = query.get("mfa", "")
        if not (shows_factor and mfa in FACTORS):
            mfa = ""
        if mfa:
            members = members.filter(FACTORS[mfa])
        return cls(members=members, q=term, role=role, mfa=mfa, roles=roles, shows_factor=shows_factor)

    @property
    def values(self) -> Any:
        """The rows as values."""
        more = {"has_factor": factor_shown("user")} if self.shows_factor else {}
        return self.members.values(*COLUMNS, **more)

    @property
    def context(self) -> dict[str, Any]:
        """What the filters above the list show."""
        return {
            "q": self.q,
            "role": self.role,
            "mfa": self.mfa,
            "roles": policies.choices(self.roles),
            "shows_factor": self.shows_factor,
        }

    def batches(self, reader: Membership) -> Iterator[list[Row]]:
        """Every row, by name, some at a time, for as long as the ``reader`` is a member (ATTACKS 23)."""
        still = Membership.objects.current().filter(pk=reader.pk).exists
        for rows in batches(self.values, orders=ORDERS, default="name", still=still):
            yield [row_of(values) for values in rows]


def row_of(values: dict[str, Any]) -> Row:
    """A member as a list shows them, of the values of `COLUMNS`."""
    name = full_name(values["user__first_name"], values["user__last_name"])
    inviter = full_name(values["invited_by__first_name"], values["invited_by__last_name"])
    return {
        "id": values["id"],
        "user_id": values["user_id"],
        "name": name or values["user__email"],
        "email": values["user__email"],
        "picture": values["user__picture"],
        "role": str(values["custom_role_id"] or values["role"]),
        "role_label": values["custom_role__name"] or policies.current().role(values["role"]).label,
        "factor_word": pgettext("MFA", "On") if values.get("has_factor") else pgettext("MFA", "Off"),
        "joined_at": values["joined_at"],
        "last_active_at": values["last_active_at"],
        "ends_at": values["ends_at"],
        "invited_by": inviter or values["invited_by__email"] or "",
    }


def reviewed(rows: list[Row]) -> list[Row]:
    """The rows with what the apps above count for each, under ``counts``: a query for each column, not for each row."""
    ids: list[UUID] = [row["id"] for row in rows]
    columns = [(column.counts(ids), column.nothing) for column in registry.review]
    return [{**row, "counts": [counts.get(row["id"], nothing) for counts, nothing in columns]} for row in rows]
