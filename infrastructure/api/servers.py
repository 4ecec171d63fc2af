"""The servers of the organization; and what servers themselves send, with a token or secret of their own."""

from datetime import datetime
from typing import Final, Literal, Self
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from console.pages import Order, moments
from console.refusal import Refused
from infrastructure.actions import servers as actions
from infrastructure.api.server_authentication import CONNECTING, REPORTING, ServerOperations, ServerRequest, problem_of
from infrastructure.models import Server
from infrastructure.models.server import ID_LENGTH, NAME_LENGTH, URL_LENGTH, VERSION_LENGTH
from infrastructure.server_rows import Selection
from organizations.api.authentication.guesses import count_failure
from organizations.api.operations import Operations, lacking
from organizations.api.requests import KeyRequest
from organizations.roles import Permission
from outbox.letters import absolute

operations = Operations("Servers")
for_servers = ServerOperations(operations.router)

# Seconds from one heartbeat to the next.
PERIOD: Final = 60
ORDERS = {"name": Order("name"), "last_contact_at": moments("last_seen_at"), "connected_at": moments("connected_at")}

type Sort = Literal["name", "-name", "last_contact_at", "-last_contact_at", "connected_at", "-connected_at"]


class ServerShown(Schema):
    """A monitoring server that is connected."""

    id: UUID
    external_id: str = Field(description="What the server calls itself.", examples=["monitoring-1"])
    name: str = Field(examples=["Monitoring"])
    url: str = Field(examples=["https://monitoring.example.com/"])
    version: str = Field(examples=["3.1.0"])
    is_reachable: bool = Field(description="Whether it was heard of in the last five minutes.")
    last_contact_at: datetime
    connected_at: datetime
    connected_by: str = Field(description="Empty where who connected it has no account any more.")

    @classmethod
    def of(cls, server: Server) -> Self:
        """A server with who connected it."""
        return cls(
            id=server.pk,
            external_id=server.external_id,
            name=server.name,
            url=server.url,
            version=server.version,
            is_reachable=server.is_reachable,
            last_contact_at=server.last_seen_at,
            connected_at=server.connected_at,
            connected_by=server.connected_by.name if server.connected_by else "",
        )


class ServersAsked(Paging):
    """Which servers."""

    q: str = Field("", max_length=200, description="Part of a name, of an address or of the server's own id.")
    state: Literal["reachable", "unreachable", ""] = Field("", description="Left out: all.")
    sort: Sort = "name"


class ServerGiven(Given):
    """What a server says of itself when it connects."""

    id: str = Field(
        min_length=1,
        max_length=ID_LENGTH,
        pattern="^[ -~]+$",
        description="What it calls itself, the same each time: connected again with it, it is the same server.",
        examples=["monitoring-1"],
    )
    name: str = Field(min_length=1, max_length=NAME_LENGTH, examples=["Monitoring"])
    url: str = Field(
        min_length=1,
        max_length=URL_LENGTH,
        description="Where people find it; http or https, without a password.",
        examples=["https://monitoring.example.com/"],
    )
    version: str = Field(min_length=1, max_length=VERSION_LENGTH, examples=["3.1.0"])


class ServerConnected(Schema):
    """A server that is connected, and how it reports from now on."""

    id: UUID
    secret: str = Field(description="Shown this once: what to send as `Authorization: Bearer …` with heartbeats.")
    heartbeats: str = Field(description="Where to send them.")
    heartbeat_seconds: int = Field(description="From one to the next.", examples=[PERIOD])


class HeartbeatGiven(Given):
    """That a server is there, and what runs on it."""

    version: str = Field(min_length=1, max_length=VERSION_LENGTH, examples=["3.1.0"])


class HeartbeatTaken(Schema):
    """When to send the next one."""

    heartbeat_seconds: int = Field(examples=[PERIOD])


@operations.get("/servers", Permission.VIEW_INFRASTRUCTURE, returns=Listed[ServerShown])
def list_servers(request: KeyRequest, asked: Query[ServersAsked]) -> Listed[ServerShown]:
    """List the servers, by name unless you say otherwise."""
    selection = Selection.of(request.organization, {"q": asked.q, "state": asked.state})
    found = selection.servers.select_related("connected_by")
    return page_of(found, asked, orders=ORDERS, default=asked.sort, draw=ServerShown.of)


@for_servers.post("/servers", scheme=CONNECTING, returns=ServerConnected, status=201)
def connect_server(request: ServerRequest, given: ServerGiven, response: HttpResponse) -> ServerConnected:
    """Connect a server, with a connection token that a member made on the page of servers: once, within 30 minutes.

    With an `id` that is connected already, the same server gets a new secret, and its former one is dead; where
    somebody else connected that one, it is refused. If the answer is lost, make another token and connect again.
    """
    try:
        connected = actions.connect_server(
            token=request.credential,
            name=given.name,
            url=given.url,
            version=given.version,
            external_id=given.id,
            origin=request.origin,
        )
    except Refused as refusal:
        problem = problem_of(refusal, request)
        if not problem.errors:
            count_failure(request.origin.address)
        raise problem from None
    server = connected.server
    response.headers["Location"] = f"/api/v1/servers/{server.pk}"
    return ServerConnected(
        id=server.pk,
        secret=connected.secret,
        heartbeats=absolute(reverse("api:send_heartbeat", args=[server.pk])),
        heartbeat_seconds=PERIOD,
    )


@for_servers.post("/servers/{uuid:pk}/heartbeats", scheme=REPORTING, returns=HeartbeatTaken, status=200)
def send_heartbeat(request: ServerRequest, pk: UUID, given: HeartbeatGiven) -> HeartbeatTaken:
    """Say that a server is there, every minute. After five minutes without it counts as unreachable.

    Once somebody has disconnected the server, the answer is a 401 with the code `not-connected`.
    """
    try:
        actions.note_heartbeat(server_id=pk, secret=request.credential, version=given.version, origin=request.origin)
    except Refused as refusal:
        raise problem_of(refusal, request) from None
    return HeartbeatTaken(heartbeat_seconds=PERIOD)


@operations.get("/servers/{uuid:pk}", Permission.VIEW_INFRASTRUCTURE, returns=ServerShown)
def show_server(request: KeyRequest, pk: UUID) -> ServerShown:
    """Show a server."""
    return ServerShown.of(_server(request, pk))


@operations.delete("/servers/{uuid:pk}", Permission.MANAGE_INFRASTRUCTURE, Permission.VIEW_INFRASTRUCTURE)
def disconnect_server(request: KeyRequest, pk: UUID) -> None:
    """Disconnect a server: what it sends is no longer accepted.

    Without `manage_infrastructure`, only one that the key's holder connected, with a key that may connect servers.
    """
    server = _server(request, pk)
    if not actions.may_disconnect(server, request.actor):
        raise lacking(Permission.MANAGE_INFRASTRUCTURE, request.actor)
    actions.disconnect_server(server=server, by=request.actor)


def _server(request: KeyRequest, pk: UUID) -> Server:
    server = Server.objects.select_related("connected_by").filter(organization=request.organization, pk=pk).first()
    if server is None:
        raise Http404
    return server
