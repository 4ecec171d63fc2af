"""API keys: the holder's own, and the organization's."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Day, Given, Listed, Paging
from console.pages import Order
from console.refusal import Refused
from organizations import actions
from organizations.actions.api_keys import Issued
from organizations.actions.api_keys.ending import REASON_LENGTH
from organizations.actions.api_keys.networks import MOST_NETWORKS
from organizations.actions.api_keys.secrets import LONGEST_OVERLAP_HOURS
from organizations.actions.denials import note_denial
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.models import ApiKey
from organizations.models.api_key import NAME_LENGTH, ApiKeyQuerySet, Kind
from organizations.roles import Permission

operations = Operations("API keys")

type KeyKind = Literal["pair", "named", "service"]


class KeyShown(Schema):
    """An API key. Its secret is shown once, by the operation that makes it."""

    id: UUID
    key: str = Field(description="Its public name: the user name of HTTP Basic.", examples=["cnsl_key_…"])
    kind: KeyKind = Field(
        description="The first pair of a member, a further key of a member, or a key of the organization itself."
    )
    name: str = Field(description="Empty for a first pair.")
    permissions: list[str] = Field(
        description="The most that it may do; empty for a first pair, which may do whatever its member may."
    )
    networks: list[str] = Field(
        description="From where it may be used; empty for anywhere.", examples=[["192.0.2.0/24"]]
    )
    has_secret: bool = Field(description="False for a first pair whose secret nobody has made yet, and a revoked key.")
    secret_made_at: datetime | None
    former_secret_until: datetime | None = Field(description="How long the secret before a rotation goes on.")
    expires_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """A key without its secret."""
        return cls(**_values(key))


class KeyListed(KeyShown):
    """A key in the list. What changes with each use stands only here: a key's ETag is of what can be changed."""

    last_used_at: datetime | None
    last_used_from: str | None


class KeyIssued(KeyShown):
    """A key with the secret that was just made for it: it is not shown again."""

    secret: str = Field(description="The password of HTTP Basic. Keep it where you keep secrets.")

    @classmethod
    def issued(cls, issued: Issued) -> Self:
        """A key, and its new secret."""
        return cls(**_values(issued.key), secret=issued.secret)


class KeysAsked(Paging):
    """Which keys."""

    kind: KeyKind | Literal[""] = ""


class KeyGiven(Given):
    """A further key of the holder, or a service key."""

    kind: Literal["named", "service"] = "named"
    name: str = Field(min_length=1, max_length=NAME_LENGTH, examples=["Deployment"])
    permissions: list[str] = Field(
        max_length=len(Permission), description="At most what the key that asks may do.", examples=[["view_members"]]
    )
    networks: list[str] = Field(
        default_factory=list, max_length=MOST_NETWORKS, description="Addresses or networks; none for anywhere."
    )
    expires_on: Day | None = Field(None, description="The last day, at most five years from now; null for no end.")


class KeyChange(Given):
    """What to change; what is left out stays. Of a first pair only the networks can be changed."""

    name: str = Field(default_factory=str, min_length=1, max_length=NAME_LENGTH)
    permissions: list[str] = Field(default_factory=list, max_length=len(Permission))
    networks: list[str] = Field(default_factory=list, max_length=MOST_NETWORKS)
    expires_on: Day | None = Field(default_factory=lambda: None)


class Rotation(Given):
    """How the former secret ends."""

    overlap_hours: int = Field(
        0, ge=0, le=LONGEST_OVERLAP_HOURS, description="Hours for which the former secret goes on."
    )


class Revocation(Given):
    """Why it ends."""

    reason: str = Field("", max_length=REASON_LENGTH, description="For the log.")


@operations.get("/api-keys", Permission.VIEW_ORGANIZATION, returns=Listed[KeyListed])
def list_api_keys(request: KeyRequest, asked: Query[KeysAsked]) -> Listed[KeyListed]:
    """List the holder's own keys, and the organization's for who manages them; the newest first.

    A further key lists itself, and of the others those that may do no more than it.
    """
    keys = _keys(request)
    if asked.kind:
        keys = keys.filter(kind=asked.kind)
    # Ids grow with time.
    return page_of(keys, asked, orders={"created": Order("id", UUID)}, default="-created", draw=_listed)


@operations.issue("/api-keys", Permission.VIEW_ORGANIZATION, returns=KeyIssued)
def make_api_key(request: KeyRequest, given: KeyGiven, response: HttpResponse) -> KeyIssued:
    """Make a further key of the holder's, or a service key. The answer holds its secret, this once."""
    _check_present(request)
    create = actions.create_service_key if given.kind == "service" else actions.create_key
    issued = create(organization=request.organization, **given.model_dump(exclude={"kind"}), by=request.actor)
    response.headers["Location"] = f"/api/v1/api-keys/{issued.key.pk}"
    return KeyIssued.issued(issued)


@operations.get("/api-keys/{uuid:pk}", Permission.VIEW_ORGANIZATION, returns=KeyShown)
def show_api_key(request: KeyRequest, pk: UUID) -> KeyShown:
    """Show a key."""
    return KeyShown.of(_key(request, pk))


@operations.patch("/api-keys/{uuid:pk}", Permission.VIEW_ORGANIZATION, returns=KeyShown)
def change_api_key(request: KeyRequest, pk: UUID, change: KeyChange) -> KeyShown:
    """Change what a key is called, what it may do, from where and until when. Its secret stays.

    No key gives itself or another one more than it has.
    """
    key = _key(request, pk)
    changed = change.model_dump(exclude_unset=True)
    if key.kind == Kind.PAIR and changed.keys() <= {"networks"}:
        return KeyShown.of(
            actions.limit_networks(key=key, networks=changed.get("networks", key.networks), by=request.actor)
        )
    now = {
        "name": key.name,
        "permissions": sorted(key.permissions),
        "networks": key.networks,
        "expires_on": timezone.localdate(key.expires_at) if key.expires_at else None,
    }
    return KeyShown.of(actions.edit_key(key=key, **{**now, **changed}, by=request.actor))


@operations.issue("/api-keys/{uuid:pk}/secret", Permission.VIEW_ORGANIZATION, returns=KeyIssued)
def make_api_key_secret(request: KeyRequest, pk: UUID) -> KeyIssued:
    """Make the first secret of a first pair. The answer holds it, this once."""
    key = _key(request, pk)
    _check_present(request)
    return KeyIssued.issued(actions.make_secret(key=key, by=request.actor))


@operations.issue("/api-keys/{uuid:pk}/rotation", Permission.VIEW_ORGANIZATION, returns=KeyIssued)
def rotate_api_key(request: KeyRequest, pk: UUID, given: Rotation | None = None) -> KeyIssued:
    """Give a key another secret. The answer holds it, this once; its tokens end."""
    hours, key = given.overlap_hours if given else 0, _key(request, pk)
    _check_present(request)
    issued = actions.rotate_secret(key=key, overlap_hours=hours, by=request.actor)
    return KeyIssued.issued(issued)


@operations.post("/api-keys/{uuid:pk}/revocation", Permission.VIEW_ORGANIZATION, returns=KeyShown, status=200)
def revoke_api_key(request: KeyRequest, pk: UUID, given: Revocation | None = None) -> KeyShown:
    """End a key at once and for good. A first pair is followed by a new one without a secret."""
    return KeyShown.of(
        actions.revoke_key(key=_key(request, pk), reason=given.reason if given else "", by=request.actor)
    )


def _check_present(request: KeyRequest) -> None:
    """Refuse who came with a secret that was replaced and goes on for a time: it makes none that goes on after it.

    It may be what somebody else has, because of whom it was replaced. Who only got no answer to the rotation sends that
    again with its `Idempotency-Key`.
    """
    if request.shown.until:
        note_denial(request.key, code="former-secret", is_proven=True, origin=request.actor.origin)
        raise Refused(_("The secret that you came with was replaced. Ask with the present one."), code="former-secret")


def _keys(request: KeyRequest) -> ApiKeyQuerySet:
    return request.organization.api_keys.visible_to(request.actor)


def _key(request: KeyRequest, pk: UUID) -> ApiKey:
    return get_object_or_404(_keys(request).select_related("organization", "membership"), pk=pk)


def _values(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.pk,
        "key": key.access_id,
        "kind": key.kind,
        "name": key.name,
        "permissions": sorted(key.permissions),
        "networks": key.networks,
        "has_secret": bool(key.secret),
        "secret_made_at": key.secret_made_at,
        "former_secret_until": key.former_until,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "created_at": key.created_at,
    }


def _listed(key: ApiKey) -> KeyListed:
    return KeyListed(**_values(key), last_used_at=key.last_used_at, last_used_from=key.last_used_from)
