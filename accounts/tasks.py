"""The tasks of accounts: each calls the action of its name."""

from uuid import UUID

from accounts import actions
from console.celery import app


@app.task(name="accounts.make_export")
def make_export(export_id: str) -> None:
    """Collect a person's data, if that is due."""
    actions.make_export(UUID(export_id))


@app.task(name="accounts.sweep_exports")
def sweep_exports() -> None:
    """Wake workers up for every export that waits."""
    actions.sweep_exports()


@app.task(name="accounts.prune_exports")
def prune_exports() -> None:
    """Remove the exports whose day is over."""
    actions.prune_exports()


@app.task(name="accounts.forget_browsers")
def forget_browsers() -> None:
    """Forget the browsers in which nobody has signed in for a year."""
    actions.forget_browsers()


@app.task(name="accounts.expire_signups")
def expire_signups() -> None:
    """Delete the accounts of 30 days ago that nobody ever verified."""
    actions.expire_signups()


@app.task(name="accounts.delete_leftovers")
def delete_leftovers() -> None:
    """Delete changes of addresses, recoveries, telephone numbers and notifications whose time is over."""
    actions.delete_leftovers()


@app.task(name="accounts.complete_recoveries")
def complete_recoveries() -> None:
    """Remove the second factors of who has asked for it, and waited."""
    actions.complete_recoveries()
