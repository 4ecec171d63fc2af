"""Many invitations at once: given and checked, then confirmed, then sent by a worker."""

from datetime import datetime
from typing import Literal, Self, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from console.pages import Order
from organizations import actions
from organizations.actions.invitations.batches import MOST_ROWS, Entry
from organizations.actions.invitations.sending import NOTE_LENGTH
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.api.roles import KEY_LENGTH
from organizations.models import BatchRow, InvitationBatch
from organizations.roles import Permission

operations = Operations("Lists of invitations")

ADDRESS_LENGTH = 320

type BatchState = Literal["checked", "sending", "done", "stopped"]
type RowState = Literal["ready", "wrong", "invited", "refused"]


class Counts(Schema):
    """How many rows are in each state."""

    total: int
    ready: int
    wrong: int
    invited: int
    refused: int


class BatchShown(Schema):
    """A list of addresses that was given at once, and how far it is."""

    id: UUID
    state: BatchState = Field(description="Checked: nothing is sent before it is confirmed.")
    reason: str = Field(description="Why it was stopped, where nobody stopped it.")
    rows: Counts
    created_at: datetime
    ended_at: datetime | None
    waits_until: datetime | None = Field(description="When it goes on, where the day's allowance is used up.")

    @classmethod
    def of(cls, batch: InvitationBatch) -> Self:
        """A list with its counts."""
        return cls(
            id=batch.pk,
            state=cast("BatchState", batch.state),
            reason=batch.reason,
            rows=Counts(**batch.counts),
            created_at=batch.created_at,
            ended_at=batch.ended_at,
            waits_until=batch.waits_until,
        )


class BatchRowShown(Schema):
    """One row: whom to invite, as what, and what came of it."""

    number: int = Field(description="Its place in what was given, the first is 1.")
    email: str
    role: str
    state: RowState
    problem: str = Field(description="Why it cannot be sent; empty where it can.", examples=["already-member"])
    invitation_id: UUID | None


class BatchRowGiven(Given):
    """One row."""

    email: str = Field(max_length=ADDRESS_LENGTH, examples=["ada@example.com"])
    role: str = Field("", max_length=KEY_LENGTH, description="The key of a role; empty for the list's.")
    note: str = Field("", max_length=NOTE_LENGTH, description="Stands in the mail; empty for the list's.")


class BatchGiven(Given):
    """A list of people to invite, with a role and a note for the rows that have none."""

    role: str = Field(min_length=1, max_length=KEY_LENGTH, examples=["member"])
    note: str = Field("", max_length=NOTE_LENGTH)
    rows: list[BatchRowGiven] = Field(min_length=1, max_length=MOST_ROWS)


class RowsAsked(Paging):
    """Which rows."""

    state: RowState | Literal[""] = ""


@operations.post("/invitation-batches", Permission.INVITE_MEMBERS, returns=BatchShown, status=202)
def give_invitation_batch(request: KeyRequest, given: BatchGiven, response: HttpResponse) -> BatchShown:
    """Give a list of people to invite. It is checked; nothing is sent before it is confirmed.

    It is sent in the name of a member, so it takes a member's key. A former list of theirs that was not confirmed goes.
    """
    entries = [
        Entry(number=number, email=row.email, role=row.role, note=row.note)
        for number, row in enumerate(given.rows, start=1)
    ]
    batch = actions.check_batch(
        organization=request.organization, entries=entries, role=given.role, note=given.note, by=request.actor
    )
    response.headers["Location"] = f"/api/v1/invitation-batches/{batch.pk}"
    return BatchShown.of(batch)


@operations.get(
    "/invitation-batches/{uuid:pk}", Permission.REVOKE_INVITATIONS, Permission.INVITE_MEMBERS, returns=BatchShown
)
def show_invitation_batch(request: KeyRequest, pk: UUID) -> BatchShown:
    """Show how far a list is."""
    return BatchShown.of(_batch(request, pk))


@operations.get(
    "/invitation-batches/{uuid:pk}/rows",
    Permission.REVOKE_INVITATIONS,
    Permission.INVITE_MEMBERS,
    returns=Listed[BatchRowShown],
)
def list_invitation_batch_rows(request: KeyRequest, pk: UUID, asked: Query[RowsAsked]) -> Listed[BatchRowShown]:
    """List the rows of a list, in the order in which they were given."""
    rows = _batch(request, pk).rows.all()
    if asked.state:
        rows = rows.filter(state=asked.state)
    return page_of(rows, asked, orders={"row": Order("number", int)}, default="row", draw=_drawn)


@operations.post(
    "/invitation-batches/{uuid:pk}/confirmation", Permission.INVITE_MEMBERS, returns=BatchShown, status=202
)
def confirm_invitation_batch(request: KeyRequest, pk: UUID) -> BatchShown:
    """Have the rows sent that can be. Only whoever gave the list."""
    actions.confirm_batch(batch=_batch(request, pk), by=request.actor)
    return BatchShown.of(_batch(request, pk))


@operations.post(
    "/invitation-batches/{uuid:pk}/cancellation",
    Permission.REVOKE_INVITATIONS,
    Permission.INVITE_MEMBERS,
    returns=BatchShown,
    status=200,
)
def cancel_invitation_batch(request: KeyRequest, pk: UUID) -> BatchShown:
    """Send no more of it. What was sent stays open."""
    actions.stop_batch(batch=_batch(request, pk), by=request.actor)
    return BatchShown.of(_batch(request, pk))


def _batch(request: KeyRequest, pk: UUID) -> InvitationBatch:
    return get_object_or_404(request.organization.invitation_batches.visible_to(request.actor), pk=pk)


def _drawn(row: BatchRow) -> BatchRowShown:
    return BatchRowShown(
        number=row.number,
        email=row.email,
        role=row.role,
        state=cast("RowState", row.state),
        problem=row.problem,
        invitation_id=row.invitation_id,
    )
