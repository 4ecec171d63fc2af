"""Invoices and credit notes as PDF files."""

from uuid import UUID

from billing.models import Invoice
from console.registry import Attachment


def attachment(pk: UUID) -> Attachment:
    """The invoice of that id as a file that goes with a mail. Raises Invoice.DoesNotExist."""
    invoice = Invoice.objects.select_related("corrects").get(pk=pk)
    return Attachment(name=file_name(invoice), content_type="application/pdf", content=draw(invoice))


def file_name(invoice: Invoice) -> str:
    """What its file is called: plain letters, whatever the seller is called."""
    kind = "credit-note" if invoice.kind == Invoice.Kind.CREDIT_NOTE else "invoice"
    return f"{kind}-{invoice.number}.pdf"


def draw(invoice: Invoice) -> bytes:
    """The file of an invoice, of what stands in its row and its lines alone."""
    # What knows of fonts takes longer to load than half of Console, and most of its processes never draw.
    from billing.pdf.invoices import draw as drawn  # noqa: PLC0415

    return drawn(invoice)
