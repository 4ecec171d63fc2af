"""What organizations do when accounts say that something happened, in the transaction of the change."""

from typing import Any

from django.dispatch import receiver

from accounts import signals
from accounts.models import User
from organizations.actions import create_personal_account, note_bounce
from organizations.models.membership import rename_memberships
from outbox.models import Mail
from outbox.signals import bounced


@receiver(signals.created)
def make_personal_account(user: User, **_: Any) -> None:
    """Each user has a personal account from the first moment."""
    create_personal_account(user=user)


@receiver(signals.profile_changed)
def copy_names(user: User, **_: Any) -> None:
    """Member lists sort and search by a copy of the name."""
    rename_memberships(user)


@receiver(bounced)
def close_bounced_invitation(mail: Mail, **_: Any) -> None:
    """An address that cannot be reached cannot accept."""
    note_bounce(mail=mail)
