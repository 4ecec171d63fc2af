"""Paying through Stripe, from our page to the funds: recorded shapes (tests/billing/stripe_shapes), its own library."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from billing import gateways
from billing.actions.payments.carrying import look_after
from billing.models import Account, Customer, Payment, PaymentMethod
from organizations.actions import suspend_organization
from organizations.actors import Actor
from tests.billing.making import account_of
from tests.billing.paying import begin
from tests.billing.stripe_playing import SILENCE, Played, event, give_keys, shape, signed
from tests.cast import Cast
from tests.reading import mails_to, main_words

pytestmark = pytest.mark.django_db

HOOK = "/hooks/payments/stripe/"
SESSIONS, INTENTS = "/v1/checkout/sessions", "/v1/payment_intents"


@pytest.fixture
def played(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Played:
    give_keys(settings)
    played = Played()
    monkeypatch.setattr(gateways, "named", lambda _key: played.gateway)
    monkeypatch.setattr(gateways, "current", lambda: played.gateway)
    return played


def begun(recorded: str) -> Any:
    """What Stripe answers about the payment that it is asked for."""

    def answer(sent: dict[str, str]) -> dict[str, Any]:
        return shape(recorded, payment=Payment.objects.get(pk=sent["metadata[payment]"]))

    return answer


def card_of_acme(cast: Cast) -> PaymentMethod:
    account = account_of(cast.acme)
    Customer.objects.create(account=account, gateway="stripe", external_id="cus_Shape")
    return PaymentMethod.objects.create(
        account=account, gateway="stripe", external_id="pm_1Shape", brand="Visa", last4="4242", is_default=True
    )


def test_a_payment_lifts_a_suspension_when_stripe_says_that_it_came_in(cast: Cast, played: Played) -> None:
    suspend_organization(organization=cast.acme, reason="unfunded", by=Actor.system())
    played.plays("POST", "/v1/customers", shape("customer")).plays("POST", SESSIONS, begun("session_open"))
    there = begin(cast.bella.client, cast.acme, "50", keeps_method="on")
    assert there == "https://checkout.stripe.com/c/pay/cs_test_shape#fid"
    payment = Payment.objects.get()
    played.plays("GET", f"{SESSIONS}/cs_test_shape", shape("session_complete", payment=payment))
    body = event("checkout.session.completed", shape("session_complete", payment=payment))
    headers = signed(body, timezone.now().timestamp())
    assert cast.sam.client.post(HOOK, body, content_type="application/json", headers=headers).status_code == 200
    cast.acme.refresh_from_db()
    assert (cast.acme.status, cast.acme.suspended_for) == ("active", "")
    assert Account.objects.get(pk=cast.acme.pk).balance == 5000
    method = PaymentMethod.objects.get()
    assert (str(method), method.external_id, method.is_default) == ("Visa •••• 4242", "pm_1Shape", True)
    assert "Visa •••• 4242" in main_words(cast.bella.client.get(f"/o/acme/billing/payments/{payment.pk}/"))


def test_who_comes_back_before_the_message_is_told_how_it_stands(cast: Cast, played: Played) -> None:
    played.plays("POST", "/v1/customers", shape("customer")).plays("POST", SESSIONS, begun("session_open"))
    begin(cast.bella.client, cast.acme)
    payment = Payment.objects.get()
    played.plays("GET", f"{SESSIONS}/cs_test_shape", shape("session_complete", payment=payment))
    look_after_later(payment)
    payment.refresh_from_db()
    assert (payment.state, Account.objects.get(pk=cast.acme.pk).balance) == ("paid", 5000)


def test_an_answer_that_is_lost_is_found_and_nothing_is_paid_twice(cast: Cast, played: Played) -> None:
    """Stripe has charged the card, and we have not heard: the person is told that we are checking."""
    method = card_of_acme(cast)
    played.plays("POST", INTENTS, SILENCE)
    page = begin(cast.bella.client, cast.acme, "50", method=str(method.pk))
    payment = Payment.objects.get()
    assert page == f"/o/acme/billing/payments/{payment.pk}/"
    assert (payment.state, payment.external_id) == ("started", "")
    listed = shape("list_empty", data=[shape("intent_succeeded", payment=payment)])
    played.plays("GET", INTENTS, listed)
    look_after_later(payment)
    payment.refresh_from_db()
    assert (payment.state, payment.external_id) == ("paid", "pi_Shape")
    assert Account.objects.get(pk=cast.acme.pk).balance == 5000
    assert [path for path, _sent, _key in played.asked] == [f"POST {INTENTS}", f"GET {INTENTS}"]


def test_a_kept_card_leads_to_the_bank_and_back(cast: Cast, played: Played) -> None:
    method = card_of_acme(cast)
    played.plays("POST", INTENTS, begun("intent_asks"))
    there = begin(cast.bella.client, cast.acme, "50", method=str(method.pk))
    assert there == "https://hooks.stripe.com/3d_secure_2/hosted?merchant=acct_shape"
    payment = Payment.objects.get()
    assert played.asked[0][1]["return_url"].endswith(f"/o/acme/billing/payments/{payment.pk}/?returned=1")
    played.plays("GET", f"{INTENTS}/pi_Shape", shape("intent_succeeded", payment=payment))
    look_after_later(payment)
    assert Account.objects.get(pk=cast.acme.pk).balance == 5000
    assert mails_to("bella.billing@example.com")


def look_after_later(payment: Payment) -> None:
    """What the worker does when it is time."""
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        look_after(payment.pk)
