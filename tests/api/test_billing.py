"""Money through the API, to be read: funds, entries, payments, cards, usage, invoices (issue 7)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.actions.ledger import book
from billing.models import Invoice, InvoiceLine, Reason, UsageLine
from console.ids import uuid7
from organizations.models import Organization
from tests.api.keying import Program, problem, program_of
from tests.billing.making import account_of, fund, make_charge, make_invoice, make_method, make_payment
from tests.cast import Cast

pytestmark = pytest.mark.django_db

EURO = "EUR"


def euros(amount: str) -> dict[str, str]:
    """So much as an answer says it."""
    return {"amount": amount, "currency": EURO}


def spend(organization: Organization, cents: int) -> None:
    """Something was charged."""
    charge = make_charge(organization, cents)
    book(account_of(organization), Reason.SUBSCRIPTION, -cents, key=charge.key, charge=charge)


def run(organization: Organization, name: str, hours: int, month: date) -> UsageLine:
    """A service ran for so many hours at two cents each."""
    at = datetime(month.year, month.month, 3, tzinfo=UTC)
    charge = make_charge(organization, 2 * hours, kind="usage", at=at)
    return UsageLine.objects.create(
        charge=charge,
        month=month,
        project_id=uuid7(),
        project_name="Website",
        service_id=uuid7(),
        service_name=name,
        kind_name="PostgreSQL",
        size_id=uuid7(),
        size_name="Small",
        price=Decimal("0.0200"),
        hours=hours,
        amount=Decimal("0.0200") * hours,
    )


def test_entries_say_what_came_in_and_went_out(cast: Cast, adams: Program) -> None:
    fund(cast.acme, 5_000)
    spend(cast.acme, 1_234)
    fund(cast.rival, 900)
    newest, oldest = adams.get("/billing/entries").json()["items"]
    assert (newest["number"], newest["reason"], newest["amount"], newest["balance"], newest["invoice"]) == (
        2, "subscription", euros("-12.34"), euros("37.66"), None,
    )  # fmt: skip
    payment = cast.acme.billing_account.payments.get()
    assert (oldest["number"], oldest["reason"], oldest["amount"], oldest["payment_id"]) == (
        1, "top_up", euros("50.00"), str(payment.pk),
    )  # fmt: skip
    (only,) = adams.get("/billing/entries", reason="top_up").json()["items"]
    assert only == oldest
    assert adams.get("/billing/entries", since="2099-01-01T00:00:00Z").json()["items"] == []
    assert [one["number"] for one in adams.get("/billing/entries", sort="number").json()["items"]] == [1, 2]
    for wrong in ({"reason": "gift"}, {"since": "yesterday"}, {"after": "x"}, {"organization": str(cast.rival.pk)}):
        assert adams.get("/billing/entries", None, **wrong).status_code == 422, wrong


def test_entries_come_in_pages_each_once(cast: Cast, adams: Program) -> None:
    for _time in range(5):
        fund(cast.acme, 100)
    found: list[int] = []
    after = ""
    while True:
        page = adams.get("/billing/entries", limit="2", sort="number", after=after).json()
        found += [one["number"] for one in page["items"]]
        if not (after := page["next"]):
            break
        # What comes meanwhile is at the end.
        fund(cast.acme, 100) if len(found) == 2 else None
    assert found == [1, 2, 3, 4, 5, 6]


def test_a_currency_without_cents_has_none(cast: Cast, adams: Program) -> None:
    account = account_of(cast.acme)
    type(account).objects.filter(pk=account.pk).update(currency="JPY")
    fund(cast.acme, 5_000)
    (entry,) = adams.get("/billing/entries").json()["items"]
    assert entry["amount"] == {"amount": "5000", "currency": "JPY"}


def test_payments_are_listed_without_what_the_gateway_calls_them(cast: Cast, adams: Program) -> None:
    failed = make_payment(cast.acme, 2_500, state="failed", problem="The card was declined.", asked_by=cast.adam.user)
    paid = make_payment(cast.acme, 5_000, external_id="pi_secret")
    make_payment(cast.acme, 0, purpose="setup", external_id="seti_secret")
    make_payment(cast.rival, 700)
    answer = adams.get("/billing/payments")
    assert [one["id"] for one in answer.json()["items"]] == [str(paid.pk), str(failed.pk)]
    assert b"_secret" not in answer.content
    shown = adams.get(f"/billing/payments/{failed.pk}").json()
    assert (shown["state"], shown["amount"], shown["problem"], shown["asked_by"]) == (
        "failed", euros("25.00"), "The card was declined.", "Adam Admin",
    )  # fmt: skip
    assert shown["page"] == f"http://localhost:8000/o/acme/billing/payments/{failed.pk}/"
    assert [one["id"] for one in adams.get("/billing/payments", state="paid").json()["items"]] == [str(paid.pk)]


def test_cards_are_listed_by_what_people_know_them_by(cast: Cast, adams: Program) -> None:
    first = make_method(cast.acme, external_id="card_secret")
    second = make_method(cast.acme, brand="Mastercard", last4="4444", expires_year=2031, expires_month=4)
    make_method(cast.acme, removed_at="2027-01-01T00:00:00Z")
    make_method(cast.rival)
    answer = adams.get("/billing/methods")
    assert [(one["id"], one["is_default"]) for one in answer.json()["items"]] == [
        (str(first.pk), True), (str(second.pk), False),
    ]  # fmt: skip
    mastercard = answer.json()["items"][1]
    assert (mastercard["brand"], mastercard["last4"], mastercard["expires_year"], mastercard["expires_month"]) == (
        "Mastercard", "4444", 2031, 4,
    )  # fmt: skip
    assert b"card_secret" not in answer.content


@time_machine.travel(datetime(2027, 3, 5, 12, tzinfo=UTC), tick=False)
def test_usage_is_that_of_a_month(cast: Cast, adams: Program) -> None:
    line = run(cast.acme, "Main database", 744, date(2027, 2, 1))
    run(cast.acme, "Cache", 100, date(2027, 3, 1))
    run(cast.rival, "Theirs", 100, date(2027, 2, 1))
    (february,) = adams.get("/billing/usage", month="2027-02").json()["items"]
    assert (february["service_name"], february["hours"], february["price_per_hour"], february["amount"]) == (
        "Main database", 744, "0.0200", "14.8800",
    )  # fmt: skip
    assert (february["month"], february["billed_in"], february["currency"]) == ("2027-02", "2027-02", EURO)
    assert [one["service_name"] for one in adams.get("/billing/usage").json()["items"]] == ["Cache"]
    project = {"month": "2027-02", "project_id": str(line.project_id)}
    assert len(adams.get("/billing/usage", None, **project).json()["items"]) == 1
    assert adams.get("/billing/usage", None, **project | {"project_id": str(uuid7())}).json()["items"] == []
    for wrong in ("2027-13", "2027", "0000-01", "²027-01", "last"):
        answer = adams.get("/billing/usage", month=wrong)
        assert (problem(answer)[0], answer.json()["errors"][0]["field"]) == (422, "month"), wrong


def test_invoices_are_listed_and_shown_with_their_lines(cast: Cast, adams: Program) -> None:
    invoice = make_invoice(cast.acme, 2_000, vat=400, year=2026, purchase_order="PO 7", notes=["A note."])
    InvoiceLine.objects.create(
        invoice=invoice, position=1, title="Team", detail="December", unit_price=20, net=2_000, vat=400, rate=20
    )
    credit = make_invoice(cast.acme, -500, vat=-100, year=2027, kind="credit_note", corrects=invoice)
    theirs = make_invoice(cast.rival)
    items = adams.get("/billing/invoices").json()["items"]
    assert [(one["number"], one["kind"], one["corrects"], one["total"]) for one in items] == [
        (credit.number, "credit_note", invoice.number, euros("-6.00")),
        (invoice.number, "invoice", None, euros("24.00")),
    ]
    for asked, found in (({"year": "2026"}, [invoice]), ({"kind": "credit_note"}, [credit]), ({"year": "2020"}, [])):
        numbers = [one["number"] for one in adams.get("/billing/invoices", None, **asked).json()["items"]]
        assert numbers == [one.number for one in found], asked
    shown = adams.get(f"/billing/invoices/{invoice.number}").json()
    assert (shown["net"], shown["vat"], shown["purchase_order"], shown["notes"]) == (
        euros("20.00"), euros("4.00"), "PO 7", ["A note."],
    )  # fmt: skip
    (line,) = shown["lines"]
    assert (line["title"], line["quantity"], line["unit_price"], line["net"], line["vat_rate"]) == (
        "Team", "1.00", "20.0000", euros("20.00"), "20.00",
    )  # fmt: skip
    drawn = adams.get(f"/billing/invoices/{invoice.number}/pdf")
    assert (drawn.headers["Content-Type"], drawn.content[:5]) == ("application/pdf", b"%PDF-")
    for number in (theirs.number, "2026-999999", "x" * 300):
        for path in (number, f"{number}/pdf"):
            assert problem(adams.get(f"/billing/invoices/{path}")) == (404, "not-found")


def test_a_personal_account_has_its_own(cast: Cast) -> None:
    mine = program_of(cast.mia, cast.mia.user.personal_account)
    fund(cast.mia.user.personal_account, 700)
    fund(cast.acme, 900)
    assert [one["amount"] for one in mine.get("/billing/entries").json()["items"]] == [euros("7.00")]


# Once a minute the use of a key is written down.
@time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False)
def test_lists_take_as_many_queries_for_a_full_page_as_for_one_row(cast: Cast, adams: Program) -> None:
    def taken() -> list[int]:
        found = []
        for path in ("entries", "payments", "usage", "invoices", "methods"):
            with CaptureQueriesContext(connection) as captured:
                answer = adams.get(f"/billing/{path}", None, **({} if path == "methods" else {"limit": "100"}))
            assert answer.json()["items"]
            found.append(len(captured))
        return found

    def fill(number: int) -> None:
        for index in range(number):
            spend(cast.acme, 1)
            make_payment(cast.acme, 100, asked_by=cast.adam.user)
            run(cast.acme, f"Service {index}", 5, date(2027, 3, 1))
            invoice: Any = Invoice.objects.first()
            more: Any = {"net": -100, "kind": "credit_note", "corrects": invoice} if invoice else {"net": 100}
            make_invoice(cast.acme, **more)
            make_method(cast.acme)

    fund(cast.acme, 10_000)
    adams.get("/key")
    fill(1)
    with_one = taken()
    fill(20)
    assert taken() == with_one
