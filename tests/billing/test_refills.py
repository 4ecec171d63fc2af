"""Funds are topped up by themselves: below what was chosen, once at a time, and not for ever when it fails."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.models import Notification
from billing.actions import refills, standing
from billing.actions.ledger import book
from billing.actions.payments import abandon_payment, fail_payment, look_after, settle_payment
from billing.actions.payments.settling import lock_payment
from billing.models import Account, Entry, Payment, Reason
from organizations.actors import Actor
from tests.billing.making import account_of, fund, make_method
from tests.billing.paying import address
from tests.billing.scripted import Scripted, use_scripted
from tests.cast import Cast
from tests.reading import error_at, mails_to, main_words


@pytest.fixture
def gateway(settings: Any) -> type[Scripted]:
    return use_scripted(settings)


@pytest.fixture
def account(cast: Cast, gateway: type[Scripted]) -> Account:
    """Acme's, with 50 euros, topped up by 20 below 30, with a card."""
    fund(cast.acme, 5000)
    make_method(cast.acme, gateway="scripted")
    Account.objects.filter(pk=cast.acme.pk).update(refill_below=3000, refill_amount=2000)
    return account_of(cast.acme)


def spend(cast: Cast, amount: int) -> None:
    with transaction.atomic():
        account = Account.objects.lock(cast.acme.pk)
        first = Entry.objects.filter(account=account).first()
        book(account, Reason.CORRECTION, -amount, key=f"spent:{account.last_number}", corrects=first)
        standing.review(account, by=Actor.system())


def asked() -> list[Payment]:
    return list(Payment.objects.filter(purpose="refill").order_by("id"))


def test_it_is_asked_for_below_the_threshold_and_charged(cast: Cast, account: Account) -> None:
    spend(cast, 2000)
    assert asked() == []
    spend(cast, 1)
    (refill,) = asked()
    assert (refill.amount, refill.method_name) == (2000, "Visa •••• 4242")
    # One at a time.
    spend(cast, 100)
    assert len(asked()) == 1
    assert look_after(refill.pk).state == "paid"
    assert account_of(cast.acme).balance == 5000 - 2101 + 2000
    (receipt,) = mails_to("bella.billing@example.com", "payment-receipt")
    assert "because you pay for Acme" in receipt.text


def test_a_runaway_does_not_empty_the_card(cast: Cast, account: Account) -> None:
    spend(cast, 30000)
    for _number in range(10):
        for refill in asked():
            look_after(refill.pk)
    assert len(asked()) == refills.MOST_A_DAY
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        spend(cast, 1)
        assert len(asked()) == refills.MOST_A_DAY + 1


def test_a_failure_pauses_it_and_three_switch_it_off(cast: Cast, account: Account, gateway: type[Scripted]) -> None:
    gateway.state, gateway.says = "failed", {"problem": "The card was declined."}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for failures in (1, 2, 3):
            spend(cast, 2500)
            assert len(asked()) == failures
            look_after(asked()[-1].pk)
            spend(cast, 1)
            # It rests.
            assert len(asked()) == failures
            clock.shift(timedelta(hours=25))
        spend(cast, 1)
    assert len(asked()) == 3
    assert account_of(cast.acme).refill_below is None
    mails = mails_to("bella.billing@example.com", "refill-failed")
    assert ["It is tried again after a day" in mail.text for mail in mails] == [True, True, False]
    assert "switched off" in mails[-1].text
    assert "The card was declined." in mails[0].text
    assert Notification.objects.filter(kind="payment_failed", user=cast.bella.user).exists()


def test_a_dead_card_is_not_charged_again(cast: Cast, account: Account, gateway: type[Scripted]) -> None:
    gateway.state, gateway.says = "failed", {"is_card_dead": True}
    spend(cast, 2500)
    look_after(asked()[0].pk)
    assert account_of(cast.acme).refill_below is None


def test_a_payment_by_hand_makes_good_what_failed(cast: Cast, account: Account, gateway: type[Scripted]) -> None:
    gateway.state = "failed"
    spend(cast, 2500)
    look_after(asked()[0].pk)
    assert account_of(cast.acme).refill_paused_until
    with transaction.atomic():
        locked, _by = lock_payment(asked()[0].pk)
        refills.note_paid(locked.account)
    paused = account_of(cast.acme)
    assert (paused.refill_paused_until, paused.refill_failures) == (None, 0)


def test_a_bank_that_asks_is_told_of_by_mail(cast: Cast, account: Account, gateway: type[Scripted]) -> None:
    gateway.state, gateway.says = "waiting", {"next_address": "http://testserver/ask"}
    spend(cast, 2500)
    look_after(asked()[0].pk)
    (mail,) = mails_to("bella.billing@example.com", "payment-question")
    assert str(asked()[0].pk) in mail.text
    # Nobody answers: that is a failure.
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert look_after(asked()[0].pk).state == "abandoned"
    assert account_of(cast.acme).refill_failures == 1


def test_it_is_set_up_on_its_page(cast: Cast, gateway: type[Scripted]) -> None:
    bella, page = cast.bella.client, address(cast.acme, "funds/refill/")
    assert "keep a card first" in main_words(bella.get(page))
    given = {"refill_below": "30", "refill_amount": "20", "low_below": "10"}
    assert "No card is kept" in error_at(bella.post(page, given), "refill_amount")
    make_method(cast.acme, gateway="scripted")
    for wrong, field, said in [
        ({"refill_below": ""}, "refill_below", "Say below what"),
        ({"refill_amount": ""}, "refill_amount", "Say by how much"),
        ({"refill_amount": "1"}, "refill_amount", "The least is €5.00"),
        ({"refill_below": "-1"}, "refill_below", "The least is €0.00"),
    ]:
        assert said in error_at(bella.post(page, given | wrong), field)
    assert bella.post(page, given).status_code == 302
    account = account_of(cast.acme)
    assert (account.refill_below, account.refill_amount, account.low_below) == (3000, 2000, 1000)
    # The funds are below: at once.
    assert len(asked()) == 1
    assert bella.post(page, dict.fromkeys(given, "")).status_code == 302
    assert account_of(cast.acme).refill_below is None


def test_a_closed_organization_and_one_without_a_card_ask_for_nothing(cast: Cast, account: Account) -> None:
    account.methods.update(is_default=False)
    spend(cast, 2500)
    account.methods.update(is_default=True)
    type(cast.acme).objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
    spend(cast, 1)
    assert asked() == []


def test_an_older_one_that_goes_on_after_all_is_the_one_at_a_time(
    cast: Cast, account: Account, gateway: type[Scripted]
) -> None:
    """A gateway tells late that a bank is at work with one that was given up: nothing that is booked may fail by it."""
    spend(cast, 2500)
    first = asked()[0]
    abandon_payment(first.pk)
    Account.objects.filter(pk=account.pk).update(refill_paused_until=None)
    spend(cast, 1)
    second = asked()[1]
    # Two at a time there are not; what comes of the first one counts all the same.
    settle_payment(first.pk, gateway.outcome(first, state="processing"))
    assert [refill.state for refill in asked()] == ["abandoned", "started"]
    fail_payment(second.pk, "The card was declined.")
    settle_payment(first.pk, gateway.outcome(first, state="processing"))
    Account.objects.filter(pk=account.pk).update(refill_paused_until=None)
    spend(cast, 1)
    assert [refill.state for refill in asked()] == ["processing", "failed"]
    settle_payment(first.pk, gateway.outcome(first))
    assert account_of(cast.acme).balance == 5000 - 2502 + 2000


def test_one_of_which_the_gateway_says_something_else_is_the_last_one(
    cast: Cast, account: Account, gateway: type[Scripted]
) -> None:
    """The money may be taken, and nothing is credited: what is asked for again and again would empty the card."""
    spend(cast, 2500)
    settle_payment(asked()[0].pk, gateway.outcome(asked()[0], amount=2001))
    spend(cast, 1)
    assert [refill.state for refill in asked()] == ["odd"]
    assert account_of(cast.acme).refill_below is None
