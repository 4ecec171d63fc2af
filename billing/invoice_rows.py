"""Which invoices a list or a file shows, and what one says: on its page and on paper alike."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from babel.numbers import format_decimal, format_percent
from django.db.models import F, QuerySet, Sum
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _
from moneyed import Money

from billing.amounts import to_money
from billing.ledger_rows import sees_billing
from billing.models import Charge, Invoice, InvoiceLine
from console.dates import month
from console.money import money, price
from console.pages import Order, batches
from console.text import one_line
from organizations.models import Membership

# A number sorts as it was given; a total is a whole number of the smallest unit.
ORDERS = {"number": Order("number"), "total": Order("gross", int)}
COLUMNS = ["id", "number", "kind", "month", "issued_at", "currency", "net", "vat", "gross", "owed", "corrects__number"]
_NUMBER = re.compile(r"[0-9]{4}-[0-9]{6,7}")

type Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The invoices that somebody asks for: ``q``, part of a number; ``year`` of it, 0 for all; and ``kind``."""

    account_id: UUID
    invoices: QuerySet[Invoice]
    q: str
    year: int
    kind: str

    @classmethod
    def of(cls, account_id: UUID, query: QueryDict) -> Self:
        """What ``query`` asks for, of one account; what makes no sense narrows nothing."""
        found = Invoice.objects.filter(account=account_id)
        q = one_line(query.get("q", ""), 20)
        year = query.get("year", "")
        kind = query.get("kind", "")
        wanted = int(year) if year.isascii() and year.isdecimal() and len(year) == len("2026") else 0
        kind = kind if kind in Invoice.Kind.values else ""
        if q:
            found = found.filter(number__contains=q)
        if wanted:
            found = found.filter(year=wanted)
        if kind:
            found = found.filter(kind=kind)
        return cls(account_id=account_id, invoices=found, q=q, year=wanted, kind=kind)

    @property
    def is_narrowed(self) -> bool:
        """Whether not all are asked for."""
        return bool(self.q or self.year or self.kind)

    @property
    def values(self) -> Any:
        """The rows as values."""
        return self.invoices.annotate(gross=F("net") + F("vat")).values(*COLUMNS)

    @property
    def context(self) -> dict[str, Any]:
        """What the filters above the list show."""
        found = Invoice.objects.filter(account=self.account_id).order_by("-year").values_list("year", flat=True)
        years = list(found.distinct())
        return {
            "q": self.q,
            "year": self.year,
            "kind": self.kind,
            "years": years,
            "year_choices": [(year, str(year)) for year in years],
            "kinds": Invoice.Kind.choices,
            "is_narrowed": self.is_narrowed,
        }

    def batches(self, reader: Membership) -> Iterator[list[Row]]:
        """Every row, the newest first, some at a time, for as long as the ``reader`` may see them (ATTACKS 23)."""
        for rows in batches(self.values, orders=ORDERS, default="-number", still=lambda: sees_billing(reader)):
            yield [row_of(values) for values in rows]


def row_of(values: dict[str, Any]) -> Row:
    """An invoice as a list shows it, of the values of `COLUMNS`."""
    currency = values["currency"]
    amounts = {name: to_money(values[name], currency) for name in ("net", "vat", "gross", "owed")}
    return {
        **values,
        **amounts,
        "kind_label": Invoice.Kind(values["kind"]).label,
        "is_credit": values["kind"] == Invoice.Kind.CREDIT_NOTE,
        "is_owed": values["owed"] > 0,
        "month_label": month(values["month"]),
        "corrects": values["corrects__number"] or "",
    }


@dataclass(frozen=True, kw_only=True)
class PartyTold:
    """A seller or buyer as an invoice shows them; ``lines`` begin with the name."""

    name: str
    lines: Sequence[str]
    vat_line: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """An invoice in words, in the language in force.

    ``facts`` and ``totals``: a label and what it says each; ``payment``: whether it is paid; ``footer``: who sells.
    """

    title: str
    seller: PartyTold
    buyer: PartyTold
    facts: Sequence[tuple[str, str]]
    totals: Sequence[tuple[str, str]]
    total: tuple[str, str]
    payment: str
    footer: str


def tell(invoice: Invoice, lines: Sequence[InvoiceLine]) -> Told:
    """An invoice in words; its ``corrects`` is looked up where it was not joined."""
    seller = _party(invoice.seller)
    is_credit = invoice.kind == Invoice.Kind.CREDIT_NOTE
    rates = rates_of(lines) or [(Decimal(0), invoice.net, invoice.vat)]
    return Told(
        title=_("Credit note") if is_credit else _("Invoice"),
        seller=seller,
        buyer=_party(invoice.buyer),
        facts=_facts(invoice),
        totals=[
            (_("Without VAT"), money(invoice.money(invoice.net))),
            *(_vat(invoice, *one) for one in rates if one[0] or one[2]),
        ],
        total=(_("Total"), money(invoice.total)),
        payment=_payment(invoice),
        footer=" · ".join(part for part in (seller.name, seller.vat_line, seller.email) if part),
    )


def rates_of(lines: Sequence[InvoiceLine]) -> list[tuple[Decimal, int, int]]:
    """What an invoice comes to by rate of VAT: the rate, the sum without it, and the VAT, in the smallest unit."""
    found: dict[Decimal, tuple[int, int]] = {}
    for line in lines:
        net, vat = found.get(line.rate, (0, 0))
        found[line.rate] = (net + line.net, vat + line.vat)
    return [(rate, *found[rate]) for rate in sorted(found, reverse=True)]


def percent(rate: Decimal) -> str:
    """A rate of VAT in percent, ``20%`` or ``25,5 %``."""
    return str(format_percent(rate / 100, locale=_locale(), decimal_quantization=False))


def plain(number: Decimal) -> str:
    """A number without zeros at its end, ``20`` or ``5,5``."""
    return str(format_decimal(number.normalize(), locale=_locale()))


def quantity(line: InvoiceLine) -> str:
    """How much of it, ``744 h``; of what has no unit, the number."""
    number = plain(line.quantity)
    return f"{number}\u00a0{line.unit}" if line.unit else number


def told_lines(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[dict[str, str]]:
    """The lines in words: ``title``, ``detail``, ``quantity``, ``price``, ``rate`` and ``net``."""
    return [
        {
            "title": line.title,
            "detail": line.detail,
            "quantity": quantity(line),
            "price": price(Money(line.unit_price, invoice.currency)),
            "rate": percent(line.rate),
            "net": money(invoice.money(line.net)),
        }
        for line in lines
    ]


def numbered(invoices: QuerySet[Invoice], number: str) -> Invoice:
    """The one of these that has a number, as an address names it. Raises Http404."""
    # What is no number is not asked the database for, which refuses some characters.
    if not _NUMBER.fullmatch(number):
        raise Http404
    return get_object_or_404(invoices, number=number)


def unbilled(account_id: UUID) -> int:
    """What an account has been charged that is on no invoice yet, VAT included, in the smallest unit."""
    waiting = Charge.objects.filter(account=account_id, invoice=None)
    return waiting.aggregate(total=Sum(F("net") + F("vat")))["total"] or 0


def _party(said: dict[str, Any]) -> PartyTold:
    name = str(said.get("name", ""))
    number = str(said.get("vat_number", ""))
    return PartyTold(
        name=name,
        lines=[str(line) for line in said.get("lines", ())] or [name],
        vat_line=_("VAT number %(number)s") % {"number": number} if number else "",
        email=str(said.get("email", "")),
    )


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    issued = invoice.issued_at.astimezone(UTC).date()
    facts = [(_("Number"), invoice.number), (_("Issued"), f"{issued.day} {month(issued)}")]
    if invoice.corrects:
        corrected = invoice.corrects
        facts.append((_("Corrects"), _("Invoice %(number)s") % {"number": corrected.number}))
    else:
        facts.append((_("Billed for"), month(invoice.month)))
    if invoice.purchase_order:
        facts.append((_("Purchase order"), invoice.purchase_order))
    return facts


def _vat(invoice: Invoice, rate: Decimal, net: int, vat: int) -> tuple[str, str]:
    names = {"rate": percent(rate), "net": money(invoice.money(net))}
    return _("VAT %(rate)s of %(net)s") % names, money(invoice.money(vat))


def _payment(invoice: Invoice) -> str:
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return _("Credited to your funds.")
    if invoice.owed <= 0:
        return _("Paid from your funds. There is nothing to pay.")
    names = {"owed": money(invoice.money(invoice.owed))}
    return _("Your funds did not cover all of it: %(owed)s is still owed. Please make a payment.") % names


def _locale() -> str:
    return to_locale(get_language() or "en")
