"""What is promised for a ticket: who answers within what time, by the support that was bought (text 003)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from organizations.models import Organization
from support.models import Entitlement, Priority, Product, SupportLevel, Ticket


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Until when a ticket gets its first answer; ``entitlement``: by what, None for what everybody gets.

    ``level`` and ``due_at`` are None where nothing is promised.
    """

    level: SupportLevel | None = None
    entitlement: Entitlement | None = None
    due_at: datetime | None = None


NOTHING = Promise()


def promise_for(
    organization: Organization,
    product: Product | None,
    priority: str,
    at: datetime,
    *,
    entitlement: Entitlement | None = None,
) -> Promise:
    """What is promised for a ticket that is raised ``at`` that time, around the clock.

    Of the entitlements that hold then and cover the product's family, the one with the quickest level counts, or
    ``entitlement``, if it is one of them; without any, the standard level does. Without a product, only what covers
    all families.
    """
    covering = coverage(organization, product, at)
    chosen = [one for one in covering if entitlement and one.pk == entitlement.pk]
    return _promise(chosen or covering, None if covering else standard_level(), priority, at)


def promises_for(organization: Organization, product: Product | None, at: datetime) -> dict[str, Promise]:
    """What is promised for each priority (`Priority`), in the order of the priorities."""
    covering = coverage(organization, product, at)
    standard = None if covering else standard_level()
    return {priority: _promise(covering, standard, priority, at) for priority in Priority.values}


def coverage(organization: Organization, product: Product | None, at: datetime) -> list[Entitlement]:
    """The entitlements that hold at a time and cover a product, each with its level, in the order of their numbers."""
    held = organization.entitlements.in_force(at.astimezone(UTC).date()).order_by("number")
    return held.covering(product.family if product else "")


def standard_level() -> SupportLevel | None:
    """What everybody gets; None where the company promises nothing to who has bought nothing."""
    return SupportLevel.objects.filter(is_standard=True).first()


def renew_promise(ticket: Ticket) -> None:
    """Promise anew for a ticket whose priority or product has changed, from when it was raised; saved by the caller.

    The entitlement that it was raised under goes on to count where it covers it, and another one only where not. What
    has been answered stays as it was promised. Who was alarmed is alarmed again where the time has moved.
    """
    if ticket.first_answered_at is not None:
        return
    promise = promise_for(
        ticket.organization, ticket.product, ticket.priority, ticket.created_at, entitlement=ticket.entitlement
    )
    if promise.due_at != ticket.answer_due_at:
        ticket.alarmed_at = None
    ticket.level, ticket.entitlement, ticket.answer_due_at = promise.level, promise.entitlement, promise.due_at


def _promise(covering: Iterable[Entitlement], standard: SupportLevel | None, priority: str, at: datetime) -> Promise:
    quickest = min(covering, key=lambda one: one.level.within(priority), default=None)
    level = quickest.level if quickest else standard
    if level is None:
        return NOTHING
    return Promise(level=level, entitlement=quickest, due_at=at + level.within(priority))
