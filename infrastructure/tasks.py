"""The tasks of infrastructure: each calls the action of its name."""

from console.celery import app
from infrastructure.actions.certificate_warnings import tell_of_endings
from infrastructure.actions.server_silence import tell_of_silent_servers
from infrastructure.actions.server_tokens import prune_tokens


@app.task(name="infrastructure.tell_of_silent_servers")
def tell_of_silence() -> None:
    """Tell people of servers of which nothing is heard."""
    tell_of_silent_servers()


@app.task(name="infrastructure.prune_server_tokens")
def prune_server_tokens() -> None:
    """Forget connection tokens that ended a while ago."""
    prune_tokens()


@app.task(name="infrastructure.tell_of_ending_certificates")
def tell_of_ending_certificates() -> None:
    """Tell people of certificates that end soon, and of those that have ended."""
    tell_of_endings()
