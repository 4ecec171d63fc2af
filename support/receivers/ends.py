"""What support does when organizations and people take along what is theirs, or end."""

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from accounts import signals as account_signals
from accounts.models import User
from organizations import signals
from organizations.models import Organization
from support.actions.closing import discard_files_with, end_support
from support.exports import AddPart, AddRows, add_what_is_owned, add_what_is_personal


@receiver(signals.exporting)
def add_to_export(organization: Organization, add: AddPart, **_: Any) -> None:
    """Entitlements, contacts and tickets belong to what an organization owns."""
    add_what_is_owned(organization, add)


@receiver(account_signals.exporting)
def add_to_portrait(user: User, add: AddRows, **_: Any) -> None:
    """What somebody asked belongs to their data."""
    add_what_is_personal(user, add)


@receiver(signals.ending)
def part_with_support(organization: Organization, **_: Any) -> bool:
    """Nothing of an organization that is closed for good stays but the log."""
    return end_support(organization)


@receiver(pre_delete, sender=Organization)
def part_with_files(instance: Organization, **_: Any) -> None:
    """A personal account goes with its person, and its tickets with it: their files are in no database."""
    discard_files_with(instance)
