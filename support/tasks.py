"""The tasks of support: each calls the action of its name."""

from uuid import UUID

from console.celery import app
from support.actions import alarms, attachments, customers, inbound, tickets, warnings
from support.directory import recreating


@app.task(name="support.admit_registered")
def admit_registered(customer_id: str = "") -> None:
    """Let in whom the directory knows and who has an account already, of one customer or of all."""
    recreating.admit_registered(UUID(customer_id) if customer_id else None)


@app.task(name="support.prune_imports")
def prune_imports() -> None:
    """Delete files of customers that were given in long ago."""
    customers.prune_imports()


@app.task(name="support.warn_of_entitlements")
def warn_of_entitlements() -> None:
    """Tell of entitlements that end soon, and of those that have."""
    warnings.warn_of_ends()


@app.task(name="support.close_solved_tickets")
def close_solved_tickets() -> None:
    """Close for good what has been solved for long enough."""
    tickets.close_solved_tickets()


@app.task(name="support.prune_files")
def prune_files() -> None:
    """Remove uploaded files that no message has."""
    attachments.prune_files()


@app.task(name="support.alarm_of_waiting_tickets")
def alarm_of_waiting_tickets() -> None:
    """Alarm staff of tickets whose first answer is due soon, or late."""
    alarms.alarm_of_waiting_tickets()


@app.task(name="support.prune_inbound_mails")
def prune_inbound_mails() -> None:
    """Forget what became of old mails."""
    inbound.prune_inbound_mails()
