"""Cards that Stripe keeps, and money that goes back to them: its own library, and recorded shapes (stripe_shapes/)."""

import pytest
from pytest_django import Settings

from billing.gateways.base import NotAccepted, Unreachable
from billing.models import Refund
from tests.billing.stripe_playing import BACK, INTENTS, SESSIONS, Played, begun, card, give_keys, known_customer, shape
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    give_keys(settings)


@pytest.fixture
def played() -> Played:
    return Played()


class TestKeptCards:
    """A card that Stripe keeps is charged by its id."""

    def test_somebody_who_is_there_is_asked_by_the_bank_and_comes_back(self, cast: Cast, played: Played) -> None:
        payment = begun(cast)
        known_customer(cast, payment)
        played.plays("POST", INTENTS, shape("intent_asks", payment=payment))
        outcome = played.gateway.charge(payment, card(payment), back=BACK)
        assert (outcome.state, outcome.external_id) == ("waiting", "pi_Shape")
        assert outcome.next_address == "https://hooks.stripe.com/3d_secure_2/hosted?merchant=acct_shape"
        [(_path, asked, key)] = played.asked
        assert key == str(payment.pk)
        assert asked == {
            "amount": "5000",
            "currency": "eur",
            "customer": "cus_Shape",
            "payment_method": "pm_1Shape",
            "confirm": "true",
            "metadata[payment]": str(payment.pk),
            "metadata[currency]": "eur",
            "return_url": BACK,
        }

    def test_a_refill_that_the_bank_wants_confirmed_waits_for_somebody(self, cast: Cast, played: Played) -> None:
        """Off session the bank says no; the same intent, confirmed on session, says where its holder is asked."""
        payment = begun(cast, purpose="refill")
        known_customer(cast, payment)
        played.plays("POST", INTENTS, shape("error_asks", payment=payment), status=402)
        played.plays("POST", f"{INTENTS}/pi_Shape/confirm", shape("intent_asks", payment=payment))
        outcome = played.gateway.charge(payment, card(payment), back=BACK)
        assert (outcome.state, outcome.external_id) == ("waiting", "pi_Shape")
        assert outcome.next_address.startswith("https://hooks.stripe.com/")
        [(_first, charged, _key), (_second, confirmed, key)] = played.asked
        assert charged["off_session"] == "true"
        assert confirmed == {"payment_method": "pm_1Shape", "return_url": BACK}
        assert key == f"{payment.pk}:confirm"

    @pytest.mark.parametrize(
        ("recorded", "said"),
        [
            ("error_declined", ("There is not enough money on the card's account. Pay with another card.", False)),
            # Whoever holds a stolen card is not told that it is known.
            ("error_stolen", ("The bank declined the card. Ask the bank, or pay with another card.", True)),
        ],
    )
    def test_a_card_that_is_declined(self, cast: Cast, played: Played, recorded: str, said: tuple[str, bool]) -> None:
        payment = begun(cast, purpose="refill")
        known_customer(cast, payment)
        played.plays("POST", INTENTS, shape(recorded, payment=payment), status=402)
        outcome = played.gateway.charge(payment, card(payment), back=BACK)
        assert (outcome.state, outcome.external_id, outcome.amount) == ("failed", "pi_Shape", 5000)
        assert (outcome.problem, outcome.is_card_dead) == said

    @pytest.mark.parametrize(
        ("recorded", "state"),
        [("intent_succeeded", "paid"), ("intent_processing", "processing"), ("intent_canceled", "abandoned")],
    )
    def test_what_became_of_it(self, cast: Cast, played: Played, recorded: str, state: str) -> None:
        payment = begun(cast, external_id="pi_Shape")
        played.plays("GET", f"{INTENTS}/pi_Shape", shape(recorded, payment=payment))
        outcome = played.gateway.find(payment)
        assert outcome is not None
        assert (outcome.state, outcome.external_id, outcome.amount) == (state, "pi_Shape", 5000)

    def test_what_was_never_answered_is_found_by_our_id(self, cast: Cast, played: Played) -> None:
        payment = begun(cast)
        known_customer(cast, payment)
        payment.method = card(payment)
        other = shape("intent_succeeded", payment=begun(cast), id="pi_Other")
        mine = shape("intent_succeeded", payment=payment)
        played.plays("GET", INTENTS, shape("list_empty", data=[other, mine]))
        outcome = played.gateway.find(payment)
        assert outcome is not None
        assert (outcome.state, outcome.external_id) == ("paid", "pi_Shape")

    def test_a_card_is_forgotten_also_where_it_is_gone(self, cast: Cast, played: Played) -> None:
        method = card(begun(cast))
        played.plays("POST", "/v1/payment_methods/pm_1Shape/detach", shape("payment_method"))
        played.gateway.forget(method)
        played.plays("POST", "/v1/payment_methods/pm_1Shape/detach", shape("error_missing"), status=404)
        played.gateway.forget(method)
        played.plays("POST", "/v1/payment_methods/pm_1Shape/detach", shape("error_theirs"), status=500)
        with pytest.raises(Unreachable):
            played.gateway.forget(method)


class TestRefunds:
    def refund(self, cast: Cast, external_id: str) -> Refund:
        payment = begun(cast, state="paid", external_id=external_id)
        return Refund.objects.create(payment=payment, amount=2000, note="Asked for.")

    def test_it_goes_back_to_the_payment_of_the_session(self, cast: Cast, played: Played) -> None:
        refund = self.refund(cast, "cs_test_shape")
        session = shape("session_complete", payment=refund.payment)
        played.plays("GET", f"{SESSIONS}/cs_test_shape", session)
        played.plays("GET", "/v1/refunds", shape("list_empty"))
        played.plays("POST", "/v1/refunds", shape("refund_succeeded", payment=refund.payment, refund=refund.pk))
        outcome = played.gateway.refund(refund)
        assert (outcome.state, outcome.external_id, outcome.amount) == ("done", "re_Shape", 2000)
        path, asked, key = played.asked[-1]
        assert (path, key) == ("POST /v1/refunds", str(refund.pk))
        assert asked == {
            "payment_intent": "pi_Shape",
            "amount": "2000",
            "metadata[refund]": str(refund.pk),
            "metadata[payment]": str(refund.payment_id),
        }

    def test_asked_again_after_days_it_is_found_and_not_given_twice(self, cast: Cast, played: Played) -> None:
        """Stripe forgets our key after a day; the refund bears our id."""
        refund = self.refund(cast, "pi_Shape")
        made = shape("refund_succeeded", payment=refund.payment, refund=refund.pk)
        other = shape("refund_succeeded", payment=refund.payment, refund="", id="re_Other")
        played.plays("GET", "/v1/refunds", shape("list_empty", data=[other, made]))
        assert played.gateway.refund(refund).external_id == "re_Shape"
        assert [path for path, _sent, _key in played.asked] == ["GET /v1/refunds"]

    def test_one_that_fails_says_why(self, cast: Cast, played: Played) -> None:
        refund = self.refund(cast, "pi_Shape")
        refund.external_id = "re_Shape"
        played.plays("GET", "/v1/refunds/re_Shape", shape("refund_failed", payment=refund.payment, refund=refund.pk))
        outcome = played.gateway.refund(refund)
        assert (outcome.state, outcome.problem) == ("failed", "Stripe: lost or stolen card")

    def test_what_it_does_not_give_back(self, cast: Cast, played: Played) -> None:
        refund = self.refund(cast, "pi_Shape")
        played.plays("GET", "/v1/refunds", shape("list_empty"))
        played.plays("POST", "/v1/refunds", shape("error_invalid"), status=400)
        with pytest.raises(NotAccepted, match="does not give this back"):
            played.gateway.refund(refund)
