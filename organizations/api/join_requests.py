"""The requests to join the organization, and the answers to them."""

from datetime import datetime
from typing import Literal, Self, cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.problems import Problem
from console.api.schemas import Given, Listed, Paging
from console.pages import Order
from console.text import one_line
from organizations import actions, policies
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.api.roles import KEY_LENGTH
from organizations.models import JoinRequest
from organizations.models.join_request import NOTE_LENGTH, JoinRequestQuerySet
from organizations.roles import Permission

operations = Operations("Requests to join")

type JoinRequestState = Literal["pending", "approved", "declined", "withdrawn", "lapsed"]


class JoinRequestShown(Schema):
    """A wish of a user to become a member."""

    id: UUID
    user_id: UUID
    name: str = Field(description="Of who asks.", examples=["Ada Lovelace"])
    email: str = Field(examples=["ada@example.com"])
    note: str = Field(description="What they say.")
    state: JoinRequestState = Field(description="Lapsed: it is no longer needed, for they came in another way.")
    reason: str = Field(description="Why it was declined.")
    created_at: datetime
    decided_at: datetime | None
    decided_by: str = Field(description="Who decided; empty where nobody did, or the organization's own key.")

    @classmethod
    def of(cls, asked: JoinRequest) -> Self:
        """A request with who asks and who decided."""
        return cls(
            id=asked.pk,
            user_id=asked.user_id,
            name=asked.user.name,
            email=asked.user.email,
            note=asked.note,
            state=cast("JoinRequestState", asked.state),
            reason=asked.reason,
            created_at=asked.created_at,
            decided_at=asked.decided_at,
            decided_by=asked.decided_by.name if asked.decided_by else "",
        )


class RequestsAsked(Paging):
    """Which requests."""

    q: str = Field("", max_length=200, description="What the name or the address contains.")
    state: JoinRequestState = "pending"


class Approval(Given):
    """As what they come in."""

    role: str = Field(min_length=1, max_length=KEY_LENGTH, description="The key of a role.", examples=["member"])


class Declination(Given):
    """Why not."""

    reason: str = Field("", max_length=NOTE_LENGTH, description="Stands in the mail to who asked.")


@operations.get("/requests", Permission.DECIDE_REQUESTS, returns=Listed[JoinRequestShown])
def list_requests(request: KeyRequest, asked: Query[RequestsAsked]) -> Listed[JoinRequestShown]:
    """List the requests to join, the newest first; without a state those that wait for an answer."""
    found = _requests(request).filter(state=asked.state)
    if term := one_line(asked.q):
        found = found.matching(term)
    # Ids grow with time.
    orders = {"created": Order("id", UUID)}
    return page_of(found, asked, orders=orders, default="-created", draw=JoinRequestShown.of)


@operations.get("/requests/{uuid:pk}", Permission.DECIDE_REQUESTS, returns=JoinRequestShown)
def show_request(request: KeyRequest, pk: UUID) -> JoinRequestShown:
    """Show a request to join."""
    return JoinRequestShown.of(_request(request, pk))


@operations.post("/requests/{uuid:pk}/approval", Permission.DECIDE_REQUESTS, returns=JoinRequestShown, status=200)
def approve_request(request: KeyRequest, pk: UUID, given: Approval) -> JoinRequestShown:
    """Let them in, with a role. They are told by mail."""
    actions.approve_request(join_request=_request(request, pk), role=given.role, by=request.actor)
    return JoinRequestShown.of(_request(request, pk))


@operations.post("/requests/{uuid:pk}/declination", Permission.DECIDE_REQUESTS, returns=JoinRequestShown, status=200)
def decline_request(request: KeyRequest, pk: UUID, given: Declination | None = None) -> JoinRequestShown:
    """Say no. They are told by mail, with the reason if there is one."""
    actions.decline_request(join_request=_request(request, pk), reason=given.reason if given else "", by=request.actor)
    return JoinRequestShown.of(_request(request, pk))


def _requests(request: KeyRequest) -> JoinRequestQuerySet:
    if not policies.current().has_directory:
        raise Problem.not_found()
    return request.organization.join_requests.select_related("organization", "user", "decided_by")


def _request(request: KeyRequest, pk: UUID) -> JoinRequest:
    return get_object_or_404(_requests(request), pk=pk)
