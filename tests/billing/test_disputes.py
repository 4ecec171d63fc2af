"""A payment is disputed: what its bank takes leaves the funds, and comes back if we win; in any order, and twice."""

from itertools import permutations
from typing import Any

import pytest
from django.db import transaction

from billing.actions.ledger import book
from billing.actions.payments import fail_refund, refund_payment
from billing.actions.payments.disputes import note_dispute
from billing.actions.payments.settling import lock_payment, settle_payment
from billing.gateways.base import Dispute as Said
from billing.models import Account, Dispute, Entry, Payment, Reason
from organizations.actors import Actor
from tests.billing.making import account_of, fund, make_method, make_payment
from tests.billing.scripted import Scripted, use_scripted
from tests.cast import Cast
from tests.reading import mails_to, main_words


@pytest.fixture
def paid(cast: Cast) -> Payment:
    payment = fund(cast.acme, 5000).payment
    assert payment
    return payment


def say(payment: Payment, state: Any, amount: int = 5000, external_id: str = "d-1") -> bool:
    with transaction.atomic():
        locked, by = lock_payment(payment.pk)
        return note_dispute(locked, Said(external_id=external_id, state=state, amount=amount), by=by)


def test_it_is_taken_at_once_though_it_is_spent_and_comes_back_when_won(cast: Cast, paid: Payment) -> None:
    book(account_of(cast.acme), Reason.CORRECTION, -3000, key="spent", corrects=Entry.objects.first())
    assert say(paid, "open")
    assert not say(paid, "open")
    account = account_of(cast.acme)
    assert account.balance == -3000
    assert account.past_due_since
    assert say(paid, "won")
    assert not say(paid, "won")
    assert not say(paid, "lost")
    account = account_of(cast.acme)
    assert (account.balance, account.past_due_since) == (2000, None)
    subjects = [mail.subject for mail in mails_to("olivia.owner@example.com", "payment-disputed")]
    assert subjects == ["A payment for Acme is disputed", "A disputed payment for Acme counts again"]


def test_its_page_does_not_say_that_the_amount_is_in_the_funds(cast: Cast, paid: Payment) -> None:
    page = f"/o/acme/billing/payments/{paid.pk}/"
    assert "€50.00 was added to the funds" in main_words(cast.bella.client.get(page))
    say(paid, "open")
    said = main_words(cast.bella.client.get(page))
    assert "€50.00 was taken back by the card's bank." in said
    assert "was added to the funds" not in said


@pytest.mark.parametrize("decision", ["won", "lost"])
def test_the_order_in_which_it_is_told_does_not_matter(cast: Cast, decision: str) -> None:
    for number, told in enumerate(permutations(["open", decision, "open"])):
        payment = fund(cast.acme, 1000).payment
        assert payment
        before = account_of(cast.acme).balance
        for state in told:
            say(payment, state, 1000, f"d-{number}")
        payment.refresh_from_db()
        taken = 0 if decision == "won" else 1000
        assert (before - account_of(cast.acme).balance, payment.disputed) == (taken, taken)
        assert Dispute.objects.get(external_id=f"d-{number}").state == decision


def test_no_more_is_taken_than_is_left_of_the_payment(cast: Cast, paid: Payment) -> None:
    Payment.objects.filter(pk=paid.pk).update(refunded=4000)
    say(paid, "open")
    assert account_of(cast.acme).balance == 4000


def test_what_was_on_its_way_back_and_failed_is_taken_too(cast: Cast, paid: Payment) -> None:
    """Else whoever asks for a refund and their bank for the money keeps what fails of the refund."""
    given = refund_payment(payment=paid, amount=4000, note="Asked for", by=Actor.staff(cast.sam.user))
    say(paid, "open")
    assert account_of(cast.acme).balance == 0
    fail_refund(given.pk, "The payment is disputed.")
    assert (account_of(cast.acme).balance, Dispute.objects.get().taken) == (0, 5000)
    say(paid, "won")
    assert account_of(cast.acme).balance == 5000


def test_what_two_disputes_have_both_is_taken_once_and_stays_until_both_are_won(cast: Cast, paid: Payment) -> None:
    say(paid, "open", 3000, "d-1")
    say(paid, "open", 3000, "d-2")
    assert account_of(cast.acme).balance == 0
    say(paid, "won", 3000, "d-1")
    assert account_of(cast.acme).balance == 2000
    say(paid, "won", 3000, "d-2")
    assert account_of(cast.acme).balance == 5000


def test_one_told_of_before_the_payment_is_taken_with_it(cast: Cast, settings: Any) -> None:
    gateway: type[Scripted] = use_scripted(settings)
    payment = make_payment(cast.acme, 1000, state="processing", gateway="scripted", external_id="")
    say(payment, "open", 1000)
    assert account_of(cast.acme).balance == 0
    settle_payment(payment.pk, gateway.outcome(payment))
    assert list(Entry.objects.values_list("reason", "amount")) == [("top_up", 1000), ("dispute", -1000)]
    say(payment, "won", 1000)
    assert account_of(cast.acme).balance == 1000


def test_a_disputed_card_is_charged_no_more_by_itself(cast: Cast, paid: Payment) -> None:
    make_method(cast.acme)
    Account.objects.filter(pk=cast.acme.pk).update(refill_below=9000, refill_amount=1000)
    say(paid, "open")
    assert account_of(cast.acme).refill_below is None
    assert not Payment.objects.filter(purpose="refill").exists()
