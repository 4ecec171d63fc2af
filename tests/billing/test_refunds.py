"""Money goes back to the card: out of the funds at once, back in if that fails; no more than there is to give back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from billing.actions.ledger import book
from billing.actions.payments import carry_refund, refund_payment, settle_refund
from billing.gateways.base import NotAccepted, RefundOutcome, Unreachable
from billing.models import Entry, Payment, Promotion, Reason, Refund
from console.ids import uuid7
from console.refusal import Refused
from organizations.actors import Actor
from tests.billing.making import account_of, fund, make_charge
from tests.billing.scripted import Scripted, use_scripted
from tests.cast import Cast, Person
from tests.reading import mails_to, main_words, words


@pytest.fixture
def gateway(settings: Any) -> type[Scripted]:
    return use_scripted(settings)


@pytest.fixture
def paid(cast: Cast, gateway: type[Scripted]) -> Payment:
    payment = fund(cast.acme, 5000).payment
    assert payment
    Payment.objects.filter(pk=payment.pk).update(gateway="scripted", asked_by=cast.bella.user)
    return payment


def refund(cast: Cast, paid: Payment, amount: int = 2000, **fields: Any) -> Refund:
    return refund_payment(payment=paid, amount=amount, note="Asked for", by=Actor.staff(cast.sam.user), **fields)


def test_it_leaves_the_funds_at_once_and_is_done_by_a_worker(cast: Cast, paid: Payment) -> None:
    given = refund(cast, paid)
    paid.refresh_from_db()
    assert (account_of(cast.acme).balance, paid.refunded, given.state) == (3000, 2000, "started")
    assert carry_refund(given.pk)
    assert not carry_refund(given.pk)
    given.refresh_from_db()
    assert (given.state, Scripted.asked) == ("done", ["refund"])
    (mail,) = mails_to("bella.billing@example.com", "payment-refund")
    assert mail.subject == "€20.00 of a payment for Acme go back to you"


@pytest.mark.parametrize("amount", [0, -1, 5001])
def test_no_more_than_was_paid_goes_back(cast: Cast, paid: Payment, amount: int) -> None:
    with pytest.raises(Refused, match=r"€50\.00 can go back at most"):
        refund(cast, paid, amount)
    refund(cast, paid, 4000)
    with pytest.raises(Refused, match=r"€10\.00 can go back at most"):
        refund(cast, paid, 1001)


def test_what_is_spent_or_was_given_does_not_go_back(cast: Cast, paid: Payment) -> None:
    account = account_of(cast.acme)
    credit = Promotion.objects.create(
        account=account, amount=1000, left=1000, ends_at=timezone.now() + timedelta(days=9)
    )
    book(account, Reason.PROMOTION, 1000, key="promotion", promotion=credit)
    fund(cast.acme, 100)
    book(account_of(cast.acme), Reason.USAGE, -3100, key="usage", charge=make_charge(cast.acme, 3100))
    # The credit is spent first: 5000 + 1000 + 100 - 3100.
    with pytest.raises(Refused, match=r"€30\.00 can go back at most"):
        refund(cast, paid, 3001)


def test_what_fails_is_in_the_funds_again_once(cast: Cast, paid: Payment, gateway: type[Scripted]) -> None:
    gateway.raises = [Unreachable(), NotAccepted("The card was closed.")]
    given = refund(cast, paid)
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False) as clock:
        assert not carry_refund(given.pk)
        clock.shift(timedelta(seconds=6))
        assert carry_refund(given.pk)
    settle_refund(given.pk, RefundOutcome(state="failed", external_id="x", amount=2000))
    given.refresh_from_db()
    paid.refresh_from_db()
    assert (given.state, given.problem, paid.refunded) == ("failed", "The card was closed.", 0)
    assert list(Entry.objects.values_list("reason", "amount", "balance")) == [
        ("top_up", 5000, 5000), ("refund", -2000, 3000), ("correction", 2000, 5000),
    ]  # fmt: skip


def test_one_that_was_done_may_fail_at_the_bank_and_another_amount_is_noted(cast: Cast, paid: Payment) -> None:
    given = refund(cast, paid)
    settle_refund(given.pk, RefundOutcome(state="done", external_id="x", amount=1999))
    given.refresh_from_db()
    assert (given.state, given.problem) == ("started", "The gateway says another amount than was asked for.")
    for state, balance in (("done", 3000), ("failed", 5000), ("done", 5000)):
        settle_refund(given.pk, RefundOutcome(state=state, external_id="x", amount=2000))  # type: ignore[arg-type]
        assert account_of(cast.acme).balance == balance


def test_only_staff_give_back(cast: Cast, paid: Payment) -> None:
    with pytest.raises(Refused, match="Only our staff"):
        refund_payment(payment=paid, amount=100, note="Mine", by=cast.olivia.actor(cast.acme))


def test_the_same_form_sent_twice_gives_back_once(cast: Cast, paid: Payment) -> None:
    once = uuid7()
    assert refund(cast, paid, once=once) == refund(cast, paid, once=once)
    assert account_of(cast.acme).balance == 3000


def test_staff_give_back_in_the_admin(cast: Cast, paid: Payment, person: Any) -> None:
    staff: Person = person("stella.staff@example.com", is_staff=True, is_superuser=True)
    page = f"/admin/billing/payment/{paid.pk}/refund/"
    assert "Give back of the payment of €50.00 by Acme" in words(staff.client.get(page))
    refused = staff.client.post(page, {"amount": "60", "note": "Too much"})
    assert "€50.00 can go back at most" in words(refused)
    assert staff.client.post(page, {"amount": "20", "note": "Asked for"}).status_code == 302
    shown = words(staff.client.get(f"/admin/billing/payment/{paid.pk}/change/"))
    assert "Asked for" in shown
    page_of_person = cast.bella.client.get(f"/o/{cast.acme.slug}/billing/payments/{paid.pk}/")
    assert "€20.00 Under way" in main_words(page_of_person)
    lists = ("payment", "gatewayevent", "refusedevent", "paymentmethod")
    assert {staff.client.get(f"/admin/billing/{name}/").status_code for name in lists} == {200}
