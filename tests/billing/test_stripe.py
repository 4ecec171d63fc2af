"""What is asked of Stripe, and what its answers mean: its own library, and recorded shapes (stripe_shapes/)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from billing.gateways.base import NotAccepted, Unreachable
from billing.models import Customer
from tests.billing.stripe_playing import (
    BACK,
    INTENTS,
    SESSIONS,
    SILENCE,
    Played,
    begun,
    card,
    give_keys,
    known_customer,
    shape,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    give_keys(settings)


@pytest.fixture
def played() -> Played:
    return Played()


class TestCheckout:
    """Somebody types a card: on Stripe's page, never on ours."""

    def test_the_page_is_asked_for_with_all_that_makes_it_ours(self, cast: Cast, played: Played) -> None:
        payment = begun(cast, keeps_method=True)
        played.plays("POST", "/v1/customers", shape("customer"))
        played.plays("POST", SESSIONS, shape("session_open", payment=payment))
        outcome = played.gateway.begin(payment, back=BACK)
        assert (outcome.state, outcome.external_id) == ("waiting", "cs_test_shape")
        assert (outcome.amount, outcome.currency, outcome.customer) == (5000, "eur", "cus_Shape")
        assert outcome.next_address == "https://checkout.stripe.com/c/pay/cs_test_shape#fid"
        [(_customers, customer, first), (_sessions, session, second)] = played.asked
        # The account alone: no name and no address of anybody.
        assert customer == {"metadata[account]": str(payment.account_id)}
        assert (first, second) == (f"{payment.account_id}:customer", str(payment.pk))
        ends = int((payment.asked_at + timedelta(hours=23, minutes=30)).timestamp())
        assert session == {
            "mode": "payment",
            "customer": "cus_Shape",
            "client_reference_id": str(payment.pk),
            "metadata[payment]": str(payment.pk),
            "metadata[currency]": "eur",
            "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": "eur",
            "line_items[0][price_data][unit_amount]": "5000",
            "line_items[0][price_data][product_data][name]": "Funds for Console",
            "payment_intent_data[metadata][payment]": str(payment.pk),
            "payment_intent_data[metadata][currency]": "eur",
            "payment_intent_data[metadata][through]": "checkout",
            "payment_intent_data[setup_future_usage]": "off_session",
            "adaptive_pricing[enabled]": "false",
            "allowed_payment_method_types[0]": "card",
            "success_url": BACK,
            "cancel_url": BACK,
            "expires_at": str(ends),
            "locale": "en",
        }

    def test_a_card_is_kept_without_paying(self, cast: Cast, played: Played) -> None:
        payment = begun(cast, amount=0, purpose="setup", keeps_method=True)
        known_customer(cast, payment)
        played.plays("POST", SESSIONS, shape("setup_open", payment=payment))
        outcome = played.gateway.begin(payment, back=BACK)
        assert (outcome.state, outcome.amount, outcome.currency) == ("waiting", 0, "eur")
        [(_path, asked, _key)] = played.asked
        assert asked["mode"] == "setup"
        assert not [name for name in asked if name.startswith(("line_items", "payment_intent_data"))]

    def test_a_customer_is_made_once(self, cast: Cast, played: Played) -> None:
        played.plays("POST", "/v1/customers", shape("customer"))
        for _time in range(2):
            payment = begun(cast)
            played.plays("POST", SESSIONS, shape("session_open", payment=payment))
            played.gateway.begin(payment, back=BACK)
        assert [path for path, _sent, _key in played.asked].count("POST /v1/customers") == 1
        assert Customer.objects.get(gateway="stripe").external_id == "cus_Shape"

    @pytest.mark.parametrize(
        ("recorded", "state", "problem"),
        [
            ("session_open", "waiting", ""),
            ("session_expired", "abandoned", ""),
            ("session_complete", "paid", ""),
            ("session_processing", "processing", ""),
            ("session_refused", "failed", "There is not enough money on the card's account. Pay with another card."),
            ("setup_complete", "paid", ""),
        ],
    )
    def test_what_became_of_it(self, cast: Cast, played: Played, recorded: str, state: str, problem: str) -> None:
        payment = begun(cast, external_id="cs_test_shape")
        played.plays("GET", f"{SESSIONS}/cs_test_shape", shape(recorded, payment=payment))
        outcome = played.gateway.find(payment)
        assert outcome is not None
        assert (outcome.state, outcome.problem, outcome.currency) == (state, problem, "eur")
        # The next page is told of where there is one, and only there.
        assert bool(outcome.next_address) is (state == "waiting")

    def test_the_card_comes_with_its_name_and_no_number(self, cast: Cast, played: Played) -> None:
        payment = begun(cast, external_id="cs_test_shape")
        played.plays("GET", f"{SESSIONS}/cs_test_shape", shape("session_complete", payment=payment))
        outcome = played.gateway.find(payment)
        assert outcome is not None
        assert outcome.card is not None
        kept = outcome.card
        assert (kept.external_id, kept.brand, kept.last4) == ("pm_1Shape", "Visa", "4242")
        assert (kept.expires_year, kept.expires_month) == (2031, 4)

    def test_one_that_nobody_knows_is_nothing(self, cast: Cast, played: Played) -> None:
        payment = begun(cast, external_id="cs_test_shape")
        played.plays("GET", f"{SESSIONS}/cs_test_shape", shape("error_missing"), status=404)
        assert played.gateway.find(payment) is None

    def test_what_was_never_answered_is_found_by_our_id(self, cast: Cast, played: Played) -> None:
        """The answer with the session's id was lost: it is looked for among those of our customer, of that time."""
        payment = begun(cast)
        known_customer(cast, payment)
        others = shape("session_open", payment=begun(cast), id="cs_test_other")
        mine = shape("session_open", payment=payment)
        played.plays("GET", SESSIONS, shape("list_empty", data=[others, mine]))
        played.plays("GET", f"{SESSIONS}/cs_test_shape", mine)
        outcome = played.gateway.find(payment)
        assert outcome is not None
        assert outcome.external_id == "cs_test_shape"
        asked = played.asked[0][1]
        assert asked["customer"] == "cus_Shape"
        assert int(asked["created[gte]"]) < payment.asked_at.timestamp() < int(asked["created[lte]"])

    def test_without_a_customer_there_is_nothing_to_look_for(self, cast: Cast, played: Played) -> None:
        assert played.gateway.find(begun(cast)) is None
        assert played.asked == []

    def test_abandoned_it_lets_nobody_pay_any_more(self, cast: Cast, played: Played) -> None:
        payment = begun(cast, external_id="cs_test_shape")
        played.plays("GET", f"{SESSIONS}/cs_test_shape", shape("session_open", payment=payment))
        played.plays("POST", f"{SESSIONS}/cs_test_shape/expire", shape("session_expired", payment=payment))
        played.gateway.abandon(payment)
        assert played.asked[-1][0] == f"POST {SESSIONS}/cs_test_shape/expire"
        # Paid at this moment: Stripe does not end it, and that is no error.
        played.plays("GET", f"{SESSIONS}/cs_test_shape", shape("session_open", payment=payment))
        played.plays("POST", f"{SESSIONS}/cs_test_shape/expire", shape("error_invalid"), status=400)
        played.gateway.abandon(payment)


class TestBadDays:
    @pytest.mark.parametrize(
        ("recorded", "status", "error"),
        [
            ("error_theirs", 500, Unreachable),
            ("error_busy", 429, Unreachable),
            ("error_theirs", 409, Unreachable),
            # Asked for otherwise than the first time: the first was heard.
            ("error_same_key", 400, Unreachable),
            ("error_invalid", 400, NotAccepted),
            ("error_key", 401, NotAccepted),
        ],
    )
    def test_what_was_perhaps_done_is_found_out_and_what_was_not_is_said(
        self, cast: Cast, played: Played, recorded: str, status: int, error: type[Exception]
    ) -> None:
        payment = begun(cast)
        known_customer(cast, payment)
        played.plays("POST", SESSIONS, shape(recorded), status=status)
        with pytest.raises(error):
            played.gateway.begin(payment, back=BACK)
        # Once: whether it was done is found out by looking, not by asking again.
        assert len(played.asked) == 1

    def test_no_answer_is_no_answer(self, cast: Cast, played: Played) -> None:
        payment = begun(cast, external_id="cs_test_shape")
        played.plays("GET", f"{SESSIONS}/cs_test_shape", SILENCE)
        with pytest.raises(Unreachable):
            played.gateway.find(payment)
        # A key that was changed at Stripe says nothing about the payment.
        played.plays("GET", f"{SESSIONS}/cs_test_shape", shape("error_key"), status=401)
        with pytest.raises(Unreachable):
            played.gateway.find(payment)

    def test_what_was_begun_a_day_ago_is_never_asked_for_again(self, cast: Cast, played: Played) -> None:
        """Stripe has forgotten the key by then: it would take the money a second time."""
        payment = begun(cast)
        with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=1), tick=False):
            with pytest.raises(NotAccepted, match="begun too long ago"):
                played.gateway.begin(payment, back=BACK)
            with pytest.raises(NotAccepted, match="begun too long ago"):
                played.gateway.charge(payment, card(payment), back=BACK)
        assert played.asked == []

    def test_nothing_of_an_answer_is_logged(self, cast: Cast, played: Played, caplog: pytest.LogCaptureFixture) -> None:
        payment = begun(cast, purpose="refill")
        known_customer(cast, payment)
        method = card(payment)
        played.plays("POST", INTENTS, shape("error_invalid"), status=400)
        with pytest.raises(NotAccepted):
            played.gateway.charge(payment, method, back=BACK)
        played.plays("POST", INTENTS, shape("error_declined", payment=payment), status=402)
        played.gateway.charge(payment, method, back=BACK)
        said = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
        assert "Stripe did not do as asked." in said
        for secret in ("payer@example.com", "Paula", "Amount must be", "sk_test_shape", "4242"):
            assert secret not in said
