"""What an organization owns: what goes into its export, subject by subject, field by field.

The fields are named one by one, so that a new column is left out until somebody has looked at it; nothing that opens
anything (links, nonces, secrets) is among them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, ForeignObjectRel, QuerySet

from audit.models import Event
from organizations import signals
from organizations.models import Organization

type Rows = Iterable[Mapping[str, Any]]
# Gives the rows of a subject anew each time it is called: they are written as JSON and as CSV.
type Read = Callable[[], Rows]


@dataclass(frozen=True)
class Part:
    """One subject of an export; ``columns``: those of its table, none where it is no list."""

    subject: str
    read: Read
    columns: tuple[str, ...] = ()


GENERAL = (
    "id", "kind", "name", "slug", "description", "status", "suspended_for", "created_at", "discoverability",
    "members_may_invite", "reminds_invited", "second_factor_from", "phone_is_second_factor", "session_hours",
)  # fmt: skip
DETAILS = (
    "company", "country", "street_address", "city_area", "city", "country_area", "postal_code", "sorting_code",
    "vat_number", "updated_at",
)  # fmt: skip
# What is a list, by subject: the name of the relation, and its columns, some of them of what it refers to.
LISTS: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    "members": (
        "memberships",
        ("id", "user_id", "role", "joined_at", "last_active_at", "ends_at"),
        {
            "email": "user__email",
            "first_name": "user__first_name",
            "last_name": "user__last_name",
            "custom_role_name": "custom_role__name",
            "invited_by_email": "invited_by__email",
        },
    ),
    "invitations": (
        "invitations",
        ("id", "email", "role", "note", "state", "created_at", "sent_at", "expires_at", "decided_at"),
        {"custom_role_name": "custom_role__name", "invited_by_email": "invited_by__email"},
    ),
    "join_requests": (
        "join_requests",
        ("id", "note", "state", "reason", "created_at", "decided_at"),
        {"email": "user__email", "decided_by_email": "decided_by__email"},
    ),
    "custom_roles": ("custom_roles", ("id", "name", "permissions", "created_at"), {}),
    "domains": (
        "domains",
        ("id", "name", "verified_at", "missing_since", "lost_at", "joining", "role", "created_at"),
        {"custom_role_name": "custom_role__name"},
    ),
    "transfers": (
        "transfers",
        ("id", "giver_role", "state", "created_at", "expires_at", "decided_at"),
        {"from_email": "from_user__email", "to_email": "to_user__email"},
    ),
    "api_keys": (
        "api_keys",
        (
            "id",
            "kind",
            "name",
            "access_id",
            "permissions",
            "created_at",
            "secret_made_at",
            "expires_at",
            "last_used_at",
            "revoked_at",
        ),
        {"member_email": "membership__user__email", "created_by_email": "created_by__email"},
    ),
    "addresses": ("slugs", ("slug",), {}),
    "limits": ("allowances", ("name", "amount", "source"), {}),
    "exports": ("exports", ("id", "created_at", "state", "sent_at", "size"), {"asked_by_email": "requested_by__email"}),
}
EVENT = (
    "id", "at", "action", "outcome", "actor_kind", "actor_id", "subject_id", "target_type", "target_id", "before",
    "after",
)  # fmt: skip
WHO = {"actor": "detail__actor", "target": "detail__target", "texts": "detail__texts"}
# Rows that are read from the database at a time.
CHUNK = 500


def parts_of(organization: Organization) -> list[Part]:
    """All subjects of an export, of organizations and of the apps above; the rows are read when asked for."""
    parts = [
        Part("organization", lambda: _values(Organization.objects.filter(pk=organization.pk), GENERAL)),
        Part("details", lambda: _values(_related(organization, "details"), DETAILS)),
        *(_list(organization, subject) for subject in LISTS),
        Part("audit_log", lambda: _values(Event.objects.filter(organization_id=organization.pk), EVENT, WHO)),
    ]

    def add(subject: str, read: Read, columns: tuple[str, ...] = ()) -> None:
        parts.append(Part(subject, read, columns))

    signals.exporting.send(sender=Organization, organization=organization, add=add)
    return parts


def _list(organization: Organization, subject: str) -> Part:
    name, fields, more = LISTS[subject]
    return Part(subject, lambda: _values(_related(organization, name), fields, more), (*fields, *more))


def _related(organization: Organization, name: str) -> QuerySet[Any]:
    relation = Organization._meta.get_field(name)
    assert isinstance(relation, ForeignObjectRel)  # noqa: S101 -- for the type checker
    return relation.related_model._default_manager.filter(organization=organization)


def _values(
    rows: QuerySet[Any], fields: Iterable[str], more: Mapping[str, str] | None = None
) -> Iterator[dict[str, Any]]:
    named = {name: F(path) for name, path in (more or {}).items()}
    for row in rows.order_by("pk").values(*fields, **named).iterator(chunk_size=CHUNK):
        yield {name: _readable(value) for name, value in row.items()}


def _readable(value: Any) -> Any:
    """A set of permissions as a list in one order; all else as it is."""
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else value
