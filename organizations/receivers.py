"""What organizations do when accounts say that something happened, in the transaction of the change."""

from typing import Any

from django.dispatch import receiver

from accounts import signals
from accounts.models import User
from audit.actors import Actor
from organizations import policies
from organizations.actions import create_personal_account, note_bounce
from organizations.actions.account_closing import end_memberships
from organizations.models.membership import rename_memberships
from organizations.portrait import Add, draw
from outbox.models import Mail
from outbox.signals import bounced


@receiver(signals.created)
def make_personal_account(user: User, **_: Any) -> None:
    """Each user has a personal account from the first moment, where the policy has them."""
    if policies.current().has_personal_accounts:
        create_personal_account(user=user)


@receiver(signals.profile_changed)
def copy_names(user: User, **_: Any) -> None:
    """Member lists sort and search by a copy of the name."""
    rename_memberships(user)


@receiver(signals.closing)
def part_with(user: User, by: Actor, **_: Any) -> None:
    """Teams stay without whoever ends the account, or are the reason to refuse it."""
    end_memberships(user=user, by=by)


@receiver(signals.exporting)
def add_to_export(user: User, add: Add, **_: Any) -> None:
    """What a person is in organizations belongs to the person's data."""
    draw(user, add)


@receiver(bounced)
def close_bounced_invitation(mail: Mail, **_: Any) -> None:
    """An address that cannot be reached cannot accept."""
    note_bounce(mail=mail)
