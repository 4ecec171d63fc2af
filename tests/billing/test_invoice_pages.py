"""The pages of invoices: the list, one of them, its file, all of a year; each organization's alone."""

import csv
import io
from datetime import date
from zipfile import ZipFile

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from billing.actions.invoices import issue_credit_note
from billing.models import Invoice
from organizations.actors import Actor
from organizations.models import Membership, Organization
from tests.billing.invoicing import IN_APRIL, bill_march, pages_of, sell, subscribe, write_details
from tests.billing.making import make_invoice
from tests.cast import Cast
from tests.reading import body, follow_all, links, main_words, words_at


@pytest.fixture(autouse=True)
def french_seller(settings: Settings) -> None:
    sell(settings)


def page(name: str, organization: Organization, *more: object) -> str:
    """The address of a page of invoices."""
    return reverse(f"billing:{name}", args=[organization.slug, *more])


def content(response: object) -> bytes:
    """What is streamed."""
    return b"".join(response.streaming_content)  # type: ignore[attr-defined] # a file


def years_of(organization: Organization) -> list[Invoice]:
    """Three invoices and a credit note, of two years."""
    made = [
        make_invoice(organization, 1000 * number, year=year, month=date(year, number, 1))
        for number, year in enumerate((2024, 2025, 2025), start=1)
    ]
    note = make_invoice(organization, -500, year=2025, kind="credit_note", corrects=made[2])
    return [*made, note]


def test_the_list_finds_by_number_year_and_kind(cast: Cast) -> None:
    years_of(cast.acme)
    make_invoice(cast.rival)
    address = page("invoices", cast.acme)
    said = words_at(cast.bella.client.get(address), "id", "invoices")
    assert [said.index(number) for number in ("2025-000003", "2025-000002", "2025-000001", "2024-000001")] == sorted(
        said.index(number) for number in ("2025-000003", "2025-000002", "2025-000001", "2024-000001")
    )
    for query, wanted in [
        ("q=000003", ["2025-000003"]),
        ("year=2024", ["2024-000001"]),
        ("kind=credit_note", ["2025-000003"]),
        ("year=2024&kind=credit_note", []),
        ("year=abc&kind=x&sort=x&after=x", ["2025-000003", "2025-000002", "2025-000001", "2024-000001"]),
        ("sort=total", ["2025-000003", "2024-000001", "2025-000001", "2025-000002"]),
    ]:
        found = cast.bella.client.get(f"{address}?{query}")
        prefix = address
        numbers = [link.removeprefix(prefix).strip("/") for link in links(found) if link.startswith(f"{prefix}20")]
        assert [number for number in numbers if "/" not in number] == wanted, query
    assert "No invoice matches" in main_words(cast.bella.client.get(f"{address}?year=2024&kind=credit_note"))


def test_pages_go_forth_and_back_by_key(cast: Cast) -> None:
    for month in range(60):
        make_invoice(cast.acme, month, month=date(2020 + month // 12, month % 12 + 1, 1), year=2024)
    address = page("invoices", cast.acme)
    seen = [
        link
        for _href, found in follow_all(cast.olivia.client, "next", address)
        for link in links(found)
        if link.startswith(f"{address}2024") and not link.endswith("pdf/")
    ]
    assert (len(seen), len(set(seen))) == (60, 60)


def test_an_empty_list_says_what_it_is_for(cast: Cast) -> None:
    assert "No invoices yet" in main_words(cast.olivia.client.get(page("invoices", cast.acme)))


def test_what_is_not_billed_yet_is_said(cast: Cast) -> None:
    write_details(cast.acme, "FR")
    with time_machine.travel(IN_APRIL, tick=False):
        cast.olivia.client.get(page("invoices", cast.acme))
        subscribe(cast.acme, 1000)
        said = main_words(cast.olivia.client.get(page("invoices", cast.acme)))
    assert "Not on an invoice yet €12.00 The next invoice comes on 1 May 2026." in said


def test_one_of_them_says_what_its_paper_says(cast: Cast) -> None:
    write_details(cast.acme, "FR", company="Acme Robotics SARL")
    invoice = bill_march(cast.acme)
    with time_machine.travel(IN_APRIL, tick=False):
        note = issue_credit_note(invoice=invoice, note="An outage", amount=1000, by=Actor.system())
    said = main_words(cast.bella.client.get(page("invoice", cast.acme, invoice.number)))
    for words in (
        "Invoice 2026-000001 Paid from your funds. There is nothing to pay.",
        "Billed to Acme Robotics SARLFrance From Nimbus Cloud SAS",
        "Plan Team, monthly9 March 2026 to 9 April 2026",
        "Without VAT€20.00VAT 20% of €20.00€4.00 Total€24.00",
        "What was credited of this invoice, into your funds. 2026-000002",
    ):
        assert words in said, said
    said = main_words(cast.bella.client.get(page("invoice", cast.acme, note.number)))
    assert "CorrectsInvoice 2026-000001" in said
    paper = cast.bella.client.get(page("invoice_pdf", cast.acme, note.number))
    assert paper.headers["Content-Disposition"] == 'attachment; filename="credit-note-2026-000002.pdf"'
    assert "Credited to your funds." in pages_of(paper.content)[0]


def test_the_number_of_another_organization_is_not_found(cast: Cast) -> None:
    theirs = make_invoice(cast.rival)
    for name in ("invoice", "invoice_pdf"):
        assert cast.olivia.client.get(page(name, cast.acme, theirs.number)).status_code == 404
    assert cast.olivia.client.get(page("invoices_archive", cast.acme, theirs.year)).status_code == 404
    assert theirs.number not in body(cast.olivia.client.get(page("invoices", cast.acme)))
    for number in ("2026-999999", "x", "2026-000001'--"):
        assert cast.olivia.client.get(page("invoice", cast.acme, number)).status_code == 404


def test_the_file_holds_what_the_filters_find(cast: Cast) -> None:
    years_of(cast.acme)
    answer = cast.olivia.client.get(page("invoices_export", cast.acme) + "?year=2025")
    rows = list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig"))))
    assert rows[0][:6] == ["Number", "Kind", "Issued", "Month", "Without VAT", "VAT"]
    assert [(row[0], row[1], row[6], row[9]) for row in rows[1:]] == [
        ("2025-000003", "credit note", "-5", "2025-000002"),
        ("2025-000002", "invoice", "30", ""),
        ("2025-000001", "invoice", "20", ""),
    ]


def test_a_year_comes_as_a_zip_for_as_long_as_one_may_see_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    years_of(cast.acme)
    monkeypatch.setattr("billing.views.invoices.BATCH", 2)
    answer = cast.olivia.client.get(page("invoices_archive", cast.acme, 2025))
    with ZipFile(io.BytesIO(content(answer))) as zipped:
        assert zipped.testzip() is None
        assert zipped.namelist() == [
            "invoice-2025-000001.pdf", "invoice-2025-000002.pdf", "credit-note-2025-000003.pdf",
        ]  # fmt: skip
        assert "Credit note" in pages_of(zipped.read("credit-note-2025-000003.pdf"))[0]
    assert content(cast.olivia.client.head(page("invoices_archive", cast.acme, 2025))) == b""
    answer = cast.bella.client.get(page("invoices_archive", cast.acme, 2025))
    chunks = iter(answer.streaming_content)  # type: ignore[attr-defined] # a file
    next(chunks)
    Membership.objects.filter(user=cast.bella.user, organization=cast.acme).delete()
    assert b"000003" not in b"".join(chunks)


def test_no_more_than_one_invoice_of_a_zip_is_held_at_a_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for month in range(1, 13):
        make_invoice(cast.acme, year=2025, month=date(2025, month, 1))
    monkeypatch.setattr("billing.views.invoices.draw", lambda _invoice: b"%PDF" + bytes(range(256)) * 400)
    answer = cast.olivia.client.get(page("invoices_archive", cast.acme, 2025))
    chunks = list(answer.streaming_content)  # type: ignore[attr-defined] # a file
    assert len(chunks) == 13
    assert max(map(len, chunks)) < 110_000


def test_members_without_billing_see_none(cast: Cast) -> None:
    make_invoice(cast.acme)
    browser: Client = cast.mia.client
    assert browser.get(page("invoices", cast.acme)).status_code == 403
