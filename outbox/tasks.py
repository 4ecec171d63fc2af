"""The outbox's tasks: each calls the action of its name."""

from uuid import UUID

from console.celery import app
from outbox import actions
from outbox.carriers import MODELS

# Ends before the claim does (outbox.leases.LEASE): nobody else may be at it meanwhile.
SOFT_LIMIT = 20
HARD_LIMIT = 24


@app.task(name="outbox.deliver", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def deliver(delivery_id: str, kind: str) -> None:
    """Send one mail, text message or webhook (``kind``: the name of its model), if it is due."""
    actions.deliver(UUID(delivery_id), MODELS[kind])


@app.task(name="outbox.sweep")
def sweep() -> None:
    """Wake workers up for everything that is due."""
    actions.sweep()


@app.task(name="outbox.prune")
def prune() -> None:
    """Forget old mails, text messages and webhooks."""
    actions.prune()
