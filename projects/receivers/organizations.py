"""What projects do when organizations and accounts are taken along, or end for good."""

from collections.abc import Callable
from typing import Any

from django.dispatch import receiver

from accounts import signals as account_signals
from accounts.models import User
from organizations import signals
from organizations.models import Organization
from organizations.signals import Obstacle
from projects.actions.closing import check_no_services_of, end_projects, projects_that_go, services_in_the_way
from projects.exports import AddPart, AddRows, add_what_is_owned, add_what_is_personal


@receiver(signals.exporting)
def add_to_export(organization: Organization, add: AddPart, **_: Any) -> None:
    """Projects and what is in them belong to what an organization owns."""
    add_what_is_owned(organization, add)


@receiver(account_signals.exporting)
def add_to_portrait(user: User, add: AddRows, **_: Any) -> None:
    """What somebody was granted, made and asked for belongs to their data."""
    add_what_is_personal(user, add)


@receiver(signals.closing)
def tell_what_is_there(organization: Organization, add: Callable[[Obstacle], None], **_: Any) -> None:
    """Whoever closes an organization knows that its projects go with it, and cannot while services are there."""
    for obstacle in (projects_that_go(organization), services_in_the_way(organization)):
        if obstacle:
            add(obstacle)


@receiver(account_signals.closing)
def keep_account_with_services(user: User, **_: Any) -> None:
    """Services keep what they run in. Raises Refused."""
    check_no_services_of(user)


@receiver(signals.ending)
def part_with_projects(organization: Organization, **_: Any) -> bool:
    """Nothing of an organization that is closed for good stays but the log."""
    return end_projects(organization)
