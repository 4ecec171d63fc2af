"""An invoice or a credit note on paper: in its own language, the same bytes each time."""

from collections.abc import Mapping, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from billing.invoice_rows import PartyTold, Told, tell, told_lines
from billing.models import Invoice, InvoiceLine
from billing.pdf.sheet import BOTTOM, HEIGHT, HUGE, LARGE, LEFT, LINE, MUTED, RIGHT, SMALL, TOP, WIDTH, Sheet

# The columns of the table: where each ends, from the left margin, in millimetres; the first begins there.
_TEXT_WIDTH = 82.0
_QUANTITY, _PRICE, _RATE, _NET = 104.0, 130.0, 145.0, 170.0
_LOWEST = HEIGHT - BOTTOM
_TOTALS = 95.0


def draw(invoice: Invoice) -> bytes:
    """The file of an invoice, of what stands in its row and its lines alone."""
    lines = list(invoice.lines.order_by("position"))
    with translation.override(invoice.language):
        told = tell(invoice, lines)
        sheet = Sheet(
            text=_all_text(invoice, lines, told),
            title=f"{told.title} {invoice.number}",
            author=told.seller.name,
            language=invoice.language,
            made_at=invoice.issued_at,
        )
        sheet.add_page()
        y = _head(sheet, told)
        y = _table(sheet, told_lines(invoice, lines), y)
        _totals(sheet, invoice, told, y)
        sheet.number_pages([told.footer], _("Page {page} of {pages}"))
    drawn = bytes(sheet.output())
    sheet.close_fonts()
    return drawn


def _all_text(invoice: Invoice, lines: Sequence[InvoiceLine], told: Told) -> str:
    """Whatever letters may be needed, but for those that every font has."""
    said = [*told.buyer.lines, *told.seller.lines, told.seller.email, invoice.purchase_order, *invoice.notes]
    return "".join([*said, *(line.title + line.detail for line in lines)])


def _head(sheet: Sheet, told: Told) -> float:
    """Who, to whom, what and when; the place below."""
    sheet.put_lines(LEFT, TOP, told.seller.name, width=95, size=LARGE, bold=True)
    sheet.put(RIGHT - 75, TOP, told.title, width=75, size=HUGE, bold=True, align="R")
    y = TOP + 18
    below = max(
        _party(sheet, LEFT, y, _("Billed to"), told.buyer),
        _party(sheet, LEFT + 100, y, _("From"), told.seller),
    )
    return _facts(sheet, told.facts, below + 7)


def _party(sheet: Sheet, x: float, y: float, label: str, party: PartyTold) -> float:
    sheet.put(x, y, label, width=70, size=SMALL, ink=MUTED)
    y += LINE
    for number, line in enumerate(party.lines):
        y = sheet.put_lines(x, y, line, width=70, bold=number == 0)
    for line in (party.vat_line, party.email):
        if line:
            y = sheet.put_lines(x, y, line, width=70, ink=MUTED)
    return y


def _facts(sheet: Sheet, facts: Sequence[tuple[str, str]], y: float) -> float:
    """Number, dates and references side by side."""
    width = WIDTH / len(facts)
    sheet.rule(y)
    below = y
    for place, (label, value) in enumerate(facts):
        x = LEFT + place * width
        sheet.put(x, y + 2.5, label, width=width, size=SMALL, ink=MUTED)
        below = max(below, sheet.put_lines(x, y + 7, value, width=width - 3))
    return below + 8


def _table(sheet: Sheet, rows: Sequence[Mapping[str, str]], y: float) -> float:
    """The lines; where a page is full they go on on the next one, below the head of the table."""
    y = _columns(sheet, y)
    for row in rows:
        needed = sheet.height_of(row["title"], width=_TEXT_WIDTH)
        needed += sheet.height_of(row["detail"], width=_TEXT_WIDTH, size=SMALL) + 2.6
        if y + needed > _LOWEST:
            sheet.add_page()
            y = _columns(sheet, TOP)
        y = _row(sheet, row, y)
        sheet.rule(y)
    return y


def _columns(sheet: Sheet, y: float) -> float:
    sheet.put(LEFT, y, _("Description"), width=_TEXT_WIDTH, size=SMALL, ink=MUTED)
    labels = ((_QUANTITY, _("Quantity")), (_PRICE, _("Price")), (_RATE, _("VAT")), (_NET, _("Without VAT")))
    for end, label in labels:
        sheet.put(LEFT + end - 30, y, label, width=30, size=SMALL, ink=MUTED, align="R")
    sheet.rule(y + LINE + 1)
    return y + LINE + 1


def _row(sheet: Sheet, row: Mapping[str, str], y: float) -> float:
    y += 1
    below = sheet.put_lines(LEFT, y, row["title"], width=_TEXT_WIDTH)
    for end, name in ((_QUANTITY, "quantity"), (_PRICE, "price"), (_RATE, "rate"), (_NET, "net")):
        sheet.put(LEFT + end - 30, y, row[name], width=30, align="R")
    return sheet.put_lines(LEFT, below, row["detail"], width=_TEXT_WIDTH, size=SMALL, ink=MUTED) + 1.6


def _totals(sheet: Sheet, invoice: Invoice, told: Told, y: float) -> None:
    """What it comes to, what of it is paid, and what the law asks to be said: never torn apart by the end of a page."""
    notes = [told.payment, *invoice.notes]
    needed = (len(told.totals) + 1) * 6.0 + 14 + sum(sheet.height_of(note, width=WIDTH) + 2 for note in notes)
    if y + needed > _LOWEST:
        sheet.add_page()
        y = TOP
    y += 4
    for label, amount in told.totals:
        y = _total(sheet, label, amount, y)
    sheet.rule(y + 0.5, x=LEFT + _TOTALS)
    y = _total(sheet, told.total[0], told.total[1], y + 2, bold=True) + 8
    for number, note in enumerate(note for note in notes if note):
        y = sheet.put_lines(LEFT, y, note, width=WIDTH, bold=number == 0 and note == told.payment) + 2


def _total(sheet: Sheet, label: str, amount: str, y: float, *, bold: bool = False) -> float:
    sheet.put(LEFT + _TOTALS, y, label, width=WIDTH - _TOTALS, bold=bold)
    sheet.put(LEFT + _TOTALS, y, amount, width=WIDTH - _TOTALS, bold=bold, align="R")
    return y + 6
