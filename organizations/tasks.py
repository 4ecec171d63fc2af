"""Periodic work of organizations."""

from celery import shared_task

from . import actions


@shared_task(name="organizations.expire_invitations")
def expire_invitations() -> None:
    """Mark the invitations whose time is over."""
    actions.expire_invitations()
