"""The ledger: funds change by entries alone, once, and the database keeps them true."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from audit.models import AppendOnlyError
from billing.actions.ledger import NotCovered, book
from billing.models import Account, Entry, Reason
from tests.billing.making import account_of, fund, make_charge
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
    with pytest.raises(NotCovered, match=r"€0\.01 are missing"):
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
