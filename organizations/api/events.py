"""The audit log of the organization."""

from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import AwareDatetime, Field

from audit.models import Chain, Event
from console.api.pages import page_of
from console.api.problems import Problem
from console.api.schemas import Listed, Paging
from console.pages import Order
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.log import Filters, as_json, events_of
from organizations.roles import Permission

operations = Operations("Events")
# No column holds a whole number of more.
POSITION_DIGITS = 18


class EventActor(Schema):
    """Who acted."""

    kind: Literal["user", "key", "staff", "visitor", "system"]
    id: UUID | None = Field(description="The user's id; null for a service key, and for our staff.")
    name: str = Field(description="Empty once it was erased with the account.")
    key_id: UUID | None = Field(description="The API key that it was done with.")
    key_name: str = Field(description="What that key was called then; empty once it was erased.")


class EventTarget(Schema):
    """What it was done to."""

    type: str = Field(examples=["organizations.membership"])
    id: UUID | None
    name: str


class EventText(Schema):
    """What people typed, before and after."""

    before: str
    after: str


class EventShown(Schema):
    """One thing that was done, or refused."""

    id: UUID
    at: str = Field(json_schema_extra={"format": "date-time"})
    action: str = Field(examples=["membership.role_changed"])
    outcome: Literal["done", "denied"]
    actor: EventActor
    target: EventTarget
    subject_id: UUID | None = Field(description="The user whose account it concerns.")
    before: dict[str, Any]
    after: dict[str, Any]
    texts: dict[str, EventText]
    address: str | None = Field(description="The IP address; null once it was erased.")
    device: str
    request_id: str


class Events(Listed[EventShown]):
    """One page of the log."""

    next: str | None = Field(
        description="What to send as `after` to go on. From the newest, null on the last page; from the oldest it "
        "stays: keep it, and ask again later for what came since."
    )


class EventsAsked(Paging):
    """Which events, in which order."""

    order: Literal["newest", "oldest"] = Field(
        "newest",
        description="From the oldest, each event comes once, in an order that never changes, some seconds after it "
        "happened: to follow the log.",
    )
    action: list[str] = Field(
        default_factory=list, max_length=50, description="Names of events; several are any of them."
    )
    who: str = Field("", max_length=200, description="Part of the name of who acted, or of the key.")
    actor_id: UUID | None = Field(None, description="A user's id.")
    key_id: UUID | None = Field(None, description="An API key's id.")
    target_id: UUID | None = Field(None, description="The id of what it was done to.")
    outcome: Literal["", "done", "denied"] = ""
    since: AwareDatetime | None = Field(None, description="From this time on.", examples=["2027-01-31T12:00:00Z"])
    until: AwareDatetime | None = Field(None, description="Before this time.")

    @property
    def filters(self) -> Filters:
        """As the log takes them."""
        return Filters(
            actions=tuple(self.action) or None,
            **self.model_dump(include={"who", "actor_id", "key_id", "target_id", "outcome", "since", "until"}),
        )


@operations.get("/events", Permission.VIEW_AUDIT_LOG, returns=Events)
def list_events(request: KeyRequest, asked: Query[EventsAsked]) -> Events:
    """List what was done and what was refused, the newest first; or follow it from the oldest."""
    if asked.order == "oldest":
        return _followed(request.organization.pk, asked)
    events = events_of(request.organization.pk, asked.filters)
    # Ids grow with time.
    page = page_of(events, asked, orders={"at": Order("id", UUID)}, default="-at", draw=_drawn)
    return Events(items=page.items, next=page.next)


@operations.get("/events/{uuid:pk}", Permission.VIEW_AUDIT_LOG, returns=EventShown)
def show_event(request: KeyRequest, pk: UUID) -> EventShown:
    """Show an event."""
    return _drawn(get_object_or_404(events_of(request.organization.pk), pk=pk))


def _followed(organization_id: UUID, asked: EventsAsked) -> Events:
    """Those that have their place in the chain, by it: no event ever comes before one that was seen."""
    seen, events = _position(asked.after), events_of(organization_id, asked.filters)
    # First the end, then the events: all that it counts are there.
    end = Chain.objects.filter(pk=organization_id).values_list("position", flat=True).first() or 0
    # The chain finds the place in its index; without it, all that is linked is sorted for each page.
    linked = events.filter(link__chain=organization_id, link__position__gt=seen).order_by("link__position")
    rows = list(linked.select_related("detail", "link")[: asked.limit])
    reached = rows[-1].link.position if rows else seen
    if len(rows) < asked.limit:
        # Up to the end nothing else fits; a rare filter does not look there again.
        reached = max(reached, end)
    return Events(items=[_drawn(row) for row in rows], next=str(reached) if reached else None)


def _position(after: str) -> int:
    """The place in the chain that a page ended with; raises Problem for what is none."""
    if not after:
        return 0
    if after.isascii() and after.isdigit() and len(after) <= POSITION_DIGITS:
        return int(after)
    sentence = _("This is not what the page before gave as “next”.")
    raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "cursor", sentence, errors=[("after", "cursor", sentence)])


def _drawn(event: Event) -> EventShown:
    return EventShown(**as_json(event))
