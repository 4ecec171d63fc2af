"""What Stripe sends, at the address where it calls: signed by its own library, about recorded shapes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from billing import gateways
from billing.models import Account, Customer, Dispute, GatewayEvent, Payment, Refund, RefusedEvent
from tests.billing.making import account_of, make_payment
from tests.billing.stripe_playing import SECRET, SILENCE, Played, event, give_keys, shape, signed
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOOK = "/hooks/payments/stripe/"
SESSION = "/v1/checkout/sessions/cs_test_shape"
INTENT = "/v1/payment_intents/pi_Shape"


@pytest.fixture(autouse=True)
def midday(settings: Settings) -> Any:
    give_keys(settings)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    played = Played()
    monkeypatch.setattr(gateways, "named", lambda _key: played.gateway)
    return played


@pytest.fixture
def payment(cast: Cast) -> Payment:
    """50 euros, which somebody of Acme pays on Stripe's page."""
    made = make_payment(cast.acme, 5000, state="waiting", gateway="stripe", external_id="cs_test_shape")
    Customer.objects.create(account=made.account, gateway="stripe", external_id="cus_Shape")
    return made


def send(body: bytes, headers: dict[str, str] | None = None, at: datetime = NOW, **extra: Any) -> HttpResponse:
    """Stripe calls. Nobody is signed in, and no form was asked for."""
    given = signed(body, at.timestamp()) if headers is None else headers
    client = Client(enforce_csrf_checks=True)
    return client.post(HOOK, body, content_type="application/json", headers=given, **extra)  # type: ignore[return-value]


def funds(payment: Payment) -> int:
    return Account.objects.get(pk=payment.account_id).balance


def known() -> list[tuple[str, str, str, int]]:
    return [(e.kind, e.state, e.note, e.times) for e in GatewayEvent.objects.order_by("id")]


class TestPayments:
    def test_who_has_paid_has_funds_once_however_often_it_is_said(self, played: Played, payment: Payment) -> None:
        completed = event("checkout.session.completed", shape("session_complete", payment=payment))
        for _time in range(3):
            played.plays("GET", SESSION, shape("session_complete", payment=payment))
            assert send(completed).status_code == 200
        payment.refresh_from_db()
        assert (payment.state, funds(payment)) == ("paid", 5000)
        assert known() == [("checkout.session.completed", "done", "", 3)]

    def test_what_comes_in_another_order_is_asked_for_as_it_is_now(self, played: Played, payment: Payment) -> None:
        """Messages that it is processed, and is over, were sent before it was paid, and arrive after."""
        for number, kind in enumerate(("completed", "async_payment_succeeded", "expired")):
            played.plays("GET", SESSION, shape("session_complete", payment=payment))
            old = shape("session_processing" if number else "session_expired", payment=payment)
            assert send(event(f"checkout.session.{kind}", old)).status_code == 200
        payment.refresh_from_db()
        assert (payment.state, funds(payment)) == ("paid", 5000)

    def test_the_intent_of_a_page_says_nothing_for_there_one_may_try_again(
        self, played: Played, payment: Payment
    ) -> None:
        intent = shape("session_complete", payment=payment)["payment_intent"]
        assert send(event("payment_intent.payment_failed", intent)).status_code == 200
        payment.refresh_from_db()
        assert (payment.state, played.asked) == ("waiting", [])
        assert known() == [("payment_intent.payment_failed", "ignored", "Nothing that concerns us.", 1)]

    def test_a_kept_card_has_paid(self, played: Played, payment: Payment) -> None:
        Payment.objects.filter(pk=payment.pk).update(external_id="pi_Shape")
        played.plays("GET", INTENT, shape("intent_succeeded", payment=payment))
        # Said of an older moment: what counts is how it stands.
        assert send(event("payment_intent.processing", shape("intent_processing", payment=payment))).status_code == 200
        payment.refresh_from_db()
        assert (payment.state, funds(payment)) == ("paid", 5000)

    @pytest.mark.parametrize(
        ("wrong", "note"),
        [
            ({"amount_total": 50000}, "The gateway says another amount than was asked for."),
            ({"currency": "usd"}, "The gateway says another currency than was asked for."),
            ({"customer": "cus_Other"}, "The gateway says that somebody else has paid."),
            ({"id": "cs_test_other"}, "The gateway speaks of another payment than this one."),
        ],
    )
    def test_what_does_not_fit_is_kept_and_credited_never(
        self, played: Played, payment: Payment, wrong: dict[str, Any], note: str
    ) -> None:
        said = shape("session_complete", payment=payment, **wrong)
        played.plays("GET", f"/v1/checkout/sessions/{said['id']}", said)
        assert send(event("checkout.session.completed", said)).status_code == 200
        payment.refresh_from_db()
        assert (payment.state, payment.problem, funds(payment)) == ("odd", note, 0)
        assert known() == [("checkout.session.completed", "odd", note, 1)]

    def test_what_others_sell_through_the_same_account_is_not_ours(self, played: Played, payment: Payment) -> None:
        for name in ("session_complete", "intent_succeeded"):
            theirs = shape(name, payment=payment, metadata={"payment": "a-book"})
            kind = "checkout.session.completed" if name.startswith("session") else "payment_intent.succeeded"
            assert send(event(kind, theirs)).status_code == 200
        assert played.asked == []
        assert {state for _kind, state, _note, _times in known()} == {"ignored"}
        assert funds(payment) == 0

    def test_nothing_of_people_is_kept_nor_what_opens_a_payment(self, played: Played, payment: Payment) -> None:
        played.plays("GET", SESSION, shape("session_complete", payment=payment))
        send(event("checkout.session.completed", shape("session_complete", payment=payment)))
        kept = json.dumps(GatewayEvent.objects.get().body)
        assert "cs_test_shape" in kept
        for secret in ("payer@example.com", "Paula", "_secret_", "checkout.stripe.com"):
            assert secret not in kept


class TestRefundsAndDisputes:
    @pytest.fixture
    def paid(self, payment: Payment, played: Played) -> Payment:
        played.plays("GET", SESSION, shape("session_complete", payment=payment))
        send(event("checkout.session.completed", shape("session_complete", payment=payment)))
        payment.refresh_from_db()
        return payment

    def test_a_refund_that_stripe_made_by_itself_is_for_staff_to_look_at(self, played: Played, paid: Payment) -> None:
        """Made on Stripe's own pages: its intent says which payment it is about."""
        played.plays("GET", INTENT, shape("intent_succeeded", payment=paid))
        assert send(event("refund.created", shape("refund_elsewhere"))).status_code == 200
        assert known()[-1] == ("refund.created", "odd", "It speaks of a refund that was not asked for here.", 1)

    def test_ours_bears_our_ids(self, played: Played, paid: Payment) -> None:
        message = shape("refund_succeeded", payment=paid, refund=Refund(payment=paid, amount=2000).pk)
        assert send(event("refund.updated", message)).status_code == 200
        # That refund was never asked for here; Stripe need not be asked whose it is.
        assert known()[-1][1:3] == ("odd", "It speaks of a refund that was not asked for here.")
        assert len(played.asked) == 1

    def test_a_dispute_takes_the_money_and_gives_it_back_when_it_is_won(self, played: Played, paid: Payment) -> None:
        steps = [
            ("created", "warning_needs_response", 5000),
            ("funds_withdrawn", "needs_response", 0),
            ("updated", "under_review", 0),
            ("closed", "won", 5000),
        ]
        for kind, status, left in steps:
            played.plays("GET", INTENT, shape("intent_succeeded", payment=paid))
            said = shape("dispute_open", status=status)
            assert send(event(f"charge.dispute.{kind}", said)).status_code == 200
            assert funds(paid) == left
        assert [(d.state, d.amount) for d in Dispute.objects.all()] == [("won", 5000)]
        assert "payer@example.com" not in json.dumps([e.body for e in GatewayEvent.objects.all()])


class TestWhoCalls:
    @pytest.mark.parametrize(
        ("header", "reason"),
        [
            ({}, "signature"),
            ({"Stripe-Signature": "t=1,v1=00"}, "signature"),
            ({"Stripe-Signature": "v1=,t=,"}, "signature"),
            ({"Stripe-Signature": "t=1e9,v1=é"}, "signature"),
        ],
    )
    def test_unsigned_it_is_turned_away_and_counted(
        self, played: Played, payment: Payment, header: dict[str, str], reason: str
    ) -> None:
        body = event("checkout.session.completed", shape("session_complete", payment=payment))
        assert send(body, header).status_code == 400
        assert [(r.gateway, r.reason, r.times) for r in RefusedEvent.objects.all()] == [("stripe", reason, 1)]
        assert (GatewayEvent.objects.count(), funds(payment), played.asked) == (0, 0, [])

    def test_signed_by_another_or_changed_on_its_way(self, played: Played, payment: Payment) -> None:
        body = event("checkout.session.completed", shape("session_complete", payment=payment))
        assert send(body, signed(body, NOW.timestamp(), "whsec_other")).status_code == 400
        assert send(body.replace(b"5000", b"9000"), signed(body, NOW.timestamp())).status_code == 400
        assert send(b"\xff\xfe", signed(body, NOW.timestamp())).status_code == 400
        assert send(body, {"Stripe-Signature": f"t={int(NOW.timestamp())},v1=\xe9"}).status_code == 400
        assert RefusedEvent.objects.get().times == 4

    @pytest.mark.parametrize(("seconds", "status"), [(-301, 400), (-299, 200), (299, 200), (301, 400)])
    def test_what_is_too_old_or_from_the_future_is_turned_away(
        self, played: Played, payment: Payment, seconds: int, status: int
    ) -> None:
        body = event("customer.created", shape("customer"))
        assert send(body, at=NOW + timedelta(seconds=seconds)).status_code == status
        assert RefusedEvent.objects.filter(reason="late").count() == (status == 400)

    def test_while_a_secret_is_changed_both_count(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.STRIPE_WEBHOOK_SECRET = f"whsec_new, {SECRET}"
        made = Played().gateway
        monkeypatch.setattr(gateways, "named", lambda _key: made)
        for secret, status in ((SECRET, 200), ("whsec_new", 200), ("", 400), (f"whsec_new, {SECRET}", 400)):
            body = event("customer.created", shape("customer"), id=f"evt_{secret}")
            assert send(body, signed(body, NOW.timestamp(), secret or " ")).status_code == status

    def test_live_money_and_test_money_are_not_mixed(self, played: Played, payment: Payment) -> None:
        body = event("checkout.session.completed", shape("session_complete", payment=payment), livemode=True)
        assert send(body).status_code == 400
        assert RefusedEvent.objects.get().reason == "mode"
        assert funds(payment) == 0

    @pytest.mark.parametrize("body", [b"[]", b"7", b"{}", b'{"object": "v2.core.event", "id": "evt_1"}', b"[" * 9999])
    def test_signed_nonsense_is_nothing(self, played: Played, body: bytes) -> None:
        assert send(body).status_code == 400
        assert RefusedEvent.objects.get().reason == "content"

    def test_what_the_page_is_for(self, played: Played) -> None:
        assert Client().get(HOOK).status_code == 405
        assert send(b"x" * (256 * 1024 + 1)).status_code == 413
        assert GatewayEvent.objects.count() == RefusedEvent.objects.count() == 0

    def test_a_gateway_that_is_not_there_has_no_address(self, settings: Settings) -> None:
        settings.STRIPE_SECRET_KEY = ""
        # By another path: it is made once for each.
        settings.GATEWAYS = {"stripe": "billing.gateways.stripe.gateway.Stripe"}
        assert Client().post(HOOK, b"{}", content_type="application/json").status_code == 404
        assert Client().post("/hooks/payments/paypal/", b"{}", content_type="application/json").status_code == 404

    def test_it_costs_few_queries_and_no_session(
        self, played: Played, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        account_of(cast.acme)
        body = event("customer.created", shape("customer"))
        # The row: looked for, and written between two marks; then locked, and settled.
        with django_assert_num_queries(8):
            answer = send(body)
        assert answer.status_code == 200
        assert answer.cookies == {}


class TestBadDays:
    def test_when_the_database_cannot_keep_it_stripe_sends_it_again(
        self, played: Played, payment: Payment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_args: Any, **_kwargs: Any) -> None:
            raise OperationalError

        body = event("checkout.session.completed", shape("session_complete", payment=payment))
        with monkeypatch.context() as broken:
            broken.setattr("billing.views.hooks.take_message", fail)
            assert send(body).status_code == 503
        played.plays("GET", SESSION, shape("session_complete", payment=payment))
        assert send(body).status_code == 200
        assert funds(payment) == 5000

    def test_when_stripe_does_not_say_how_it_stands_it_calls_again(self, played: Played, payment: Payment) -> None:
        body = event("checkout.session.completed", shape("session_complete", payment=payment))
        played.plays("GET", SESSION, SILENCE)
        assert send(body).status_code == 503
        assert (GatewayEvent.objects.count(), funds(payment)) == (0, 0)
        played.plays("GET", SESSION, shape("session_complete", payment=payment))
        assert send(body).status_code == 200
        assert funds(payment) == 5000
