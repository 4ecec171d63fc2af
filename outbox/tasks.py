"""The outbox's tasks: each calls the action of its name."""

from uuid import UUID

from console.celery import app
from outbox import actions

# Ends before the claim on the mail does (outbox.models.LEASE): nobody else may be at it meanwhile.
SOFT_LIMIT = 20
HARD_LIMIT = 24


@app.task(name="outbox.deliver", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def deliver(mail_id: str) -> None:
    """Send one mail, if it is due."""
    actions.deliver(UUID(mail_id))


@app.task(name="outbox.sweep")
def sweep() -> None:
    """Wake workers up for every mail that is due."""
    actions.sweep()


@app.task(name="outbox.prune")
def prune() -> None:
    """Forget old mails."""
    actions.prune()
