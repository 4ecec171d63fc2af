"""The ledger: funds change by entries alone, once, and the database keeps them true."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from pytest_django import Settings

from audit.models import AppendOnlyError
from billing.actions.ledger import NotCovered, book
from billing.actions.locking import lock_account
from billing.checks import wrong_currency
from billing.models import Account, Entry, Reason
from console.startup import refuse_wrong_start
from organizations.actors import Actor
from tests.billing.making import account_of, fund, make_charge, make_payment
from tests.cast import Cast

pytestmark = pytest.mark.embedded


def test_an_entry_moves_the_balance_and_one_key_moves_it_once(cast: Cast) -> None:
    fund(cast.acme, 1000)
    charge = make_charge(cast.acme, 300)
    account = account_of(cast.acme)
    first = book(account, Reason.SUBSCRIPTION, -300, key="period:1", charge=charge)
    again = book(account, Reason.SUBSCRIPTION, -300, key="period:1", charge=charge)
    assert (first.pk, account_of(cast.acme).balance) == (again.pk, 700)
    assert list(Entry.objects.values_list("number", "amount", "balance")) == [(1, 1000, 1000), (2, -300, 700)]


def test_what_is_not_covered_is_not_spent(cast: Cast) -> None:
    fund(cast.acme, 299)
    charge = make_charge(cast.acme, 300)
    with pytest.raises(NotCovered, match=r"€0\.01 is missing"):
        book(account_of(cast.acme), Reason.SUBSCRIPTION, -300, key="period:1", charge=charge)
    book(account_of(cast.acme), Reason.USAGE, -300, key="usage:1", charge=charge)
    assert account_of(cast.acme).balance == -1


def test_the_database_takes_no_balance_that_no_entry_says(cast: Cast) -> None:
    fund(cast.acme, 1000)
    with pytest.raises(DatabaseError), transaction.atomic():
        Account.objects.filter(pk=cast.acme.pk).update(balance=F("balance") + 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Account.objects.filter(pk=cast.acme.pk).update(currency="USD")
    account = account_of(cast.acme)
    for balance, number in [(1001, 2), (1100, 3), (1100, 1)]:
        stray = Entry(
            account=account, number=number, reason="credit", amount=100, balance=balance, key="stray", note="A gift"
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            stray.save(force_insert=True)
    assert account_of(cast.acme).balance == 1000


def test_an_entry_stays_as_it_is(cast: Cast) -> None:
    entry = fund(cast.acme, 1000)
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        Entry.objects.update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE billing_entry SET amount = 1")


def test_a_key_stands_for_one_entry_alone(cast: Cast) -> None:
    fund(cast.acme, 1000)
    charge = make_charge(cast.acme, 300)
    account = account_of(cast.acme)
    book(account, Reason.SUBSCRIPTION, -300, key="period:1", charge=charge)
    with pytest.raises(ValueError, match="stands for another entry"):
        book(account, Reason.SUBSCRIPTION, -299, key="period:1", charge=charge)
    with pytest.raises(ValueError, match="stands for another entry"):
        book(account_of(cast.rival), Reason.SUBSCRIPTION, -300, key="period:1", charge=charge)


def test_the_database_takes_no_entry_about_something_else(cast: Cast) -> None:
    """Of another account, of another amount, not paid, or a second one for the same payment."""
    theirs, ours = fund(cast.rival, 1000).payment, make_payment(cast.acme, 1000)
    lost, charge = make_payment(cast.acme, 500, state="failed"), make_charge(cast.rival, 100)
    account = account_of(cast.acme)
    strays: list[tuple[Reason, int, dict[str, Any]]] = [
        (Reason.TOP_UP, 1000, {"payment": theirs}),
        (Reason.TOP_UP, 1001, {"payment": ours}),
        (Reason.TOP_UP, 500, {"payment": lost}),
        (Reason.USAGE, -100, {"charge": charge}),
        (Reason.CORRECTION, -100, {"corrects": Entry.objects.get()}),
        (Reason.REFUND, -100, {"refund": ours.refunds.create(amount=99, note="Too much")}),
        (Reason.CREDIT, 0, {"note": "Nothing"}),
        (Reason.CREDIT, -1, {"note": "Less than nothing"}),
        (Reason.CREDIT, 1, {}),
        (Reason.DISPUTE, 1, {"payment": ours}),
        (Reason.CREDIT, 10**16, {"note": "Too much"}),
    ]
    book(account, Reason.TOP_UP, 1000, key=f"payment:{ours.pk}", payment=ours)
    for reason, amount, about in [*strays, (Reason.TOP_UP, 1000, {"payment": ours})]:
        with pytest.raises(DatabaseError), transaction.atomic():
            book(account_of(cast.acme), reason, amount, key="stray", **about)
    assert account_of(cast.acme).balance == 1000


def test_another_currency_is_refused_at_the_start_once_something_was_paid(cast: Cast, settings: Settings) -> None:
    account_of(cast.rival)
    assert wrong_currency() == ""
    settings.CURRENCY = "USD"
    assert wrong_currency() == ""
    account, _by = lock_account(cast.rival, Actor.system())
    assert account.currency == "USD"
    settings.CURRENCY = "EUR"
    fund(cast.acme, 100)
    settings.CURRENCY = "USD"
    assert wrong_currency() == "CURRENCY is 'USD', and funds are kept in 'EUR' here: set CURRENCY=EUR."
    with pytest.raises(ImproperlyConfigured, match="CURRENCY=EUR"):
        refuse_wrong_start()
    for wrong in ["EURO", "eur", ""]:
        settings.CURRENCY = wrong
        assert "no currency that amounts can be kept in" in wrong_currency()
