"""Payments: their list, making one, and the page that says where one stands and is its receipt."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing import gateways
from billing.actions.payments import (
    call_off_payment,
    carry_payment,
    hurry,
    note_returned,
    start_payment,
    start_setup,
    usable_methods,
    wake_if_due,
)
from billing.actions.standing import due
from billing.amounts import to_typed
from billing.forms.payments import PaymentForm, new_token, read_token
from billing.models import Account, Payment, PaymentMethod
from billing.payment_rows import KINDS, ORDERS, Selection, row_of
from console.attempts import attempt
from console.fragments import render_fragment
from console.pages import paginate
from console.paths import is_own_path
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from outbox.letters import absolute

# In the currency's unit: what is suggested besides what is due.
SUGGESTED = (25, 50, 100, 250)
LONGEST_NEXT = 500
# Seconds until the page asks again where the payment stands.
PAUSE = 2


@require_safe
@requires(Permission.VIEW_BILLING)
def index(request: OrgRequest) -> HttpResponse:
    """The payments, the newest first."""
    account = Account.objects.of(request.organization)
    selection = Selection.of(account, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default="-at")
    context = {
        **selection.context,
        "page": page,
        "rows": [row_of(values, account) for values in page.rows],
        "is_empty": not page.rows and not selection.is_narrowed,
    }
    return render_fragment(request, "billing/payments.html", "billing/_payments_list.html", "payments", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PAY)
@never_cache
def create(request: OrgRequest) -> HttpResponse:
    """Say how much and with which card; then go on at the gateway, or see where the payment stands.

    ``?amount=``: what is suggested, as one types it; ``?next=``: the page of ours that the payment's page leads on to.
    """
    account = Account.objects.of(request.organization)
    owed = due(account)
    asked = request.GET.get("amount", "")[:20] or (to_typed(owed, account.currency) if owed else "")
    initial = {"amount": asked, "token": new_token()}
    form = PaymentForm(request.POST or None, account=account, initial=initial)
    payment = form.run(start_payment, organization=request.organization, by=request.actor)
    if payment is not None:
        return go_on(request, payment)
    units = account.money(1).currency.sub_unit
    context = {
        "form": form,
        "account": account,
        "due": account.money(owed) if owed else None,
        "suggested": [(to_typed(each * units, account.currency), account.money(each * units)) for each in SUGGESTED],
        "next": _next(request),
        "gateway": gateways.current(),
    }
    return render(request, "billing/payment_new.html", context)


@require_safe
@requires(Permission.VIEW_BILLING)
@never_cache
def detail(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Where a payment stands, what of it went back, and its receipt. ``?returned``: somebody comes from its gateway."""
    payment = payment_of(request, pk)
    if "returned" in request.GET and request.actor.can(Permission.PAY):
        note_returned(payment)
        return HttpResponseRedirect(_page(request, payment))
    return render(request, "billing/payment.html", _context(request, payment))


@require_safe
@requires(Permission.VIEW_BILLING)
@never_cache
def status(request: OrgRequest, pk: UUID) -> HttpResponse:
    """What of the page changes by itself. ``seen``: the state that the asking page shows; nothing where it is that."""
    payment = payment_of(request, pk)
    if not request.htmx:
        return redirect("billing:payment", request.organization.slug, payment.pk)
    if wake_if_due(payment):
        # Without a broker that is done by now.
        payment = payment_of(request, pk)
    if request.GET.get("seen") == payment.state:
        response = HttpResponse(status=204)
    else:
        response = render(request, "billing/_payment_live.html", {**_context(request, payment), "is_news": True})
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@requires(Permission.PAY)
def retry(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Go on with a payment that waits for somebody; one that has failed is made again, as a new one."""
    payment = payment_of(request, pk)
    if payment.is_open:
        if payment.next_address:
            return HttpResponseRedirect(payment.next_address)
        hurry(payment)
        return HttpResponseRedirect(_page(request, payment))
    if payment.state not in {Payment.State.FAILED, Payment.State.ABANDONED}:
        messages.info(request, _("There is nothing to try again."))
        return HttpResponseRedirect(_page(request, payment))
    try:
        again = _again(request, payment)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return HttpResponseRedirect(_page(request, payment))
    return go_on(request, again)


@require_POST
@requires(Permission.PAY)
def cancellation(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Call off a payment that waits for somebody."""
    payment = payment_of(request, pk)
    # The page says what became of it.
    attempt(request, call_off_payment, "", organization=request.organization, payment=payment, by=request.actor)
    return HttpResponseRedirect(_page(request, payment))


def go_on(request: OrgRequest, payment: Payment) -> HttpResponse:
    """Take a payment that was begun to its gateway, and the person to where they go on."""
    back = f"{_page(request, payment)}{'&' if _next(request) else '?'}returned=1"
    carried = carry_payment(payment.pk, back=absolute(back))
    return HttpResponseRedirect(carried.next_address or _page(request, carried))


def payment_of(request: OrgRequest, pk: UUID) -> Payment:
    """The payment of this organization with that id; raises Http404."""
    payments = Payment.objects.filter(account=request.organization.pk)
    return get_object_or_404(payments.select_related("account", "asked_by", "method"), pk=pk)


def _again(request: OrgRequest, payment: Payment) -> Payment:
    """The same payment once more, with the same card where that is still kept. Raises Refused."""
    token = read_token(request.POST.get("token", ""))
    if payment.purpose == Payment.Purpose.SETUP:
        return start_setup(organization=request.organization, token=token, by=request.actor)
    return start_payment(
        organization=request.organization,
        amount=payment.amount,
        method=_same_card(payment),
        keeps_method=payment.keeps_method,
        token=token,
        by=request.actor,
    )


def _same_card(payment: Payment) -> PaymentMethod | None:
    return usable_methods(payment.account).filter(pk=payment.method_id).first() if payment.method_id else None


def _context(request: OrgRequest, payment: Payment) -> dict[str, Any]:
    payment.account.organization = request.organization
    refunds = list(payment.refunds.order_by("-id"))
    return {
        "payment": payment,
        "kind": KINDS.get(Payment.State(payment.state), "info"),
        "refunds": [(refund, payment.account.money(refund.amount)) for refund in refunds],
        "disputed": payment.account.money(payment.disputed) if payment.disputed else None,
        "can_retry": payment.state in {Payment.State.FAILED, Payment.State.ABANDONED},
        "typed": to_typed(payment.amount, payment.account.currency),
        "token": new_token(),
        "pause": PAUSE,
        "next": _next(request),
    }


def _page(request: OrgRequest, payment: Payment) -> str:
    page = reverse("billing:payment", args=[request.organization.slug, payment.pk])
    following = _next(request)
    return f"{page}?{urlencode({'next': following})}" if following else page


def _next(request: OrgRequest) -> str:
    """The page of ours that the person wants to go on to, if there is one (ATTACKS 18)."""
    address = request.GET.get("next", "")
    return address if len(address) <= LONGEST_NEXT and is_own_path(address) else ""
