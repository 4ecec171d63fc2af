"""Invoices: one for each month that was charged, numbered without gaps, of what was known when it was issued."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from audit.models import Event
from billing.actions.invoices import issue_due
from billing.actions.invoices.lines import shares
from billing.models import Account, Charge, Invoice, Sequence
from billing.tasks import issue_invoices
from tests.billing.invoicing import IN_APRIL, IN_MARCH, bill_march, issue, run, sell, subscribe, write_details
from tests.billing.making import account_of, fund
from tests.cast import Cast

ADDRESS = {"company": "Acme Robotics SARL", "street_address": "1 rue Zola", "postal_code": "69002", "city": "Lyon"}


@pytest.fixture(autouse=True)
def french_seller(settings: Settings) -> None:
    sell(settings)


@pytest.mark.embedded
def test_a_month_becomes_one_invoice_with_a_line_for_each_thing(cast: Cast) -> None:
    write_details(cast.acme, "FR", **ADDRESS, vat_number="FR83404833048")
    with time_machine.travel(IN_MARCH, tick=False):
        subscribe(cast.acme, 2000)
        run(cast.acme, 100, price="0.0421")
        run(cast.acme, 50, price="0.10", service="cache")
    with time_machine.travel(IN_APRIL, tick=False):
        issue_invoices()
        issue_invoices()
    invoice = Invoice.objects.get()
    assert (invoice.number, invoice.net, invoice.vat, invoice.owed) == ("2026-000001", 2921, 584, 0)
    assert [(line.title, line.detail, f"{line.quantity:f}", line.net, line.vat) for line in invoice.lines.all()] == [
        ("Plan Team, monthly", "9 March 2026 to 9 April 2026", "1.00", 2000, 400),
        ("cache · PostgreSQL, 2 GB", "Website", "50.00", 500, 100),
        ("database · PostgreSQL, 2 GB", "Website", "100.00", 421, 84),
    ]
    assert invoice.buyer == {
        "name": "Acme Robotics SARL",
        "lines": ["Acme Robotics SARL", "1 rue Zola", "69002 LYON", "France"],
        "vat_number": "FR83404833048",
        "country": "FR",
    }
    assert invoice.seller["lines"] == ["Nimbus Cloud SAS", "12 rue de la Paix", "75002 Paris", "France"]
    assert not Charge.objects.filter(invoice=None).exists()
    assert Event.objects.get(action="invoice.issued").after == {"total": 3505, "currency": "EUR"}


def test_it_is_issued_once_the_last_hours_of_the_month_are_known(cast: Cast) -> None:
    with time_machine.travel(IN_MARCH, tick=False):
        subscribe(cast.acme)
    for moment in (IN_MARCH, datetime(2026, 4, 1, 5, 59, tzinfo=UTC)):
        with time_machine.travel(moment, tick=False):
            assert issue_due() == 0
    with time_machine.travel(datetime(2026, 4, 1, 6, 0, tzinfo=UTC), tick=False):
        assert issue_due() == 1


def test_what_was_missed_is_billed_month_by_month(cast: Cast) -> None:
    for month in (2, 3):
        with time_machine.travel(datetime(2026, month, 9, tzinfo=UTC), tick=False):
            subscribe(cast.acme, month * 100)
    with time_machine.travel(datetime(2026, 6, 1, 8, tzinfo=UTC), tick=False):
        assert issue_due() == 2
        assert issue_due() == 0
    assert [(one.number, f"{one.month:%Y-%m}", one.net) for one in Invoice.objects.order_by("number")] == [
        ("2026-000001", "2026-02", 200),
        ("2026-000002", "2026-03", 300),
    ]


def test_a_month_that_comes_to_nothing_has_none_and_is_carried_on(cast: Cast) -> None:
    with time_machine.travel(IN_MARCH, tick=False):
        subscribe(cast.acme, 500)
        subscribe(cast.acme, -500, kind="change")
    with time_machine.travel(IN_APRIL, tick=False):
        assert issue_due() == 0
        subscribe(cast.acme, 700)
    with time_machine.travel(datetime(2026, 5, 1, 7, tzinfo=UTC), tick=False):
        invoice = issue(cast.acme)
    assert (invoice.net, invoice.charges.count()) == (700, 3)


def test_numbers_begin_anew_with_the_year_in_which_they_are_given(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 12, 9, tzinfo=UTC), tick=False):
        subscribe(cast.acme)
        subscribe(cast.rival)
    Sequence.objects.create(year=2026, last=0)
    with time_machine.travel(datetime(2027, 1, 1, 6, tzinfo=UTC), tick=False):
        issue_due()
    assert sorted(Invoice.objects.values_list("number", flat=True)) == ["2027-000001", "2027-000002"]
    assert {f"{month:%Y-%m}" for month in Invoice.objects.values_list("month", flat=True)} == {"2026-12"}


def test_one_that_fails_takes_no_number_and_leaves_the_others_alone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with time_machine.travel(IN_MARCH, tick=False):
        subscribe(cast.acme)
        subscribe(cast.rival)

    def fail_for_acme(invoice: Invoice, account: Account) -> None:
        if account.pk == cast.acme.pk:
            raise RuntimeError("Acme Robotics")

    monkeypatch.setattr("billing.actions.invoices.issuing.mail_invoice", fail_for_acme)
    with time_machine.travel(IN_APRIL, tick=False):
        assert issue_due() == 1
    assert [(one.number, one.account_id) for one in Invoice.objects.all()] == [("2026-000001", cast.rival.pk)]
    assert "RuntimeError" in caplog.text
    assert "Robotics" not in caplog.text
    monkeypatch.undo()
    with time_machine.travel(IN_APRIL, tick=False):
        assert issue(cast.acme).number == "2026-000002"


def test_what_the_funds_did_not_cover_is_said(cast: Cast) -> None:
    write_details(cast.acme, "FR")
    with time_machine.travel(IN_MARCH, tick=False):
        fund(cast.acme, 1000)
        run(cast.acme, 10, price="1.00")
    with time_machine.travel(IN_APRIL, tick=False):
        # What runs since is of April.
        run(cast.acme, 7, price="1.00")
        invoice = issue(cast.acme)
    assert (invoice.total.amount, invoice.owed) == (Decimal(12), 200)


def test_notes_say_what_the_law_asks_in_the_language_of_the_account(cast: Cast) -> None:
    for country, number, note in [
        ("DE", "DE136695976", "Reverse charge: the customer accounts for the VAT"),
        ("US", "", "Outside the scope of VAT: the place of supply is United States."),
        ("DE", "", "VAT of Germany, declared through the one-stop shop."),
    ]:
        write_details(cast.acme, country, vat_number=number)
        with transaction.atomic():
            invoice = bill_march(cast.acme)
            assert [said.startswith(note) for said in invoice.notes] == [True], invoice.notes
            transaction.set_rollback(True)
    User.objects.filter(pk=cast.olivia.user.pk).update(language="fr")
    invoice = bill_march(cast.acme)
    assert (invoice.language, invoice.buyer["lines"][-1]) == ("fr", "Allemagne")


def test_it_stays_as_it_is_whatever_changes_later(cast: Cast, settings: Settings) -> None:
    write_details(cast.acme, "FR", **ADDRESS)
    Account.objects.create(pk=cast.acme.pk, organization=cast.acme, currency="EUR", purchase_order="PO-1")
    before = Invoice.objects.values().get(pk=bill_march(cast.acme).pk)
    write_details(cast.acme, "DE", company="Other", vat_number="DE136695976")
    Account.objects.filter(pk=cast.acme.pk).update(purchase_order="PO-2", language="fr")
    sell(settings, SELLER_NAME="Somebody else")
    assert Invoice.objects.values().get() == before
    assert (before["purchase_order"], before["seller"]["name"]) == ("PO-1", "Nimbus Cloud SAS")


def test_a_personal_account_is_billed_to_its_person_after_it_ended_too(cast: Cast) -> None:
    own = cast.sam.user.personal_account
    with time_machine.travel(IN_MARCH, tick=False):
        subscribe(own)
        write_details(own, "FR", street_address="3 quai", postal_code="69001", city="Lyon")
        cast.sam.user.delete()
    with time_machine.travel(IN_APRIL, tick=False):
        invoice = issue(own)
    assert invoice.buyer["lines"] == ["Sam Stranger", "3 quai", "69001 LYON", "France"]
    assert Account.objects.get(pk=invoice.account_id).organization is None


def test_shares_add_up_to_the_whole() -> None:
    thirds = [Decimal(1)] * 3
    assert [shares(100, thirds), shares(-100, thirds), shares(0, thirds), shares(5, [Decimal(0)] * 2)] == [
        [34, 33, 33],
        [-33, -33, -34],
        [0, 0, 0],
        [5, 0],
    ]
    assert shares(1, []) == []


@pytest.mark.embedded
def test_the_database_gives_no_number_twice_and_leaves_none_out(cast: Cast) -> None:
    invoice = bill_march(cast.acme)
    for statement in (
        "UPDATE billing_sequence SET last = last + 2",
        "UPDATE billing_sequence SET last = 0",
        "UPDATE billing_sequence SET year = 2031",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    stray = Invoice(
        account=account_of(cast.acme),
        number="2026-000007",
        year=2026,
        position=7,
        month=timezone.now().date().replace(day=1),
        language="en",
        currency="EUR",
        seller={},
        buyer={},
        net=1,
        vat=0,
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        stray.save(force_insert=True)
    # A number that was taken must be used before the next one is.
    Sequence.objects.filter(year=2026).update(last=2)
    with pytest.raises(DatabaseError), transaction.atomic():
        Sequence.objects.filter(year=2026).update(last=3)
    assert Invoice.objects.get() == invoice
