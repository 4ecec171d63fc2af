"""Credit notes: staff credit an invoice, or some of it; never more than there is."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from pytest_django import Settings

from billing.actions.invoices import creditable, issue_credit_note
from billing.models import Charge, Invoice, TaxRate
from billing.taxes import Treated, Treatment
from console.refusal import Refused
from organizations.actors import Actor
from tests.billing.invoicing import IN_APRIL, IN_MARCH, balance, bill_march, issue, run, sell, subscribe, write_details
from tests.cast import Cast, make_person
from tests.reading import words

BY_STAFF = Actor.system()


@pytest.fixture(autouse=True)
def french_seller(settings: Settings) -> None:
    sell(settings)


@pytest.fixture
def invoice(cast: Cast) -> Invoice:
    """€20.00 and 20 % of VAT for Acme."""
    write_details(cast.acme, "FR")
    return bill_march(cast.acme)


def credit(invoice: Invoice, **wanted: Any) -> Invoice:
    """A credit note on the day of the invoice."""
    with time_machine.travel(IN_APRIL, tick=False):
        return issue_credit_note(invoice=invoice, by=BY_STAFF, **{"note": "An outage", **wanted})


@pytest.mark.embedded
def test_a_part_is_credited_with_its_vat_under_the_next_number(cast: Cast, invoice: Invoice) -> None:
    before = balance(cast.acme)
    note = credit(invoice, amount=1000)
    assert (note.number, note.kind, note.corrects, note.net, note.vat) == (
        "2026-000002", "credit_note", invoice, -833, -167,
    )  # fmt: skip
    assert [(line.title, line.detail, line.net) for line in note.lines.all()] == [
        ("Credit for invoice 2026-000001", "An outage", -833)
    ]
    assert balance(cast.acme) == before + 1000
    entry = note.charges.get().entries.get()
    assert (entry.reason, entry.amount, entry.note) == ("credit_note", 1000, "An outage")


def test_never_more_than_is_left_of_the_invoice(cast: Cast, invoice: Invoice) -> None:
    credit(invoice, amount=1000)
    for amount in (1401, 0, -1):
        with pytest.raises(Refused, match=r"At most €14\.00"):
            credit(invoice, amount=amount)
    rest = credit(invoice)
    assert (rest.net, rest.vat, creditable(invoice)) == (-1167, -233, 0)
    with pytest.raises(Refused, match="has been credited already"):
        credit(invoice)
    with pytest.raises(Refused, match="Choose an invoice"):
        credit(rest)
    with pytest.raises(Refused, match="Say why"):
        credit(invoice, note=" ")
    total = sum(one.net + one.vat for one in Invoice.objects.all())
    assert total == 0


def test_asked_twice_with_the_same_key_it_is_issued_once(cast: Cast, invoice: Invoice) -> None:
    once = invoice.pk
    assert credit(invoice, amount=100, once=once) == credit(invoice, amount=100, once=once)
    assert Invoice.objects.filter(kind="credit_note").count() == 1


def test_several_rates_are_credited_by_what_is_left_of_each(cast: Cast) -> None:
    write_details(cast.acme, "FR")
    with time_machine.travel(IN_MARCH, tick=False):
        run(cast.acme, 100, price="1.00")
        TaxRate.objects.create(country="FR", rate=Decimal(10), since=IN_MARCH.date())
        run(cast.acme, 100, price="1.00", service="cache")
    with time_machine.travel(IN_APRIL, tick=False):
        invoice = issue(cast.acme)
    # 120.00 at 20 %, 110.00 at 10 %.
    note = credit(invoice, amount=2300)
    assert [(line.rate, line.net, line.vat) for line in note.lines.all()] == [
        (Decimal("20.00"), -1000, -200),
        (Decimal("10.00"), -1000, -100),
    ]
    assert creditable(invoice) == 23000 - 2300


def test_what_was_given_back_at_another_rate_counts_as_given_back(cast: Cast) -> None:
    write_details(cast.acme, "FR")
    with time_machine.travel(IN_MARCH, tick=False):
        subscribe(cast.acme, 2000)
        abroad = Treated(treatment=Treatment.REVERSE_CHARGE, rate=Decimal(0), country="DE")
        subscribe(cast.acme, -1000, kind=Charge.Kind.CHANGE, treated=abroad)
    with time_machine.travel(IN_APRIL, tick=False):
        invoice = issue(cast.acme)
    assert invoice.net + invoice.vat == 2400 - 1000
    before = balance(cast.acme)
    credit(invoice)
    assert (balance(cast.acme) - before, creditable(invoice)) == (1400, 0)


def test_members_issue_none(cast: Cast, invoice: Invoice) -> None:
    with pytest.raises(Refused, match="Only our staff"):
        issue_credit_note(invoice=invoice, note="A gift", by=cast.olivia.actor(cast.acme))


def test_staff_do_it_in_the_admin_and_are_told_what_is_wrong(cast: Cast, invoice: Invoice) -> None:
    staff = make_person("ada.staff@example.com", is_staff=True, is_superuser=True)
    page = reverse("admin:billing_invoice_credit_note", args=[invoice.pk])
    assert "€24.00" in staff.client.get(page).content.decode()
    for typed, wrong in [("24.01", "At most €24.00"), ("NaN", "Type an amount"), ("1 USD", "Amounts here are in EUR")]:
        answer = staff.client.post(page, {"amount": typed, "note": "An outage"})
        assert wrong in answer.content.decode()
    answer = staff.client.post(page, {"amount": "4", "note": "An outage"})
    assert answer.headers["Location"] == reverse("admin:billing_invoice_change", args=[invoice.pk])
    note = Invoice.objects.get(kind="credit_note")
    assert note.total.amount == Decimal(-4)
    for address in ("admin:billing_invoice_change", "admin:billing_invoice_pdf"):
        assert staff.client.get(reverse(address, args=[note.pk])).status_code == 200
    # Amounts, and not how many of the smallest unit they are.
    said = words(staff.client.get(reverse("admin:billing_invoice_change", args=[note.pk])))
    assert "Without VAT: -€3.33 VAT: -€0.67 Owed: €0.00" in said
    assert "-333" not in said
    assert staff.client.get(reverse("admin:billing_invoice_changelist")).status_code == 200
