"""What infrastructure does when organizations and accounts are taken along, closed, or end for good."""

from collections.abc import Callable
from typing import Any

from django.dispatch import receiver

from accounts import signals as account_signals
from accounts.models import User
from infrastructure.actions.ends import end_infrastructure, infrastructure_that_goes
from infrastructure.exports import AddPart, AddRows, add_what_is_owned, add_what_is_personal
from organizations import signals
from organizations.models import Organization
from organizations.signals import Obstacle


@receiver(signals.exporting)
def add_to_export(organization: Organization, add: AddPart, **_: Any) -> None:
    """What is set up once for all projects belongs to what an organization owns."""
    add_what_is_owned(organization, add)


@receiver(account_signals.exporting)
def add_to_portrait(user: User, add: AddRows, **_: Any) -> None:
    """What somebody set up belongs to their data."""
    add_what_is_personal(user, add)


@receiver(signals.closing)
def tell_what_goes(organization: Organization, add: Callable[[Obstacle], None], **_: Any) -> None:
    """Whoever closes an organization knows that what was set up there goes with it."""
    if obstacle := infrastructure_that_goes(organization):
        add(obstacle)


@receiver(signals.ending)
def part_with_infrastructure(organization: Organization, **_: Any) -> bool:
    """Nothing of an organization that is closed for good stays but the log."""
    return end_infrastructure(organization)
