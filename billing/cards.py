"""What billing adds to pages of others: the side bar, the settings, the overview, the check list, the admin, mails."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.requests import UserRequest
from billing.actions.closing import LeftBehind, left_behind_by
from billing.models import Account, Invoice, Payment
from billing.notices import NOTIFICATIONS
from billing.pdf import attachment
from billing.steps import ADD_FUNDS
from billing.views.summary import Summary
from console.navigation import Section, WayToPay
from console.registry import Card, Holding, registry
from organizations.requests import OrgRequest
from organizations.roles import Permission


def summary(request: OrgRequest) -> Summary | None:
    """What the overview of an organization shows of its money; None for who may not see it."""
    return Summary.of(request.organization) if request.actor.can(Permission.VIEW_BILLING) else None


def left_behind(request: UserRequest) -> LeftBehind | None:
    """What the page that ends an account says of its funds."""
    return left_behind_by(request.user)


def _list_in_admin(name: str) -> Any:
    return lambda organization_id: f"{reverse(f'admin:billing_{name}_changelist')}?q={organization_id}"


SECTION = Section(
    area="context",
    label=_("Billing"),
    icon="wallet",
    address="billing:overview",
    order=30,
    permission=Permission.VIEW_BILLING,
    match=("billing:*",),
)

MAKE_PAYMENT = WayToPay(
    label=_("Make a payment"),
    icon="credit-card",
    address="billing:payment_new",
    order=10,
    permission=Permission.PAY,
)

# Where a limit is reached.
SEE_PLANS = WayToPay(
    label=_("See the plans"), icon="layers", address="billing:plan", order=10, permission=Permission.PAY
)

CARDS = [
    Card(page="overview", order=20, template="billing/_overview_card.html", show=summary),
    Card(page="deletion", order=30, template="billing/_left_behind.html", show=left_behind),
]

HOLDINGS = [
    Holding(
        label=_("Billing account"),
        order=25,
        count=lambda pk: Account.objects.filter(pk=pk).count(),
        address=lambda pk: reverse("admin:billing_account_change", args=[pk]),
    ),
    Holding(
        label=_("Payments"),
        order=30,
        count=lambda pk: Payment.objects.filter(account=pk).count(),
        address=_list_in_admin("payment"),
    ),
    Holding(
        label=_("Invoices"),
        order=40,
        count=lambda pk: Invoice.objects.filter(account=pk).count(),
        address=_list_in_admin("invoice"),
    ),
]


def register() -> None:
    """Add them all."""
    registry.add_section(SECTION)
    registry.add_way_to_pay(MAKE_PAYMENT)
    registry.add_way_to_more(SEE_PLANS)
    registry.add_step(ADD_FUNDS)
    for card in CARDS:
        registry.add_card(card)
    for holding in HOLDINGS:
        registry.add_holding(holding)
    for notification in NOTIFICATIONS:
        registry.add_notification(notification)
    registry.add_attachment("invoice", attachment)
