"""Stripe in the settings: what a deployment must have, what browsers may be sent to, and how long we wait."""

import socket
import threading
from collections.abc import Iterator
from time import monotonic

import pytest
import requests
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from billing.gateways import checks
from billing.gateways.base import Unreachable
from billing.gateways.stripe import Stripe, client
from console import providers
from tests.billing.making import make_payment
from tests.billing.stripe_playing import VERSION, give_keys
from tests.cast import Cast


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, ""),
        ({"PAYMENT_GATEWAY": "sandbox", "STRIPE_SECRET_KEY": ""}, ""),
        ({"PAYMENT_GATEWAY": "paypal"}, "PAYMENT_GATEWAY is 'paypal'; there are: sandbox, stripe."),
        (
            {"STRIPE_SECRET_KEY": " "},
            "PAYMENT_GATEWAY is 'stripe', and STRIPE_SECRET_KEY is not set (docs/payments.md).",
        ),
        (
            {"STRIPE_WEBHOOK_SECRET": ""},
            "PAYMENT_GATEWAY is 'stripe', and STRIPE_WEBHOOK_SECRET is not set (docs/payments.md).",
        ),
        (
            {"STRIPE_SECRET_KEY": "pk_live_1"},
            "STRIPE_SECRET_KEY is no secret key of Stripe: those begin with sk_ or rk_.",
        ),
        ({"CURRENCY": "ISK"}, "CURRENCY is 'ISK', in which Stripe counts amounts otherwise than we do."),
        (
            {"PAYMENT_GATEWAY": "own", "GATEWAYS": {"own": "billing.gateways.base.Card"}},
            "PAYMENT_GATEWAY is 'own', and it cannot be made",
        ),
        (
            {"PAYMENT_GATEWAY": "own", "GATEWAYS": {"own": "billing.nowhere.Gateway"}},
            "PAYMENT_GATEWAY is 'own', and it cannot be made",
        ),
        (
            {"PAYMENT_GATEWAY": "own", "GATEWAYS": {"own": "builtins.dict"}},
            "PAYMENT_GATEWAY is 'own', and that is no gateway.",
        ),
    ],
)
def test_what_is_refused_at_the_start(settings: Settings, changed: dict[str, object], sentence: str) -> None:
    give_keys(settings)
    for name, value in changed.items():
        setattr(settings, name, value)
    found = checks.wrong_gateway()
    assert found.startswith(sentence) if sentence else not found


def test_money_that_does_not_move_is_warned_of_before_it_is_deployed(settings: Settings) -> None:
    give_keys(settings)
    assert [warning.id for warning in checks.check_mode(None)] == ["billing.W001"]
    settings.STRIPE_SECRET_KEY = "sk_live_shape"
    assert checks.check_mode(None) == []


def test_only_a_live_key_moves_money(settings: Settings) -> None:
    give_keys(settings)
    keys = ("sk_live_1", "rk_live_1", "sk_test_1", "rk_test_1", "sk_local")
    found = []
    for key in keys:
        settings.STRIPE_SECRET_KEY = key
        found.append(Stripe().is_real)
    assert found == [True, True, False, False, False]


def test_browsers_follow_a_form_to_where_one_pays() -> None:
    stripe = ["https://checkout.stripe.com", "https://hooks.stripe.com"]
    assert providers.payment_origins([], "sk_live_shape") == stripe
    assert providers.payment_origins(["https://pay.example.com/any?way"], "") == ["https://pay.example.com"]
    with pytest.raises(ImproperlyConfigured, match=r"PAYMENT_PAGES: 'pay\.example\.com' is no https:// address"):
        providers.payment_origins(["pay.example.com"], "")


def test_without_stripe_browsers_are_sent_nowhere_else() -> None:
    assert "stripe" not in str(configured.SECURE_CSP["form-action"])


MOVED = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"


class TestTheWay:
    """The library's own client, on a real connection to this machine."""

    @pytest.fixture
    def silent(self) -> Iterator[int]:
        """Somebody who takes every connection and never says a word."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            yield server.getsockname()[1]

    @pytest.fixture
    def moved(self) -> Iterator[tuple[int, list[bytes]]]:
        """Somebody who says that Stripe has moved."""
        heard: list[bytes] = []
        with socket.create_server(("127.0.0.1", 0)) as server:

            def serve() -> None:
                connection, _address = server.accept()
                with connection:
                    heard.append(connection.recv(65536))
                    connection.sendall(
                        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
                    )

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            yield server.getsockname()[1], heard
            thread.join(5)

    @pytest.mark.django_db
    def test_nobody_waits_long_for_an_answer(
        self, cast: Cast, settings: Settings, silent: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        give_keys(settings)
        settings.STRIPE_URL = f"http://127.0.0.1:{silent}"
        assert (client.CONNECT, client.READ) == (3.0, 8.0)
        monkeypatch.setattr(client, "READ", 0.1)
        payment = make_payment(cast.acme, 5000, state="started", gateway="stripe", external_id="cs_test_shape")
        began = monotonic()
        with pytest.raises(Unreachable):
            Stripe().find(payment)
        # Once: a second try would be a second wait.
        assert monotonic() - began < 2

    @pytest.mark.django_db
    def test_it_goes_straight_there_and_tells_nothing_of_us(
        self,
        cast: Cast,
        settings: Settings,
        moved: tuple[int, list[bytes]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        give_keys(settings)
        port, heard = moved
        settings.STRIPE_URL = f"http://127.0.0.1:{port}/"
        # Of no account to the way there.
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        payment = make_payment(cast.acme, 5000, state="started", gateway="stripe", external_id="cs_test_shape")
        with pytest.raises(Unreachable) as caught:
            Stripe().find(payment)
        assert isinstance(caught.value.__cause__ and caught.value.__cause__.__context__, requests.TooManyRedirects)
        [request] = heard
        assert f"Stripe-Version: {VERSION}".encode() in request
        for telling in (b"telemetry", b"uname", b'"platform"'):
            assert telling not in request
