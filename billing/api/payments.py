"""Payments: how funds come in."""

from datetime import datetime
from functools import partial
from typing import Literal, Self, cast
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from billing.actions.payments.starting import start_payment, usable_methods
from billing.actions.refills import CARRY_PAYMENT
from billing.amounts import read_amount
from billing.api.amounts import AMOUNT_LENGTH, Amount
from billing.models import Account, Payment, PaymentMethod
from billing.models.payment import PaymentQuerySet
from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from console.celery import wake
from console.pages import Order
from console.refusal import Refused
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission
from outbox.letters import absolute

operations = Operations("Payments")

type PaymentState = Literal["started", "waiting", "processing", "paid", "failed", "abandoned", "odd"]
type PaymentPurpose = Literal["top_up", "refill"]


class PaymentShown(Schema):
    """Money that somebody means to pay in."""

    id: UUID
    purpose: PaymentPurpose = Field(description="A `refill` is automatic.")
    state: PaymentState = Field(
        description="While it is `started`, `waiting` (for a person) or `processing` its end is not known; `paid` is "
        "final. After `failed` or `abandoned` nothing was taken. `odd`: our staff look at it."
    )
    amount: Amount
    refunded: Amount
    disputed: Amount = Field(description="What its payer had their bank take back.")
    method_id: UUID | None
    method_name: str = Field(description="The card; often empty before it is paid.", examples=["Visa •••• 4242"])
    problem: str = Field(description="Why it failed; empty where it has not.")
    page: str = Field(description="Where a person goes on with it, and finds the receipt.")
    asked_by: str = Field(description="Empty where a service key or we did, or who did has no account any more.")
    asked_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, payment: Payment, slug: str) -> Self:
        """A payment with its account and who asked; ``slug``: of its organization."""
        currency = payment.account.currency
        return cls(
            id=payment.pk,
            purpose=cast("PaymentPurpose", payment.purpose),
            state=cast("PaymentState", payment.state),
            amount=Amount.of(payment.amount, currency),
            refunded=Amount.of(payment.refunded, currency),
            disputed=Amount.of(payment.disputed, currency),
            method_id=payment.method_id,
            method_name=payment.method_name,
            problem=_(payment.problem) if payment.problem else "",
            page=_page("payment", slug, payment.pk),
            asked_by=payment.asked_by.name if payment.asked_by else "",
            asked_at=payment.asked_at,
            settled_at=payment.settled_at,
        )


class PaymentsAsked(Paging):
    """Which payments."""

    state: PaymentState | Literal[""] = ""


class PaymentGiven(Given):
    """A payment with a card that is kept."""

    amount: str = Field(
        max_length=AMOUNT_LENGTH,
        pattern=r"^[0-9]+(\.[0-9]+)?$",
        description="A decimal number; at least what is due.",
        examples=["50.00"],
    )
    currency: str = Field("", max_length=3, description="That of the funds; another one is refused.", examples=["EUR"])
    method_id: UUID | None = Field(None, description="A card that is kept; the default one where it is left out.")


@operations.get("/billing/payments", Permission.VIEW_BILLING, returns=Listed[PaymentShown])
def list_payments(request: KeyRequest, asked: Query[PaymentsAsked]) -> Listed[PaymentShown]:
    """List the payments, the newest first."""
    payments = _payments(request)
    if asked.state:
        payments = payments.filter(state=asked.state)
    draw = partial(PaymentShown.of, slug=request.organization.slug)
    # Ids grow with time.
    return page_of(payments, asked, orders={"asked": Order("id", UUID)}, default="-asked", draw=draw)


@operations.post("/billing/payments", Permission.PAY, returns=PaymentShown, status=202)
def make_payment(request: KeyRequest, given: PaymentGiven, response: HttpResponse) -> PaymentShown:
    """Pay with a card that is kept. It is on its way when this answers: look at it until its end is known.

    While it is `waiting`, the bank asks the card's holder: send a person to its `page`. To pay with another card takes
    a person at a browser, too.
    """
    method = _method(request, given.method_id)
    payment = start_payment(
        organization=request.organization,
        amount=_units(request, given),
        method=method,
        keeps_method=False,
        by=request.actor,
    )
    # By a worker, after the commit: no gateway is asked while the answer to this request is being kept.
    transaction.on_commit(partial(wake, CARRY_PAYMENT, str(payment.pk)), robust=True)
    response.headers["Location"] = f"/api/v1/billing/payments/{payment.pk}"
    return PaymentShown.of(_payments(request).get(pk=payment.pk), request.organization.slug)


@operations.get("/billing/payments/{uuid:pk}", Permission.VIEW_BILLING, returns=PaymentShown)
def show_payment(request: KeyRequest, pk: UUID) -> PaymentShown:
    """Show a payment."""
    return PaymentShown.of(get_object_or_404(_payments(request), pk=pk), request.organization.slug)


def _payments(request: KeyRequest) -> PaymentQuerySet:
    """All but those that paid nothing: a card was kept."""
    payments = Payment.objects.filter(account=request.organization.pk).exclude(purpose=Payment.Purpose.SETUP)
    return payments.select_related("account", "asked_by")


def _method(request: KeyRequest, pk: UUID | None) -> PaymentMethod:
    """The card of that id, or the default one. Raises Refused where it is not there."""
    kept = usable_methods(Account.objects.of(request.organization))
    found = kept.filter(pk=pk).first() if pk else kept.filter(is_default=True).first()
    if found is not None:
        return found
    where = _page("payment_new", request.organization.slug)
    if pk:
        raise Refused(_("No such card is kept. Pay with another one at %s.") % where, code="method", field="method_id")
    raise Refused(_("No card is kept. Somebody must pay at %s, and may keep the card.") % where, code="no-method")


def _units(request: KeyRequest, given: PaymentGiven) -> int:
    currency = Account.objects.of(request.organization).currency
    if given.currency not in {"", currency}:
        raise Refused(_("Amounts here are in %s.") % currency, code="currency", field="currency")
    return read_amount(given.amount, currency)


def _page(name: str, slug: str, *named: UUID) -> str:
    return absolute(reverse(f"billing:{name}", args=[slug, *named]))
