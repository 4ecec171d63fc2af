"""The sandbox's own pages: as if they were somebody else's, they know nothing of who looks at them.

They are there while the sandbox is the gateway of this deployment: what it was asked before is worth nothing later.
"""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from billing.amounts import to_money
from billing.forms.sandbox import CardForm
from billing.gateways.sandbox import paying
from billing.gateways.sandbox.cards import TEST_CARDS
from billing.gateways.sandbox.outcomes import KEY
from billing.models import SandboxPayment

State = SandboxPayment.State


@sensitive_post_parameters("number", "cvc")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def card(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Type a card, and pay with it, or have it kept; what is declined can be tried with another one."""
    payment = _payment(pk)
    if payment.state != State.OPEN:
        return _go_on(payment)
    form = CardForm(request.POST or None)
    if paid := form.run(paying.pay, payment_id=payment.pk):
        return _go_on(paid)
    context = {
        "form": form,
        "payment": payment,
        "amount": to_money(payment.amount, payment.currency),
        "cards": TEST_CARDS,
    }
    return render(request, "billing/sandbox/card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def challenge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bank asks the holder of a card whether it is they who pay."""
    payment = _payment(pk)
    if request.method == "POST" and payment.state == State.CHALLENGED:
        answer = paying.confirm if request.POST.get("answer") == "confirm" else paying.refuse
        return _go_on(answer(payment.pk))
    if payment.state != State.CHALLENGED:
        return _go_on(payment)
    context = {"payment": payment, "amount": to_money(payment.amount, payment.currency)}
    return render(request, "billing/sandbox/challenge.html", context)


def _payment(pk: UUID) -> SandboxPayment:
    found = SandboxPayment.objects.select_related("card").filter(pk=pk).first()
    if found is None or settings.PAYMENT_GATEWAY != KEY:
        raise Http404
    return found


def _go_on(payment: SandboxPayment) -> HttpResponse:
    """To the bank's question, or back to who wants the money."""
    if payment.state == State.CHALLENGED:
        return HttpResponseRedirect(reverse("billing:sandbox_challenge", args=[payment.pk]))
    return HttpResponseRedirect(payment.back)
