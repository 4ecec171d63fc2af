"""Invoices and credit notes."""

from datetime import date, datetime
from typing import Any, Literal, Self, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from billing.api.amounts import Amount
from billing.invoice_rows import numbered
from billing.models import Invoice, InvoiceLine
from billing.pdf import draw, file_name
from console.api.pages import page_of
from console.api.schemas import Listed, Paging
from console.pages import Order
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission

operations = Operations("Invoices")

type InvoiceKind = Literal["invoice", "credit_note"]
PDF = "application/pdf"


class InvoiceListed(Schema):
    """An invoice for a month, or a credit note to one; neither ever changes."""

    id: UUID
    number: str = Field(description="Without gaps in its year, also over credit notes.", examples=["2027-000123"])
    kind: InvoiceKind
    corrects: str | None = Field(description="Of a credit note: the number of the invoice.")
    month: str = Field(examples=["2027-01"])
    issued_at: datetime
    net: Amount = Field(description="Without VAT; below zero on a credit note.")
    vat: Amount
    total: Amount = Field(description="VAT included. It was taken from the funds.")
    owed: Amount = Field(description="What of it the funds did not cover when it was issued.")
    purchase_order: str

    @classmethod
    def of(cls, invoice: Invoice) -> Self:
        """An invoice with what it corrects."""
        return cls(**_values(invoice))


class LineShown(Schema):
    """A line of an invoice, in its language."""

    title: str
    detail: str
    quantity: str = Field(description="A decimal number.", examples=["744.00"])
    unit: str = Field(description="What the quantity counts; often empty.")
    unit_price: str = Field(description="Without VAT: a decimal number.", examples=["0.0200"])
    net: Amount
    vat: Amount
    vat_rate: str = Field(description="In percent: a decimal number.", examples=["20.00"])

    @classmethod
    def of(cls, line: InvoiceLine, currency: str) -> Self:
        """A line of an invoice in that currency."""
        return cls(
            title=line.title,
            detail=line.detail,
            quantity=f"{line.quantity:.2f}",
            unit=line.unit,
            unit_price=f"{line.unit_price:.4f}",
            net=Amount.of(line.net, currency),
            vat=Amount.of(line.vat, currency),
            vat_rate=f"{line.rate:.2f}",
        )


class InvoiceShown(InvoiceListed):
    """An invoice with all that it says."""

    language: str = Field(examples=["en"])
    seller: dict[str, Any] = Field(description="Who sold it: name, address and VAT number as they were.")
    buyer: dict[str, Any] = Field(description="Who it is made out to, as it was then.")
    notes: list[str] = Field(description="What the law asks to be said.")
    lines: list[LineShown]


class InvoicesAsked(Paging):
    """Which invoices."""

    year: int | None = Field(None, ge=2000, le=9999, description="Of the number.")
    kind: InvoiceKind | Literal[""] = ""


@operations.get("/billing/invoices", Permission.VIEW_BILLING, returns=Listed[InvoiceListed])
def list_invoices(request: KeyRequest, asked: Query[InvoicesAsked]) -> Listed[InvoiceListed]:
    """List invoices and credit notes, the newest first."""
    wanted = {"year": asked.year, "kind": asked.kind or None}
    found = _invoices(request).filter(**{name: value for name, value in wanted.items() if value is not None})
    # A number sorts as it was given: four digits of a year, six of the place in it.
    return page_of(found, asked, orders={"number": Order("number")}, default="-number", draw=InvoiceListed.of)


@operations.get("/billing/invoices/{str:number}", Permission.VIEW_BILLING, returns=InvoiceShown)
def show_invoice(request: KeyRequest, number: str) -> InvoiceShown:
    """Show an invoice with its lines."""
    invoice = numbered(_invoices(request), number)
    return InvoiceShown(
        **_values(invoice),
        language=invoice.language,
        seller=invoice.seller,
        buyer=invoice.buyer,
        notes=invoice.notes,
        lines=[LineShown.of(line, invoice.currency) for line in invoice.lines.order_by("position")],
    )


@operations.file("/billing/invoices/{str:number}/pdf", Permission.VIEW_BILLING, media_type=PDF)
def get_invoice_as_pdf(request: KeyRequest, number: str) -> HttpResponse:
    """Get an invoice as PDF, in its language."""
    invoice = numbered(_invoices(request), number)
    headers = {"Content-Disposition": f'attachment; filename="{file_name(invoice)}"'}
    return HttpResponse(draw(invoice), content_type=PDF, headers=headers)


def _invoices(request: KeyRequest) -> QuerySet[Invoice]:
    return Invoice.objects.filter(account=request.organization.pk).select_related("corrects")


def _values(invoice: Invoice) -> dict[str, Any]:
    month: date = invoice.month
    return {
        "id": invoice.pk,
        "number": invoice.number,
        "kind": cast("InvoiceKind", invoice.kind),
        "corrects": invoice.corrects.number if invoice.corrects else None,
        "month": f"{month:%Y-%m}",
        "issued_at": invoice.issued_at,
        "net": Amount.of(invoice.net, invoice.currency),
        "vat": Amount.of(invoice.vat, invoice.currency),
        "total": Amount.of(invoice.net + invoice.vat, invoice.currency),
        "owed": Amount.of(invoice.owed, invoice.currency),
        "purchase_order": invoice.purchase_order,
    }
