"""What becomes of names in tickets when people change them, and when their accounts end."""

from typing import Any

from django.dispatch import receiver

from accounts import signals
from accounts.models import User
from support.actions.names import forget_writer, rename_writer


@receiver(signals.profile_changed)
def rename_in_tickets(user: User, **_: Any) -> None:
    """Tickets keep a copy of names, so that one who leaves is still known; of one who stays it is the name of now."""
    rename_writer(user)


@receiver(signals.closing)
def forget_in_tickets(user: User, **_: Any) -> None:
    """What somebody asked for a team stays, without who it was."""
    forget_writer(user)
