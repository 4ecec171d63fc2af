"""The line that billing adds to the getting-started check list."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Subscription
from console.registry import Step
from organizations.models import Membership, Organization
from organizations.requests import UserRequest
from organizations.roles import Permission
from projects.models import Service


def has_paid(request: UserRequest) -> bool:
    """Whether a payment came in for one of the organizations in which the user may pay."""
    paid = Account.objects.filter(pk__in=[organization.pk for organization in _payable(request)])
    return paid.filter(first_paid_at__isnull=False).exists()


def concerns(request: UserRequest) -> bool:
    """Whether there is something to pay where the user may pay, or there was, and they have."""
    return _to_pay(request) is not None or has_paid(request)


def payment_page(request: UserRequest) -> str:
    """Where a payment is made: for the organization that needs one, else the one last used."""
    organization = _to_pay(request) or next(iter(_payable(request)))
    return reverse("billing:payment_new", args=[organization.slug])


def _to_pay(request: UserRequest) -> Organization | None:
    """The first in which something is to be paid: it waits for a payment, or has a plan or services that cost."""
    mine = _payable(request)
    if found := next((one for one in mine if one.suspension.lifted_by_payment), None):
        return found
    costing = _costing([organization.pk for organization in mine])
    return next((one for one in mine if one.pk in costing), None)


def _payable(request: UserRequest) -> list[Organization]:
    """The organizations in which the user may pay, the last used first; it costs no query."""
    mine: Sequence[Membership] = request.contexts
    return [one.organization for one in mine if Permission.PAY in one.held_role.permissions]


def _costing(ids: Sequence[UUID]) -> set[UUID]:
    """Those with a plan or with services that cost: two queries, however many they are."""
    if not ids:
        return set()
    plans = Subscription.objects.current().filter(account__in=ids).values_list("account", flat=True)
    services = Service.objects.present().filter(project__organization__in=ids, size__price__gt=0)
    return {*plans, *services.values_list("project__organization", flat=True).distinct()}


ADD_FUNDS = Step(
    label=_("Add funds"),
    help=_("What your plan and your services cost is paid from them."),
    order=60,
    done=has_paid,
    address=payment_page,
    action=_("Make a payment"),
    concerns=concerns,
)
