"""Help for an organization, at a glance."""

from dataclasses import dataclass
from typing import Any, Self

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organizations.access import requires
from organizations.actors import Actor
from organizations.models import Organization
from organizations.requests import OrgRequest
from organizations.roles import Permission
from support.actions.promises import standard_level
from support.entitlement_rows import badge_of, today
from support.models import Contact, Entitlement, Side, State, SupportLevel, Ticket
from support.views.promised import promised_by

# The lists have all.
TICKETS, ENTITLEMENTS, CONTACTS = 6, 5, 6
# Whoever has more open tickets than this is told that they are more.
COUNTED = 100


@dataclass(frozen=True, kw_only=True)
class Turns:
    """How many tickets wait for us and for the reader, each counted up to `COUNTED`."""

    ours: int
    theirs: int

    @classmethod
    def of(cls, reader: Actor) -> Self:
        """Those that the reader may see."""
        seen = Ticket.objects.visible_to(reader)
        return cls(
            ours=seen.filter(state=State.OPEN)[:COUNTED].count(),
            theirs=seen.filter(state=State.ANSWERED)[:COUNTED].count(),
        )


@require_safe
@requires(Permission.RAISE_TICKETS, Permission.VIEW_CUSTOMER_DATA)
def overview(request: OrgRequest) -> HttpResponse:
    """Show what is asked, what was bought, and whom to ask; to a technical user their own tickets (text 003)."""
    organization, reader = request.organization, request.actor
    in_force = list(organization.entitlements.in_force(today()).select_related("level").order_by("ends_on", "id"))
    seen = Ticket.objects.visible_to(reader)
    going_on = seen.filter(state__in=[State.OPEN, State.ANSWERED]).order_by("-changed_at", "-id")
    context: dict[str, Any] = {
        "turns": Turns.of(reader),
        "tickets": list(going_on[:TICKETS]),
        "has_tickets": seen.exists(),
        "promises": [(level, covers, promised_by(level)) for level, covers in _levels(in_force)],
        "sees_all": reader.can(Permission.VIEW_CUSTOMER_DATA),
    }
    if reader.can(Permission.VIEW_CUSTOMER_DATA):
        context |= _customer_data(organization, in_force)
    return render(request, "support/overview.html", context)


def _customer_data(organization: Organization, in_force: list[Entitlement]) -> dict[str, Any]:
    day = today()
    ours = Contact.objects.filter(organization=organization, side=Side.COMPANY).order_by("name", "id")
    return {
        "entitlements": [(one, *badge_of(one.starts_on, one.ends_on, day)) for one in in_force[:ENTITLEMENTS]],
        "in_force": len(in_force),
        "contacts": list(ours[:CONTACTS]),
    }


def _levels(in_force: list[Entitlement]) -> list[tuple[SupportLevel, list[str]]]:
    """The levels that answer, each with the families of products that it is for; without any, what everybody gets."""
    found: dict[SupportLevel, set[str]] = {}
    for entitlement in in_force:
        found.setdefault(entitlement.level, set()).update(entitlement.families or [""])
    if not found:
        standard = standard_level()
        return [(standard, [])] if standard else []
    return [(level, [] if "" in families else sorted(families)) for level, families in found.items()]
