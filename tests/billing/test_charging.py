"""Charges: what is taken from the funds, with the VAT on it; once for each key."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from pytest_django import Settings

from billing.actions.charging import charge, quote, rebill, usage_charge
from billing.actions.ledger import NotCovered
from billing.actions.locking import lock_account
from billing.checks import wrong_seller
from billing.models import Charge, Dispute, TaxRate
from organizations.actors import Actor
from tests.billing.invoicing import IN_APRIL, IN_MARCH, balance, bill_march, run, sell, subscribe, write_details
from tests.billing.making import account_of, fund, make_charge, make_invoice, make_payment
from tests.cast import Cast

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture(autouse=True)
def french_seller(settings: Settings) -> None:
    sell(settings)


@pytest.mark.embedded
@time_machine.travel(IN_MARCH, tick=False)
def test_a_charge_takes_the_price_and_the_vat_once(cast: Cast) -> None:
    write_details(cast.acme, "FR")
    fund(cast.acme, 5000)
    account, _by = lock_account(cast.acme, Actor.system())
    wanted: dict[str, Any] = {
        "kind": "period",
        "key": "period:one:0",
        "net": 1999,
        "month": MARCH,
        "start": IN_MARCH,
        "end": IN_APRIL,
    }
    first, again = charge(account, **wanted), charge(account, **wanted)
    # 20 % of 19.99 are 3.998.
    assert (first.pk, first.net, first.vat, first.treatment) == (again.pk, 1999, 400, "domestic")
    assert balance(cast.acme) == 5000 - 2399
    assert [entry.reason for entry in first.entries.all()] == ["subscription"]


@time_machine.travel(IN_MARCH, tick=False)
def test_what_the_funds_do_not_cover_is_not_charged_unless_it_is_owed(cast: Cast) -> None:
    fund(cast.acme, 100)
    account, _by = lock_account(cast.acme, Actor.system())
    wanted: dict[str, Any] = {"kind": "period", "net": 1000, "month": MARCH, "start": IN_MARCH, "end": IN_APRIL}
    with pytest.raises(NotCovered), transaction.atomic():
        charge(account, key="period:one:0", **wanted)
    charge(account, key="period:one:1", needs_cover=False, **wanted)
    assert list(Charge.objects.values_list("key", "vat")) == [("period:one:1", 200)]
    assert balance(cast.acme) == -1100


def test_a_quote_says_what_a_charge_would_take(cast: Cast) -> None:
    write_details(cast.acme, "DE", vat_number="DE136695976")
    account = account_of(cast.acme)
    quoted = quote(account, 1000, MARCH)
    assert (quoted.net, quoted.vat, quoted.total, quoted.treatment) == (1000, 0, 1000, "reverse_charge")
    write_details(cast.acme, "DE", vat_number="")
    assert quote(account, 1000, MARCH).total == 1190
    TaxRate.objects.create(country="DE", rate=Decimal("20.5"), since=APRIL)
    assert [quote(account, 1000, day).total for day in (date(2026, 3, 31), APRIL)] == [1190, 1205]


@time_machine.travel(IN_MARCH, tick=False)
def test_hours_are_rounded_once_for_the_month(cast: Cast) -> None:
    fund(cast.acme, 1000)
    charged = [run(cast.acme, 100, price="0.0042") for _each in range(10)][-1]
    # A thousand hours of 0.0042: 4.20, and 0.84 of VAT.
    assert (charged.net, charged.vat, balance(cast.acme)) == (420, 84, 496)
    assert sum(entry.amount for entry in charged.entries.all()) == -504
    with pytest.raises(ValueError, match="only grows"):
        rebill(charged, Decimal("4.19"))


@time_machine.travel(IN_MARCH, tick=False)
def test_other_details_begin_another_charge_and_leave_the_first_as_it_was(cast: Cast) -> None:
    write_details(cast.acme, "FR")
    first = run(cast.acme, 100, price="1.00")
    write_details(cast.acme, "DE", vat_number="DE136695976")
    second = run(cast.acme, 50, price="1.00")
    first.refresh_from_db()
    assert [(one.net, one.vat, one.treatment) for one in (first, second)] == [
        (10000, 2000, "domestic"),
        (5000, 0, "reverse_charge"),
    ]
    write_details(cast.acme, "FR", vat_number="")
    assert run(cast.acme, 1, price="1.00").pk == first.pk


def test_what_is_found_after_the_invoice_is_on_the_next_one(cast: Cast) -> None:
    bill_march(cast.acme)
    with time_machine.travel(IN_APRIL, tick=False):
        late = subscribe(cast.acme, 500, month=MARCH)
        account, _by = lock_account(cast.acme, Actor.system())
        assert [late.month, usage_charge(account, MARCH).month] == [APRIL, APRIL]


def test_the_rate_of_usage_is_that_of_its_month(cast: Cast) -> None:
    write_details(cast.acme, "FR")
    TaxRate.objects.create(country="FR", rate=Decimal(21), since=APRIL)
    with time_machine.travel(datetime(2026, 4, 1, 0, 5, tzinfo=UTC), tick=False):
        account, _by = lock_account(cast.acme, Actor.system())
        assert [usage_charge(account, month).rate for month in (MARCH, APRIL)] == [Decimal(20), Decimal(21)]


@pytest.mark.postgresql
def test_a_charge_that_is_on_an_invoice_stays_as_it_is(cast: Cast) -> None:
    charged = bill_march(cast.acme).charges.get()
    with pytest.raises(ValueError, match="only grows"):
        rebill(charged, Decimal(99))
    for statement in ("UPDATE billing_charge SET net = 1", "DELETE FROM billing_charge"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_seller_with_a_number_has_a_country_whose_rate_is_known(db: None, settings: Settings) -> None:
    assert not wrong_seller()
    settings.SELLER_COUNTRY = ""
    assert "SELLER_COUNTRY" in wrong_seller()
    settings.SELLER_COUNTRY = "US"
    assert "is not known" in wrong_seller()
    TaxRate.objects.create(country="US", rate=Decimal(7), since=date(2020, 1, 1))
    assert not wrong_seller()
    sell(settings, SELLER_COUNTRY="", SELLER_VAT_NUMBER="")
    assert not wrong_seller()


def test_the_database_refuses_what_goes_the_wrong_way(cast: Cast) -> None:
    wrong: list[Callable[[], object]] = [
        lambda: make_charge(cast.acme, -1),
        lambda: make_charge(cast.acme, 1, kind="credit"),
        lambda: make_charge(cast.acme, 1, kind="usage", vat=-1, rate=Decimal(20), treatment="domestic"),
        lambda: make_invoice(cast.acme, 2000, owed=2001),
        lambda: make_invoice(cast.acme, 2000, month=date(2026, 1, 2)),
        lambda: Dispute.objects.create(payment=make_payment(cast.acme, 500), amount=500, taken=501),
    ]
    for make in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
    make_charge(cast.acme, -1, kind="change")
