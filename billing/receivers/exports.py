"""What billing adds when organizations and people take along what is theirs."""

from typing import Any

from django.dispatch import receiver

from accounts import signals as account_signals
from accounts.models import User
from billing.exports import AddPart, AddRows, add_what_is_owned, add_what_is_personal
from organizations import signals
from organizations.models import Organization


@receiver(signals.exporting)
def add_to_export(organization: Organization, add: AddPart, **_: Any) -> None:
    """Money belongs to what an organization owns."""
    add_what_is_owned(organization, add)


@receiver(account_signals.exporting)
def add_to_portrait(user: User, add: AddRows, **_: Any) -> None:
    """What somebody paid with belongs to their data."""
    add_what_is_personal(user, add)
