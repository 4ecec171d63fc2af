"""The tasks of organizations: each calls the action of its name."""

from console.celery import app
from organizations import actions


@app.task(name="organizations.expire_invitations")
def expire_invitations() -> None:
    """Mark the invitations whose time is over."""
    actions.expire_invitations()
