"""Actions on servers, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable

from infrastructure.actions.server_tokens import IssuedToken, make_server_token, revoke_server_token
from infrastructure.actions.servers import connect_server, disconnect_server
from infrastructure.models import Server
from organizations.actors import Actor
from tests.cast import Cast


def issue(cast: Cast) -> IssuedToken:
    """Theo makes a connection token."""
    return make_server_token(organization=cast.acme, by=cast.theo.actor(cast.acme))


def connect(cast: Cast) -> Server:
    """A server comes with it."""
    connected = connect_server(
        token=issue(cast).token, name="Factory floor", url="https://pmm.example.com/", version="3", external_id="pmm-1"
    )
    return connected.server


# By the name of the audited action; `use_token` is what `connect_server` does for whoever made the token.
SERVERS: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "make_server_token": ("server_token.made", issue),
    "revoke_server_token": (
        "server_token.revoked",
        lambda c: revoke_server_token(token=issue(c).row, by=c.theo.actor(c.acme)),
    ),
    "use_token": ("server.connected", connect),
    "disconnect_server": (
        "server.disconnected",
        lambda c: disconnect_server(server=connect(c), by=c.theo.actor(c.acme)),
    ),
}
BY_STAFF: dict[str, tuple[str, Callable[[Cast, Actor], object]]] = {
    "disconnect_server": (
        "server.disconnected",
        lambda c, by: disconnect_server(server=connect(c), reason="It floods us.", by=by),
    ),
}
