"""The sandbox itself: its cards, and that it is not for a deployment."""

from typing import Any

import pytest
from django.utils import timezone

from billing import gateways
from billing.actions.payments import refund_payment, start_payment
from billing.gateways import checks
from billing.gateways.base import NotAccepted
from billing.gateways.sandbox.cards import TEST_CARDS, behaviour_of, has_check_digit
from billing.models import SandboxPayment, SandboxRefund
from organizations.actors import Actor
from tests.billing.making import fund, make_method
from tests.cast import Cast


def test_each_number_has_its_check_digit_and_does_one_thing() -> None:
    assert all(has_check_digit(card.number) for card in TEST_CARDS)
    assert [behaviour_of(card.number.replace(" ", "-")) for card in TEST_CARDS] == [
        card.behaviour for card in TEST_CARDS
    ]
    assert not has_check_digit("4242 4242 4242 4241")
    assert not has_check_digit("")
    assert not has_check_digit("0")
    assert behaviour_of("5555555555554444") is None


def test_it_is_warned_of_before_it_is_deployed(settings: Any) -> None:
    settings.PAYMENT_GATEWAY = "sandbox"
    assert [warning.id for warning in checks.check_mode(None)] == ["billing.W002"]


def test_it_knows_a_payment_once_and_gives_back_once(cast: Cast) -> None:
    sandbox = gateways.named("sandbox")
    by = cast.bella.actor(cast.acme)
    payment = start_payment(organization=cast.acme, amount=5000, method=None, keeps_method=False, by=by)
    assert sandbox.find(payment) is None
    first, second = (sandbox.begin(payment, back="http://testserver/") for _time in range(2))
    assert first == second == sandbox.find(payment)
    sandbox.abandon(payment)
    assert (found := sandbox.find(payment))
    assert found.state == "abandoned"
    paid = fund(cast.acme, 5000).payment
    assert paid
    SandboxPayment.objects.create(
        reference=paid.pk, amount=5000, currency="EUR", state="paid", made_at=timezone.now(), back="http://testserver/"
    )
    refund = refund_payment(payment=paid, amount=3000, note="Asked for", by=Actor.system())
    assert sandbox.refund(refund) == sandbox.refund(refund)
    assert SandboxRefund.objects.get().amount == 3000
    other = refund_payment(payment=paid, amount=2000, note="Asked for", by=Actor.system())
    other.amount = 2001
    with pytest.raises(NotAccepted):
        sandbox.refund(other)


def test_a_card_of_another_account_is_not_charged(cast: Cast) -> None:
    sandbox = gateways.named("sandbox")
    by = cast.bella.actor(cast.acme)
    method = make_method(cast.acme)
    payment = start_payment(organization=cast.acme, amount=5000, method=method, keeps_method=False, by=by)
    with pytest.raises(NotAccepted):
        sandbox.charge(payment, method, back="http://testserver/")
