"""What billing does when organizations are closed, and when they or people end for good."""

from collections.abc import Callable
from typing import Any

from django.dispatch import receiver

from accounts import signals as account_signals
from accounts.models import User
from billing.actions.closing import (
    end_money_of,
    forget_how_to_pay,
    funds_that_go,
    plan_that_ends,
    stop_charging,
    what_is_owed,
)
from organizations import signals
from organizations.actors import Actor
from organizations.models import Organization
from organizations.signals import Obstacle


@receiver(signals.closing)
def tell_what_is_there(organization: Organization, add: Callable[[Obstacle], None], **_: Any) -> None:
    """Whoever closes an organization pays what it owes, and knows what is lost with it."""
    for obstacle in (what_is_owed(organization), plan_that_ends(organization), funds_that_go(organization)):
        if obstacle:
            add(obstacle)


@receiver(signals.closed)
def stop_charging_it(organization: Organization, by: Actor, **_: Any) -> None:
    """Nothing is charged to an organization in which nobody works."""
    stop_charging(organization, by)


@receiver(signals.ending)
def forget_ways_to_pay(organization: Organization, **_: Any) -> bool:
    """What was paid stays, as the law asks; what it could be paid with does not."""
    return forget_how_to_pay(organization)


@receiver(account_signals.closing)
def end_personal_money(user: User, by: Any, **_: Any) -> None:
    """A personal account has its own funds, which end with it (text 004). Raises Refused for what is due."""
    end_money_of(user, by)
