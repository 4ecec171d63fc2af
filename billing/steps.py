"""The line that billing adds to the getting-started check list."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Subscription
from console.registry import Step
from organizations.models import Membership, Organization
from organizations.requests import UserRequest
from organizations.roles import Permission
from organizations.suspension import TABLE
from projects.models import Service

# What a payment ends.
_WAITING = [reason for reason, suspension in TABLE.items() if suspension.lifted_by_payment]


def has_paid(request: UserRequest) -> bool:
    """Whether a payment came in for one of the organizations in which the user may pay."""
    return _payable(request).filter(_PAID).exists()


def concerns(request: UserRequest) -> bool:
    """Whether there is something to pay where the user may pay, or there was, and they have."""
    return _payable(request).filter(_COSTS | _PAID).exists()


def payment_page(request: UserRequest) -> str:
    """Where a payment is made: for the organization that has waited longest for one."""
    slug = _payable(request).filter(_COSTS).order_by("id").values_list("slug", flat=True).first()
    return reverse("billing:payment_new", args=[slug]) if slug else reverse("organizations:mine")


def _payable(request: UserRequest) -> QuerySet[Organization]:
    """The organizations in which the user may pay, however many: what is asked of them is one query."""
    memberships = Membership.objects.of(request.user).holding(Permission.PAY)
    return Organization.objects.filter(pk__in=memberships.values("organization"))


_SUBSCRIBED = Subscription.objects.current().filter(Q(plan__monthly__gt=0) | Q(plan__yearly__gt=0))
# It waits for a payment, or has a plan or services that cost.
_COSTS = (
    Q(suspended_for__in=_WAITING)
    | Q(Exists(_SUBSCRIBED.filter(account=OuterRef("pk"))))
    | Q(Exists(Service.objects.present().filter(project__organization=OuterRef("pk"), size__price__gt=0)))
)
_PAID = Q(Exists(Account.objects.filter(pk=OuterRef("pk"), first_paid_at__isnull=False)))

ADD_FUNDS = Step(
    label=_("Add funds"),
    help=_("What your plan and your services cost is paid from them."),
    order=60,
    done=has_paid,
    address=payment_page,
    action=_("Make a payment"),
    concerns=concerns,
)
