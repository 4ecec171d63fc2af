"""Invoices on paper: every word, and how it lies on the page; the golden text is typed by hand."""

import io
from decimal import Decimal
from typing import Any

import pypdf
import pypdfium2
import pytest
import time_machine
from PIL import Image
from pytest_django import Settings

from billing.actions.invoices import issue_credit_note
from billing.models import Account, Invoice
from billing.pdf import draw
from billing.pdf.sheet import LINE, Sheet
from organizations.actors import Actor
from tests.billing.invoicing import (
    IN_APRIL,
    IN_MARCH,
    bill_march,
    issue,
    pages_of,
    run,
    sell,
    subscribe,
    write_details,
)
from tests.cast import Cast

GOLDEN = """\
Nimbus Cloud SAS Invoice
Billed to
Acme Robotics SARL
1 rue Émile Zola
69002 LYON
France
VAT number FR83404833048
From
Nimbus Cloud SAS
12 rue de la Paix
75002 Paris
France
VAT number FR40303265045
billing@nimbus.example
Number
2026-000001
Issued
1 April 2026
Billed for
March 2026
Purchase order
PO-2026-77
Description Quantity Price VAT Without VAT
Plan Team, monthly 1 €20.00 20% €20.00
9 March 2026 to 9 April 2026
database · PostgreSQL, 2 GB 744 h €0.0421 20% €31.32
Website
Without VAT €51.32
VAT 20% of €51.32 €10.26
Total €61.58
Paid from your funds. There is nothing to pay.
Nimbus Cloud SAS · VAT number FR40303265045 · billing@nimbus.example Page 1 of 1"""

# Where there is ink on that page, of 20 rows and 8 columns; looked at, and written down.
INK = """\
........
###...##
##..##..
##..##..
###.###.
#######.
########
###.####
###.####
....####
#####.##
####....
........
........
........
........
........
........
#####.##
...#..#."""


@pytest.fixture(autouse=True)
def french_seller(settings: Settings) -> None:
    sell(settings)


@pytest.fixture
def invoice(cast: Cast) -> Invoice:
    """A plan and a service of Acme in Lyon."""
    write_details(
        cast.acme,
        "FR",
        company="Acme Robotics SARL",
        street_address="1 rue Émile Zola",
        postal_code="69002",
        city="Lyon",
        vat_number="FR83404833048",
    )
    with time_machine.travel(IN_MARCH, tick=False):
        subscribe(cast.acme)
        run(cast.acme, 744, price="0.0421")
        Account.objects.update(purchase_order="PO-2026-77")
    with time_machine.travel(IN_APRIL, tick=False):
        return issue(cast.acme)


def picture_of(content: bytes, page: int = 0) -> Image.Image:
    """A page as a person sees it, in grey."""
    document = pypdfium2.PdfDocument(content)
    try:
        picture: Image.Image = document[page].render(scale=1).to_pil().convert("L")
        return picture
    finally:
        document.close()


def darkest(image: Image.Image) -> int:
    """How dark it is where it is darkest: 0 is black."""
    return min(image.tobytes())


def ink_on(image: Image.Image, rows: int = 20, columns: int = 8) -> str:
    """Where there is anything on a page, coarsely: a letter more or less, or another version of a font, is the same."""
    width, height = image.width / columns, image.height / rows
    said = []
    for row in range(rows):
        boxes = [(round(column * width), round(row * height)) for column in range(columns)]
        said.append(
            "".join(
                "#" if darkest(image.crop((x, y, round(x + width), round(y + height)))) < 160 else "." for x, y in boxes
            )
        )
    return "\n".join(said)


def test_it_says_all_that_an_invoice_must(invoice: Invoice) -> None:
    content = draw(invoice)
    assert pages_of(content) == [GOLDEN]
    assert draw(Invoice.objects.get(pk=invoice.pk)) == content
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Invoice 2026-000001", "Nimbus Cloud SAS")
    assert str(reader.metadata.creation_date) == "2026-04-01 07:00:00+00:00"
    assert str(reader.root_object["/Lang"]) == "en"
    assert ink_on(picture_of(content)) == INK


def test_it_is_in_the_language_of_the_account(cast: Cast, invoice: Invoice) -> None:
    Account.objects.filter(pk=cast.acme.pk).update(language="fr")
    with time_machine.travel(IN_APRIL, tick=False):
        note = issue_credit_note(invoice=invoice, note="Panne du 3 mars", amount=1000, by=Actor.system())
    # Of what was issued in English, the correction is in English, too.
    assert "Credit for invoice 2026-000001 1 -€8.33 20% -€8.33\nPanne du 3 mars" in pages_of(draw(note))[0]
    Account.objects.create(pk=cast.rival.pk, organization=cast.rival, currency="EUR", language="fr")
    with time_machine.travel(IN_MARCH, tick=False):
        run(cast.rival, 1234, price="2.5")
    with time_machine.travel(IN_APRIL, tick=False):
        french = pages_of(draw(issue(cast.rival)))[0].replace("\u00a0", " ")
    for said in ("1 avril 2026", "mars 2026", "1 234 h 2,50 € 20 % 3 085,00 €", "Total 3 702,00 €"):
        assert said in french, french


def test_many_lines_go_on_below_the_head_of_the_table(cast: Cast) -> None:
    write_details(cast.acme, "DE", company="A" * 100, vat_number="DE136695976")
    with time_machine.travel(IN_MARCH, tick=False):
        for number in range(60):
            run(cast.acme, 700 + number, service=f"service-{number:03}", project_name="P" * 80)
    with time_machine.travel(IN_APRIL, tick=False):
        invoice = issue(cast.acme)
    content = draw(invoice)
    pages = pages_of(content)
    assert len(pages) == 5
    for number, page in enumerate(pages, start=1):
        assert page.count("Description Quantity Price VAT Without VAT") == 1
        assert page.endswith(f"Page {number} of 5")
    text = "\n".join(pages)
    assert [text.count(f"service-{number:03} ·") for number in range(60)] == [1] * 60
    assert "Reverse charge: the customer accounts for the VAT" in pages[-1]
    # Nothing runs over the margins, or into the foot.
    for number in range(5):
        image = picture_of(content, number)
        assert darkest(image.crop((0, 0, 50, image.height))) > 200
        assert darkest(image.crop((image.width - 50, 0, image.width, image.height))) > 200


def test_a_name_in_any_script_is_drawn_and_turns_nothing_around(cast: Cast) -> None:
    name = "東京株式会社 Żółć Ωμέγα Привет עברית العربية"
    write_details(cast.acme, "FR", company=f"\u202e{name}\u2069 𓀀 SA")
    content = draw(bill_march(cast.acme))
    text = pages_of(content)[0]
    for word in ("株", "Żółć", "Ωμέγα", "Привет"):
        assert word in text
    assert not {"\u202e", "\u2069"} & set(text)
    assert _fonts(content) == {"Arimo", "FiraSans", "FiraSansSemiBold", "IBMPlexSansArabic", "NotoSansJP"}
    # A name that takes two lines is drawn with the same letters in both.
    assert "SA" in text


def _fonts(content: bytes) -> set[str]:
    resources: Any = pypdf.PdfReader(io.BytesIO(content)).pages[0]["/Resources"]
    return {
        str(font.get_object()["/BaseFont"]).partition("+")[2].replace("-", "") for font in resources["/Font"].values()
    }


def test_the_file_of_a_small_one_is_small(invoice: Invoice) -> None:
    assert len(draw(invoice)) < 40_000
    assert invoice.total.amount == Decimal("61.58")


def test_a_long_name_in_joined_letters_takes_its_column_and_no_time(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Measured with each further letter, as the package does, some hundred of such lines took half a minute."""
    word = "\u0645\u0631\u062d\u0628\u0627"
    name = f"{' '.join([word] * 20)} {word * 20} 7"
    sheet = Sheet(text=name, title="", author="", language="en", made_at=IN_APRIL)
    request.addfinalizer(sheet.close_fonts)
    sheet.add_page()
    measure, measured = sheet.get_string_width, []

    def note(text: str) -> float:
        measured.append(text)
        return measure(text)

    monkeypatch.setattr(sheet, "get_string_width", note)
    # Each word alone is 7 mm long, and the long one is cut.
    assert 4 <= sheet.height_of(name, width=60) / LINE <= 9
    assert len(measured) < 40
    assert {text for text in measured if measure(text) <= 60} >= {word, "7"}
