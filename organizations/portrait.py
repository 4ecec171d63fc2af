"""What organizations keep about a person: what goes into an export of their data. Nobody else's is among it."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import User
from audit.models import Event
from organizations.models import ApiKey, Details, Invitation, JoinRequest, Landing, Membership, Transfer
from organizations.models.details import FIELDS

type Add = Callable[[str, Iterator[dict[str, Any]]], None]

# Rows that are read from the database at a time.
CHUNK = 500


def draw(user: User, add: Add) -> None:
    """Add the person's memberships, the invitations to their verified addresses, and the organizations they made."""
    # By the name that they gave it; what it is called today may be no business of theirs.
    founded = Event.objects.filter(actor_id=user.pk, action="organization.created", outcome=Event.Outcome.DONE)
    addresses = list(user.verified_addresses())
    add("memberships", _named(Membership.objects.filter(user=user), "role", "joined_at", "last_active_at"))
    add(
        "invitations",
        _named(
            Invitation.objects.filter(email__in=addresses),
            *("email", "role", "note", "state", "created_at", "expires_at", "decided_at"),
        ),
    )
    add("landing", _values(Landing.objects.filter(user=user), "organization_id"))
    add(
        "join_requests",
        _named(JoinRequest.objects.filter(user=user), "note", "state", "reason", "created_at", "decided_at"),
    )
    mine = Transfer.objects.filter(Q(from_user=user) | Q(to_user=user))
    add("transfers", _named(mine, "giver_role", "state", "created_at", "expires_at", "decided_at"))
    keys = ApiKey.objects.filter(membership__user=user)
    add(
        "api_keys",
        _named(
            keys,
            *("kind", "name", "access_id", "created_at", "secret_made_at", "expires_at", "revoked_at"),
            *("last_used_at", "last_used_from"),
        ),
    )
    details = Details.objects.filter(organization__person=user)
    add("billing_details", _values(details, *FIELDS, "updated_at"))
    add("organizations_founded", _values(founded, "organization_id", "at", name=F("detail__target")))


def _named(rows: QuerySet[Any], *fields: str) -> Iterator[dict[str, Any]]:
    organization = {name: F(f"organization__{name}") for name in ("kind", "name", "slug")}
    return _values(rows, "organization_id", *fields, **{f"organization_{key}": f for key, f in organization.items()})


def _values(rows: QuerySet[Any], *fields: str, **more: F) -> Iterator[dict[str, Any]]:
    yield from rows.order_by("pk").values(*fields, **more).iterator(chunk_size=CHUNK)
