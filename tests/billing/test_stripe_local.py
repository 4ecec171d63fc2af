"""Stripe's library against `localstripe`, a process on this machine: what that answers, and no more.

It has customers, cards, PaymentIntents, refunds and signed messages; it knows neither Checkout, nor where the bank asks
(``return_url``), nor idempotency keys: those are tested against recorded shapes (test_stripe.py, test_stripe_cards.py).
"""

import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe
from django.utils import timezone
from pytest_django import Settings

from billing.gateways.stripe import Stripe
from billing.models import Customer, Payment, PaymentMethod, Refund
from tests.billing.making import account_of, make_payment
from tests.billing.stripe_playing import SECRET, give_keys
from tests.cast import Cast
from tests.harness.servers import free_port, wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.waits]

# It keeps nothing on the disk, which all of its processes would share, and listens to this machine alone.
SERVE = """
import sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda self: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""
BACK = "http://localhost:8000/back/"
PAYS, DECLINES, ASKS = "4242424242424242", "4000000000000341", "4000002760003184"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where localstripe listens, until the tests of this file are over."""
    port, log = free_port(), tmp_path_factory.mktemp("localstripe") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port)], stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    address = f"http://127.0.0.1:{port}"
    if not wait_until(lambda: answers(address), 20):
        process.kill()
        pytest.fail(f"localstripe did not start:\n{Path(log).read_text()}")
    yield address
    process.terminate()
    process.wait(15)


def answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/js.stripe.com/v3/", timeout=1).ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def gateway(settings: Settings, address: str) -> Stripe:
    give_keys(settings)
    settings.STRIPE_URL = address
    return Stripe()


@pytest.fixture
def shop(gateway: Stripe, address: str) -> Any:
    """What people do on Stripe's pages, where we have no part in it."""
    return stripe.StripeClient("sk_test_shop", base_addresses={"api": address}).v1


def kept(cast: Cast, shop: Any, number: str) -> PaymentMethod:
    """A card of Acme that Stripe keeps."""
    account = account_of(cast.acme)
    known = Customer.objects.filter(account=account).first()
    if known is None:
        made = shop.customers.create({"metadata": {"account": str(account.pk)}})
        known = Customer.objects.create(account=account, gateway="stripe", external_id=made.id)
    card = {"number": number, "exp_month": "4", "exp_year": "2031", "cvc": "123"}
    method = shop.payment_methods.create({"type": "card", "card": card})
    shop.payment_methods.attach(method.id, {"customer": known.external_id})
    return PaymentMethod.objects.create(
        account=account, gateway="stripe", external_id=method.id, brand="Visa", last4=number[-4:]
    )


def refill(cast: Cast, method: PaymentMethod) -> Payment:
    """50 euros that are charged by themselves."""
    return make_payment(
        cast.acme, 5000, state="started", purpose="refill", gateway="stripe", external_id="", method=method
    )


def test_a_card_pays_is_found_and_gets_a_part_back_once(cast: Cast, gateway: Stripe, shop: Any) -> None:
    method = kept(cast, shop, PAYS)
    payment = refill(cast, method)
    outcome = gateway.charge(payment, method, back=BACK)
    customer = Customer.objects.get().external_id
    assert (outcome.state, outcome.amount, outcome.currency, outcome.customer) == ("paid", 5000, "eur", customer)
    payment.external_id, payment.state, payment.settled_at = outcome.external_id, Payment.State.PAID, timezone.now()
    payment.save()
    found = gateway.find(payment)
    assert found is not None
    assert found.card is not None
    assert (found.state, found.card.brand, found.card.last4) == ("paid", "Visa", "4242")
    refund = Refund.objects.create(payment=payment, amount=2000, note="Asked for.")
    first, again = gateway.refund(refund), gateway.refund(refund)
    assert (first.state, first.amount) == ("done", 2000)
    assert again.external_id == first.external_id


def test_a_card_that_is_declined(cast: Cast, gateway: Stripe, shop: Any) -> None:
    method = kept(cast, shop, DECLINES)
    outcome = gateway.charge(refill(cast, method), method, back=BACK)
    assert (outcome.state, outcome.problem) == (
        "failed",
        "The bank declined the card. Ask the bank, or pay with another card.",
    )


def test_a_bank_that_asks_and_nobody_who_answers(cast: Cast, gateway: Stripe, shop: Any) -> None:
    method = kept(cast, shop, ASKS)
    payment = refill(cast, method)
    outcome = gateway.charge(payment, method, back=BACK)
    assert outcome.state == "waiting"
    payment.external_id = outcome.external_id
    gateway.abandon(payment)
    found = gateway.find(payment)
    assert found is not None
    assert found.state == "abandoned"
    gateway.abandon(payment)


def test_a_card_is_forgotten(cast: Cast, gateway: Stripe, shop: Any) -> None:
    method = kept(cast, shop, PAYS)
    gateway.forget(method)
    assert shop.payment_methods.retrieve(method.external_id).customer is None
    gateway.forget(method)


def test_its_messages_are_read(cast: Cast, gateway: Stripe, shop: Any, address: str) -> None:
    """Signed by localstripe, after a second."""
    heard: list[tuple[dict[str, str], bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Nothing is written."""

    with HTTPServer(("127.0.0.1", 0), Receiver) as receiver:
        receiver.timeout = 10
        url = f"http://127.0.0.1:{receiver.server_port}/"
        hook = {"url": url, "secret": SECRET, "events": ["payment_intent.succeeded"]}
        requests.post(f"{address}/_config/webhooks/ours", json=hook, timeout=5).raise_for_status()
        method = kept(cast, shop, PAYS)
        payment = refill(cast, method)
        gateway.charge(payment, method, back=BACK)
        # Those about the payments of other tests may come first.
        while not heard or str(payment.pk).encode() not in heard[-1][1]:
            before = len(heard)
            receiver.handle_request()
            assert len(heard) > before
    headers, body = heard[-1]
    message = gateway.read(headers, body, now=timezone.now())
    assert (message.kind, message.payment_id) == ("payment_intent.succeeded", payment.pk)
    assert message.payment is not None
    assert (message.payment.state, message.payment.amount) == ("paid", 5000)
