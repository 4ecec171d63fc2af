"""What becomes of names and files in tickets when people change, and when their accounts end."""

from typing import Any

from django.dispatch import receiver

from accounts import signals
from accounts.models import User
from support.actions.attachments import discard_files_of
from support.actions.names import forget_writer, rename_writer
from support.models import Ticket


@receiver(signals.profile_changed)
def rename_in_tickets(user: User, **_: Any) -> None:
    """Tickets keep a copy of names, so that one who leaves is still known; of one who stays it is the name of now."""
    rename_writer(user)


@receiver(signals.closing)
def part_with_account(user: User, **_: Any) -> None:
    """What somebody asked for a team stays, without who it was; files in the personal account go with it."""
    forget_writer(user)
    discard_files_of(Ticket.objects.filter(organization__person=user))
