"""The tasks of infrastructure: each calls the action of its name."""

from uuid import UUID

from console.celery import app
from infrastructure.actions import engine_checks
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


# A try ends within five seconds; a claim holds for twenty-five (outbox.leases).
@app.task(name=engine_checks.TASK, soft_time_limit=20, time_limit=24)
def check_engine(engine_id: str) -> None:
    """Check a storage engine, if that is due."""
    engine_checks.check_engine(UUID(engine_id))


@app.task(name="infrastructure.sweep_engines")
def sweep_engines() -> None:
    """Wake workers up for storage engines whose hourly check has come, of each organization for the first few."""
    engine_checks.sweep_engines()


@app.task(name="infrastructure.prune_engine_checks")
def prune_engine_checks() -> None:
    """Forget what was found of storage engines 30 days ago."""
    engine_checks.prune_engine_checks()
