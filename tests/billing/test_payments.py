"""What becomes of a payment: settled once, in whatever order it is told; what does not fit is never credited."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from billing.actions import payments
from billing.actions.payments import carry_payment, look_after, settle_payment, start_payment, sweep_payments
from billing.gateways.base import Card, NotAccepted, Outcome, Unreachable
from billing.models import Customer, Entry, Payment
from console.refusal import Refused
from organizations.actors import Actor
from tests.billing.making import account_of, make_method, make_payment
from tests.billing.scripted import Scripted, use_scripted
from tests.cast import Cast
from tests.reading import mails_to

BACK = "http://testserver/back"


@pytest.fixture
def gateway(settings: Any) -> type[Scripted]:
    return use_scripted(settings)


def started(cast: Cast, amount: int = 5000, **fields: Any) -> Payment:
    given = {"method": None, "keeps_method": False, **fields}
    return start_payment(organization=cast.acme, amount=amount, by=cast.bella.actor(cast.acme), **given)


def balance(cast: Cast) -> int:
    return account_of(cast.acme).balance


def test_a_payment_is_credited_once_however_often_it_is_said(cast: Cast, gateway: type[Scripted]) -> None:
    payment = started(cast)
    for _time in range(3):
        assert settle_payment(payment.pk, gateway.outcome(payment)).state == "paid"
    assert balance(cast) == 5000
    assert Entry.objects.get().key == f"payment:{payment.pk}"
    assert len(mails_to("bella.billing@example.com", "payment-receipt")) == 1
    # What comes late changes nothing.
    for late in ("waiting", "processing", "failed", "abandoned"):
        assert settle_payment(payment.pk, gateway.outcome(payment, state=late)).state == "paid"
    assert balance(cast) == 5000


@pytest.mark.parametrize(
    ("states", "ends", "credited"),
    [
        (["waiting", "processing", "paid"], "paid", 5000),
        # A late success counts: the money was taken.
        (["failed", "paid"], "paid", 5000),
        (["abandoned", "processing", "paid"], "paid", 5000),
        (["processing", "waiting"], "processing", 0),
        (["failed", "abandoned", "processing", "waiting"], "failed", 0),
    ],
)
def test_states_follow_one_another_in_whatever_order_they_are_told(
    cast: Cast, gateway: type[Scripted], states: list[Any], ends: str, credited: int
) -> None:
    payment = started(cast)
    for state in states:
        settle_payment(payment.pk, gateway.outcome(payment, state=state))
    payment.refresh_from_db()
    assert (payment.state, balance(cast)) == (ends, credited)


@pytest.mark.parametrize(
    "wrong", [{"amount": 4999}, {"amount": 50000}, {"currency": "USD"}, {"customer": "cus-other"}, {"external_id": "x"}]
)
def test_what_does_not_fit_is_kept_for_staff_and_never_credited(
    cast: Cast, gateway: type[Scripted], wrong: dict[str, Any], caplog: Any
) -> None:
    Customer.objects.create(account=account_of(cast.rival), gateway="scripted", external_id="cus-other")
    payment = started(cast)
    settle_payment(payment.pk, gateway.outcome(payment, state="waiting"))
    settled = settle_payment(payment.pk, gateway.outcome(payment, **wrong))
    assert (settled.state, balance(cast)) == ("odd", 0)
    assert "does not fit" in caplog.text
    # Nor by what comes after it.
    settle_payment(payment.pk, gateway.outcome(payment))
    assert balance(cast) == 0
    # Until staff ask the gateway themselves.
    staff = Actor.staff(cast.sam.user)
    with pytest.raises(Refused, match="knows nothing"):
        payments.ask_again(payment=payment, by=staff)
    gateway.answers[payment.pk] = gateway.outcome(payment)
    assert payments.ask_again(payment=payment, by=staff).state == "paid"
    assert balance(cast) == 5000


def test_only_staff_ask_again(cast: Cast, gateway: type[Scripted]) -> None:
    payment = make_payment(cast.acme, 100, state="odd", gateway="scripted")
    with pytest.raises(Refused):
        payments.ask_again(payment=payment, by=cast.olivia.actor(cast.acme))
    assert gateway.asked == []


def test_one_payment_of_the_gateway_pays_one_of_ours(cast: Cast, gateway: type[Scripted]) -> None:
    first, second = started(cast), started(cast)
    settle_payment(first.pk, gateway.outcome(first))
    assert settle_payment(second.pk, gateway.outcome(second, external_id=f"ext-{first.pk}")).state == "odd"
    assert balance(cast) == 5000


def test_an_answer_that_does_not_come_is_found_out_and_charged_once(cast: Cast, gateway: type[Scripted]) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        gateway.raises = [Unreachable(), Unreachable()]
        payment = carry_payment(started(cast).pk, back=BACK)
        assert (payment.state, balance(cast)) == ("started", 0)
        # Sent again meanwhile: nothing is asked twice.
        carry_payment(payment.pk, back=BACK)
        assert gateway.asked == ["begin"]
        clock.shift(timedelta(seconds=6))
        assert look_after(payment.pk).state == "started"
        # Not before its time.
        assert look_after(payment.pk).state == "started"
        assert gateway.asked == ["begin", "find"]
        clock.shift(timedelta(seconds=16))
        assert look_after(payment.pk).state == "paid"
    assert balance(cast) == 5000


def test_what_the_gateway_never_heard_of_is_given_up_after_an_hour(cast: Cast, gateway: type[Scripted]) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        payment = started(cast)
        # The web process has died: nobody has asked.
        for hours in (0.1, 1):
            clock.shift(timedelta(hours=hours))
            look_after(payment.pk)
    payment.refresh_from_db()
    assert (payment.state, gateway.asked) == ("abandoned", ["find", "find"])
    # As its page has promised.
    (mail,) = mails_to("bella.billing@example.com", "payment-failed")
    assert "The payment company never heard of this payment. Nothing was taken." in mail.text


def test_a_kept_card_is_asked_for_again_with_the_same_id(cast: Cast, gateway: type[Scripted]) -> None:
    method = make_method(cast.acme, gateway="scripted")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        payment = started(cast, method=method)
        gateway.raises = [Unreachable()]
        look_after(payment.pk)
        del gateway.answers[payment.pk]
        clock.shift(timedelta(seconds=6))
        assert look_after(payment.pk).state == "paid"
    assert gateway.asked == ["charge", "find", "charge"]


def test_nobody_goes_on_for_a_day(cast: Cast, gateway: type[Scripted]) -> None:
    gateway.state = "waiting"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        payment = carry_payment(started(cast).pk, back=BACK)
        clock.shift(timedelta(hours=23))
        assert look_after(payment.pk).state == "waiting"
        clock.shift(timedelta(hours=2))
        assert look_after(payment.pk).state == "abandoned"
        assert gateway.asked[-3:] == ["find", "abandon", "find"]
        # Somebody has paid in the last moment.
        settle_payment(payment.pk, gateway.outcome(payment, state="paid"))
    assert balance(cast) == 5000


def test_what_a_gateway_refuses_fails_with_its_words(cast: Cast, gateway: type[Scripted]) -> None:
    gateway.raises = [NotAccepted("The card is no longer kept.")]
    payment = carry_payment(started(cast).pk, back=BACK)
    assert (payment.state, payment.problem) == ("failed", "The card is no longer kept.")


def test_a_gateway_with_a_fault_of_its_own_is_asked_again(cast: Cast, gateway: type[Scripted], caplog: Any) -> None:
    gateway.raises = [RuntimeError("secret of a person")]
    payment = carry_payment(started(cast).pk, back=BACK)
    assert payment.state == "started"
    assert "secret of a person" not in caplog.text


def test_the_sweep_wakes_workers_up_for_what_is_due(
    cast: Cast, gateway: type[Scripted], worker_here: None, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    payment = started(cast)
    gateway.answers[payment.pk] = gateway.outcome(payment)
    assert sweep_payments() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert sweep_payments() == 1
    assert balance(cast) == 5000


def test_a_payment_of_an_organization_that_is_gone_counts_all_the_same(cast: Cast, gateway: type[Scripted]) -> None:
    payment = started(cast)
    Payment.objects.filter(pk=payment.pk).update(asked_by=None)
    account = payment.account
    type(account).objects.filter(pk=account.pk).update(organization=None)
    assert settle_payment(payment.pk, gateway.outcome(payment)).state == "paid"
    account.refresh_from_db()
    assert account.balance == 5000


def test_a_closed_organization_gets_what_was_paid(cast: Cast, gateway: type[Scripted]) -> None:
    payment = started(cast)
    type(cast.acme).objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
    assert settle_payment(payment.pk, gateway.outcome(payment)).state == "paid"
    assert balance(cast) == 5000


def test_a_card_is_kept_once_and_only_where_it_was_asked_for(cast: Cast, gateway: type[Scripted]) -> None:
    card = Card(external_id="card-1", brand="Visa", last4="4242", expires_year=2099, expires_month=1)
    unkept, kept = started(cast), started(cast, keeps_method=True)
    settle_payment(unkept.pk, gateway.outcome(unkept, card=card))
    assert not account_of(cast.acme).methods.exists()
    for _time in range(2):
        settle_payment(kept.pk, gateway.outcome(kept, card=card))
    assert account_of(cast.acme).methods.get().is_default
    # Nobody pays with somebody else's.
    other = start_payment(
        organization=cast.rival, amount=500, method=None, keeps_method=True, by=cast.rita.actor(cast.rival)
    )
    settle_payment(other.pk, gateway.outcome(other, card=card))
    assert not account_of(cast.rival).methods.exists()


def test_an_unknown_payment_is_none(cast: Cast) -> None:
    outcome = Outcome(state="paid", external_id="x", amount=1, currency="EUR")
    with pytest.raises(Payment.DoesNotExist):
        settle_payment(UUID(int=1), outcome)
