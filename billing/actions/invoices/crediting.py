"""Credit notes: less of what an invoice says, back into the funds; the invoice itself stays as it is."""

from datetime import UTC
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import F, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing.actions import standing
from billing.actions.invoices.issuing import notes_on, write_invoice
from billing.actions.invoices.lines import shares
from billing.actions.ledger import book
from billing.actions.locking import lock_again
from billing.actions.staff import check_note, check_staff
from billing.amounts import to_money
from billing.letters.invoices import mail_invoice
from billing.models import Account, Charge, Invoice, InvoiceLine, Reason
from billing.taxes import vat_on
from console.ids import uuid7
from console.money import money
from console.refusal import Refused
from organizations.actors import Actor

# Charges of one rate, treatment and country.
type _Tax = tuple[Decimal, str, str]


@audited("credit_note.issued")
def issue_credit_note(
    *, invoice: Invoice, note: str, amount: int | None = None, once: UUID | None = None, by: Actor
) -> Invoice:
    """Credit an invoice, or some of it, and put that into the funds; by staff (article 219: it refers to the invoice).

    ``amount``: VAT included, in the smallest unit; None for all that is left of the invoice. Where that has several
    rates of VAT, it is shared out by what is left at each. ``note``: why; the customer reads it. ``once``: asked for
    again with the same, the one that is there is returned. Raises Refused for more than is left, and for a credit note.
    """
    account, by = lock_again(invoice.account, by)
    check_staff(by)
    if invoice.kind != Invoice.Kind.INVOICE:
        raise Refused(_("Choose an invoice: a credit note is not credited itself."), code="kind")
    key = f"credit:{once or uuid7()}"
    written = Charge.objects.select_related("invoice").filter(key=f"{key}:0", account=account).first()
    if written is not None and written.invoice is not None:
        return written.invoice
    note = check_note(note)
    left = _left_of(invoice)
    amount = _checked(invoice, amount, creditable(invoice))
    with translation.override(invoice.language):
        charges = _credits(account, invoice, left, amount)
        lines = [_line(invoice, charge, note, position) for position, charge in enumerate(charges, start=1)]
        notes = notes_on(charges)
    credit = write_invoice(
        account, lines, month=charges[0].month, language=invoice.language, notes=notes, corrects=invoice
    )
    for number, charge in enumerate(charges):
        charge.invoice, charge.key = credit, f"{key}:{number}"
        charge.save(force_insert=True)
        book(account, Reason.CREDIT_NOTE, -charge.total, key=charge.key, charge=charge, note=note)
    record(
        "credit_note.issued",
        by=by,
        organization_id=account.pk,
        target=credit,
        after={"invoice": invoice.number, "total": credit.net + credit.vat, "currency": credit.currency},
        texts={"note": ("", note)},
    )
    mail_invoice(credit, account)
    standing.review(account, by=by)
    return credit


def creditable(invoice: Invoice) -> int:
    """What is left of an invoice, VAT included, in the smallest unit, after its credit notes."""
    return max(0, sum(_by_tax(invoice).values()))


def _left_of(invoice: Invoice) -> dict[_Tax, int]:
    """What of it can be credited, VAT included, by how it is taxed; all together may be less (`creditable`)."""
    return {tax: total for tax, total in _by_tax(invoice).items() if total > 0}


def _by_tax(invoice: Invoice) -> dict[_Tax, int]:
    """What it comes to after its credit notes, by how it is taxed: below zero where a former charge was given back."""
    left: dict[_Tax, int] = {}
    on_either = Charge.objects.filter(invoice__in=[invoice.pk, *invoice.credit_notes.values_list("pk", flat=True)])
    grouped = on_either.values_list("rate", "treatment", "country").annotate(gross=Sum(F("net") + F("vat")))
    for rate, treatment, country, total in grouped.order_by("-rate", "treatment", "country"):
        left[rate, treatment, country] = total
    return left


def _checked(invoice: Invoice, amount: int | None, left: int) -> int:
    if left <= 0:
        raise Refused(_("All of %s has been credited already.") % invoice.number, code="credited")
    if amount is None:
        return left
    if not 0 < amount <= left:
        most = money(invoice.money(left))
        raise Refused(_("At most %s of this invoice can be credited.") % most, code="amount", field="amount")
    return amount


def _credits(account: Account, invoice: Invoice, left: dict[_Tax, int], amount: int) -> list[Charge]:
    """The charges below zero that make up a credit note, not saved: one for each way in which it is taxed."""
    now = timezone.now()
    parts = shares(amount, [Decimal(total) for total in left.values()])
    return [
        Charge(
            account=account,
            kind=Charge.Kind.CREDIT,
            month=now.astimezone(UTC).date().replace(day=1),
            start=now,
            end=now,
            net=-(part - _vat_in(part, rate)),
            vat=-_vat_in(part, rate),
            rate=rate,
            treatment=treatment,
            country=country,
        )
        for (rate, treatment, country), part in zip(left, parts, strict=True)
        if part
    ]


def _vat_in(total: int, rate: Decimal) -> int:
    """The VAT that an amount includes."""
    net = int((total / (1 + rate / 100)).quantize(Decimal(1), ROUND_HALF_UP))
    # Where an invoice of that net would come to a cent more or less, the rest is VAT: the total is what counts.
    return vat_on(net, rate) if net + vat_on(net, rate) == total else total - net


def _line(invoice: Invoice, charge: Charge, note: str, position: int) -> InvoiceLine:
    return InvoiceLine(
        position=position,
        title=_("Credit for invoice %(number)s") % {"number": invoice.number},
        detail=note,
        quantity=Decimal(1),
        unit_price=to_money(charge.net, invoice.currency).amount,
        net=charge.net,
        vat=charge.vat,
        rate=charge.rate,
    )
