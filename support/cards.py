"""What support adds to pages of others: the side bar, the overview, help, the admin, the settings of mails."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.navigation import Section
from console.registry import Card, HelpLink, Holding, registry
from console.text import is_web_address
from organizations.requests import OrgRequest
from organizations.roles import Permission
from support.came_from import page_before
from support.entitlement_rows import badge_of, today
from support.models import Contact, Entitlement, State, Ticket
from support.notices import MAILS, NOTIFICATIONS
from support.steps import EXPECTED

# Tickets on the overview of an organization; support has all.
SHOWN = 4
# Days before the end of an entitlement from which the overview says so.
SOON = 60


@dataclass(frozen=True, kw_only=True)
class Help:
    """What the overview of an organization shows of support.

    ``tickets``: those going on that the reader may see, the last changed first; ``ending``: the entitlement that ends
    next, if that is soon, with its badge.
    """

    tickets: list[Ticket]
    ending: tuple[Entitlement, str, str] | None
    may_ask: bool
    sees_all: bool


def help_of(request: OrgRequest) -> Help | None:
    """What the overview shows; None for who has nothing to do with it, and where there is nothing to show."""
    reader = request.actor
    sees_all, may_ask = reader.can(Permission.VIEW_CUSTOMER_DATA), reader.can(Permission.RAISE_TICKETS)
    if not sees_all and not may_ask:
        return None
    going_on = Ticket.objects.visible_to(reader).filter(state__in=[State.OPEN, State.ANSWERED])
    tickets = list(going_on.order_by("-changed_at", "-id")[:SHOWN])
    ending = _ending(request) if sees_all else None
    if not tickets and ending is None:
        return None
    return Help(tickets=tickets, ending=ending, may_ask=may_ask, sees_all=sees_all)


def _ending(request: OrgRequest) -> tuple[Entitlement, str, str] | None:
    day = today()
    found = request.organization.entitlements.in_force(day).order_by("ends_on", "id").first()
    if found is None or (found.ends_on - day).days > SOON:
        return None
    return (found, *badge_of(found.starts_on, found.ends_on, day))


def way_to_ticket(request: Any) -> str:
    """Where somebody opens a ticket; empty where the deployment names another place (TICKETS_URL).

    It carries the page on from which one came to the help, whichever that was.
    """
    if is_web_address(settings.TICKETS_URL):
        return ""
    came_from = page_before(request.headers.get("Referer", ""), request.get_host())
    return reverse("support:help_ticket") + (f"?{urlencode({'from': came_from})}" if came_from else "")


def _list_in_admin(name: str) -> Any:
    return lambda organization_id: f"{reverse(f'admin:support_{name}_changelist')}?q={organization_id}"


SECTION = Section(
    area="context",
    label=_("Support"),
    icon="life-buoy",
    address="support:overview",
    order=40,
    permission=(Permission.RAISE_TICKETS, Permission.VIEW_CUSTOMER_DATA),
    match=("support:*",),
)

CARD = Card(page="overview", order=30, template="support/_overview_card.html", show=help_of)

OPEN_TICKET = HelpLink(
    label=_("Open a ticket"),
    help=_("Say what you tried, what happened, and what you expected. You get an answer in the ticket."),
    icon="ticket",
    action=_("Open a ticket"),
    order=40,
    address=way_to_ticket,
)

HOLDINGS = [
    Holding(
        label=_("Tickets"),
        order=60,
        count=lambda pk: Ticket.objects.filter(organization=pk).count(),
        address=_list_in_admin("ticket"),
    ),
    Holding(
        label=_("Entitlements"),
        order=61,
        count=lambda pk: Entitlement.objects.filter(organization=pk).count(),
        address=_list_in_admin("entitlement"),
    ),
    Holding(
        label=_("Contacts"),
        order=62,
        count=lambda pk: Contact.objects.filter(organization=pk).count(),
        address=_list_in_admin("contact"),
    ),
]


def register() -> None:
    """Add them all."""
    registry.add_section(SECTION)
    registry.add_card(CARD)
    registry.add_card(EXPECTED)
    registry.add_help(OPEN_TICKET)
    for holding in HOLDINGS:
        registry.add_holding(holding)
    for notification in NOTIFICATIONS:
        registry.add_notification(notification)
    for kind in MAILS:
        registry.add_mail_kind(kind)
