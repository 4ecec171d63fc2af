"""Payments that gateways, workers and people settle at the same instant: to the cent, and credited once."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from billing import gateways
from billing.actions.payments import (
    carry_payment,
    refund_payment,
    remove_method,
    settle_payment,
    start_payment,
    take_message,
)
from billing.actions.refills import change_refill
from billing.gateways.sandbox import messages
from billing.models import Account, Customer, Entry, GatewayEvent, Payment, PaymentMethod, SandboxEvent
from console.ids import uuid7
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization
from tests.billing.making import account_of, fund, make_method
from tests.billing.scripted import use_scripted
from tests.cast import Cast, make_team

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

THREADS = 8

type Act = Callable[[], Any]


def at_once(*acts: Act) -> list[Any]:
    """What each returned, or the code with which it was refused; anything else that is raised fails the test."""
    barrier = Barrier(len(acts), timeout=20)

    def run(act: Act) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait()
            return act()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [future.result(timeout=30) for future in [threads.submit(run, act) for act in acts]]


def message(about_one: Payment, kind: str, **about: Any) -> SandboxEvent:
    """What the sandbox would send."""
    return SandboxEvent(body={"type": kind, "reference": str(about_one.pk), **about})


def says(payment: Payment, state: str, amount: int = 0) -> SandboxEvent:
    said = {
        "state": state,
        "id": f"ext-{payment.pk}",
        "amount": amount or payment.amount,
        "currency": "EUR",
        "customer": f"c-{payment.account_id.hex}",
        "problem": "",
        "card": None,
    }
    return message(payment, f"payment.{state}", payment=said)


def disputes(payment: Payment, state: str) -> SandboxEvent:
    said = {"id": f"dispute-{payment.pk}", "state": state, "amount": payment.amount}
    return message(payment, f"dispute.{state}", dispute=said)


def stories(payments: list[Payment]) -> list[SandboxEvent]:
    """What is told of them: two messages of each on average. Of five, the first two stay in the funds."""
    told: list[SandboxEvent] = []
    for number, payment in enumerate(payments):
        told += (
            [says(payment, "processing"), says(payment, "paid")],
            [says(payment, "paid"), disputes(payment, "open"), disputes(payment, "won")],
            [says(payment, "paid"), disputes(payment, "open"), disputes(payment, "lost")],
            [says(payment, "failed")],
            # One cent too many.
            [says(payment, "paid", payment.amount + 1)],
        )[number % 5]
    return told


def begin(cast: Cast, organizations: list[Organization], count: int) -> list[Payment]:
    """So many payments that wait at the sandbox, in turn for each organization, from a euro on."""
    accounts = [account_of(organization) for organization in organizations]
    for account in accounts:
        Customer.objects.create(account=account, gateway="sandbox", external_id=f"c-{account.pk.hex}")
    return Payment.objects.bulk_create(
        Payment(
            account=accounts[number // 5 % len(accounts)],
            amount=100 + number,
            state="waiting",
            gateway="sandbox",
            asked_by=cast.sam.user,
        )
        for number in range(count)
    )


def deliver_all(told: list[SandboxEvent]) -> None:
    """Each message three times, shuffled, from eight threads."""
    gateway, now = gateways.named("sandbox"), timezone.now()
    sent = [messages.signed(event, at=now) for event in told] * 3
    random.Random(7).shuffle(sent)

    def run(part: list[tuple[dict[str, str], bytes]]) -> None:
        try:
            for headers, body in part:
                take_message(gateway, headers, body, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        for future in [threads.submit(run, sent[number::THREADS]) for number in range(THREADS)]:
            future.result()


def show_events(cast: Cast, count: int) -> None:
    """So many messages about half as many payments, of six organizations; the funds are right to the cent."""
    organizations = [cast.acme, cast.rival, *(make_team(f"Team {number}", cast.olivia) for number in range(4))]
    payments = begin(cast, organizations, count // 2)
    told = stories(payments)
    assert len(told) == count
    deliver_all(told)
    for organization in organizations:
        stays = [
            payment.amount
            for number, payment in enumerate(payments)
            if payment.account_id == organization.pk and number % 5 in {0, 1}
        ]
        account = account_of(organization)
        assert account.balance == sum(stays)
        assert account.entries.count() == account.last_number
    # Paid 3 of 5; disputed 2 of 5, one of which came back.
    assert Entry.objects.filter(reason="top_up").count() == count // 2 * 3 // 5
    assert Entry.objects.filter(reason="dispute_won").count() <= count // 2 // 5
    assert set(GatewayEvent.objects.values_list("times", flat=True)) == {3}
    assert not GatewayEvent.objects.filter(state="waiting").exists()
    assert GatewayEvent.objects.filter(state="odd").count() == count // 2 // 5
    call_command("verify_ledger", stdout=StringIO())


def test_messages_sent_thrice_in_any_order_from_eight_threads(cast: Cast) -> None:
    show_events(cast, 100)


@pytest.mark.long
def test_ten_thousand_messages_sent_thrice_in_any_order_from_eight_threads(cast: Cast) -> None:
    show_events(cast, 10_000)


def test_an_answer_a_message_and_the_sweep_credit_once(cast: Cast, settings: Settings) -> None:
    gateway = use_scripted(settings)
    by = cast.bella.actor(cast.acme)
    payment = start_payment(organization=cast.acme, amount=5000, method=None, keeps_method=False, by=by)
    outcome = gateway.outcome(payment)
    at_once(*[lambda: settle_payment(payment.pk, outcome)] * 6)
    assert account_of(cast.acme).balance == 5000
    assert Entry.objects.count() == 1


def test_two_tabs_take_it_to_the_gateway_once(cast: Cast, settings: Settings) -> None:
    gateway = use_scripted(settings)
    by, token = cast.bella.actor(cast.acme), uuid7()

    def send() -> Payment:
        begun = start_payment(organization=cast.acme, amount=5000, method=None, keeps_method=False, by=by, token=token)
        return carry_payment(begun.pk, back="http://testserver/")

    assert {payment.pk for payment in at_once(send, send, send)} == {token}
    assert gateway.asked == ["begin"]
    assert account_of(cast.acme).balance == 5000


def test_no_more_goes_back_than_was_paid(cast: Cast) -> None:
    payment = fund(cast.acme, 5000).payment
    assert payment
    by = Actor.staff(cast.sam.user)
    answers = at_once(*[lambda: refund_payment(payment=payment, amount=3000, note="Asked for", by=by)] * 3)
    assert answers.count("too-large") == 2
    assert account_of(cast.acme).balance == 2000


def test_of_two_cards_one_stays_the_default(cast: Cast) -> None:
    first, second = make_method(cast.acme), make_method(cast.acme)
    by = cast.bella.actor(cast.acme)
    answers = at_once(*[lambda: remove_method(method=first, by=by)] * 2)
    assert "gone" in answers
    assert PaymentMethod.objects.get(is_default=True) == second


def test_one_refill_at_a_time(cast: Cast, settings: Settings) -> None:
    use_scripted(settings).state = "processing"
    make_method(cast.acme, gateway="scripted")
    by = cast.bella.actor(cast.acme)
    given = {"refill_below": 1000, "refill_amount": 2000, "low_below": None}
    at_once(*[lambda: change_refill(organization=cast.acme, by=by, **given)] * 4)
    assert Payment.objects.filter(purpose="refill").count() == 1
    assert Account.objects.get(pk=cast.acme.pk).balance == 0
