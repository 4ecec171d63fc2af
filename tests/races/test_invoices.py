"""Invoices at once: one for each month, numbers without gaps, never more credited than there is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from billing.actions.charging import charge
from billing.actions.invoices import creditable, issue_credit_note, issue_due
from billing.actions.invoices.numbering import next_number
from billing.actions.locking import lock_account
from billing.models import Charge, Entry, Invoice, Sequence
from billing.periods import month_of
from console.ids import uuid7
from organizations.actors import Actor
from organizations.models import Organization
from tests.billing.making import fund
from tests.cast import Cast, make_person
from tests.races.test_funds import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def bill(organization: Organization, net: int = 1000) -> None:
    """Something of two months ago that is on no invoice yet."""
    start = timezone.now() - timedelta(days=62)
    with transaction.atomic():
        account, _by = lock_account(organization, Actor.system())
        fund(organization, 10 * net)
        account.refresh_from_db()
        charge(
            account,
            kind=Charge.Kind.PERIOD,
            key=f"race:{uuid7()}",
            net=net,
            start=start,
            end=start + timedelta(days=30),
            month=month_of(start),
        )


def test_many_workers_issue_each_invoice_once_and_leave_no_gap(cast: Cast) -> None:
    for number in range(15):
        bill(make_person(f"person{number}@example.com").user.personal_account)
    at_once(*[issue_due] * 8)
    positions = sorted(Invoice.objects.values_list("position", flat=True))
    assert positions == list(range(1, 16))
    assert Invoice.objects.values("account").distinct().count() == 15
    assert Sequence.objects.get().last == 15


def test_who_gives_a_number_back_leaves_no_gap(cast: Cast) -> None:
    """One is killed after it took its number; the next one, which waited, takes the same."""
    bill(cast.acme)
    year = timezone.now().year

    def killed() -> None:
        with transaction.atomic():
            next_number(year)
            transaction.set_rollback(True)
        connection.close()

    with ThreadPoolExecutor(2) as threads:
        for _each in range(5):
            threads.submit(killed)
        threads.submit(at_once, issue_due).result(timeout=20)
    assert Invoice.objects.get().position == 1


def test_many_credit_at_once_and_never_more_than_there_is(cast: Cast) -> None:
    bill(cast.acme, 1000)
    issue_due()
    invoice = Invoice.objects.select_related("account__organization").get()
    whole = invoice.net + invoice.vat
    credit = partial(issue_credit_note, invoice=invoice, note="Sorry", amount=whole // 4, by=Actor.system())
    answers = at_once(*[credit] * 8)
    assert sorted(answers).count("done") == 4
    assert set(answers) <= {"done", "credited", "amount"}
    assert creditable(invoice) == whole - 4 * (whole // 4)
    notes = Invoice.objects.filter(kind="credit_note")
    assert sorted(notes.values_list("position", flat=True)) == [2, 3, 4, 5]
    assert sum(Entry.objects.filter(reason="credit_note").values_list("amount", flat=True)) == 4 * (whole // 4)


def test_a_charge_that_comes_while_the_invoice_is_issued_is_on_this_one_or_the_next(cast: Cast) -> None:
    bill(cast.acme)
    at_once(issue_due, partial(bill, cast.acme), issue_due, partial(bill, cast.acme))
    invoice = Invoice.objects.get()
    billed = sum(one.net for one in invoice.charges.all())
    assert billed == invoice.net
    later = Charge.objects.filter(invoice=None)
    assert {one.month for one in later} <= {month_of(timezone.now())}
    assert billed + sum(one.net for one in later) == 3000
