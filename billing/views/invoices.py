"""Invoices and credit notes: the list, one of them as a page and on paper, and all of a year."""

from collections.abc import Iterator
from io import BytesIO
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.actions.invoices.issuing import next_issue
from billing.invoice_rows import ORDERS, Selection, numbered, row_of, tell, told_lines, unbilled
from billing.ledger_rows import sees_billing
from billing.models import Account, Invoice
from billing.pdf import draw, file_name
from console.archive import Archive
from console.csv import csv_response
from console.fragments import render_fragment
from console.pages import paginate
from organizations.access import requires
from organizations.models import Membership
from organizations.requests import OrgRequest
from organizations.roles import Permission

# Invoices of a year that are looked up at a time; each is drawn when it is its turn.
BATCH = 50


@require_safe
@requires(Permission.VIEW_BILLING)
def index(request: OrgRequest) -> HttpResponse:
    """The invoices, the newest first: search, filters, pages; above them what is not on one yet."""
    account = Account.objects.of(request.organization)
    selection = Selection.of(account.pk, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default="-number")
    context = {
        **selection.context,
        "page": page,
        "rows": [row_of(values) for values in page.rows],
        "is_empty": not page.rows and not selection.is_narrowed,
        "unbilled": account.money(unbilled(account.pk)),
        "next_issue": next_issue(),
    }
    return render_fragment(request, "billing/invoices.html", "billing/_invoices_list.html", "invoices", context)


@require_safe
@requires(Permission.VIEW_BILLING)
def export(request: OrgRequest) -> HttpResponseBase:
    """The invoices as a file: what the same search and filters find."""
    selection = Selection.of(request.organization.pk, request.GET)
    header = [
        _("Number"), _("Kind"), _("Issued"), _("Month"), _("Without VAT"), _("VAT"), _("Total"), _("Currency"),
        _("Owed when it was issued"), _("Corrects"),
    ]  # fmt: skip
    batches = selection.batches(request.membership) if request.method == "GET" else iter(())
    rows = (
        [
            row["number"], row["kind_label"], row["issued_at"], f"{row['month']:%Y-%m}", row["net"].amount,
            row["vat"].amount, row["gross"].amount, row["currency"], row["owed"].amount, row["corrects"],
        ]
        for batch in batches
        for row in batch
    )  # fmt: skip
    return csv_response(f"invoices-{request.organization.slug}", header, rows)


@require_safe
@requires(Permission.VIEW_BILLING)
def detail(request: OrgRequest, number: str) -> HttpResponse:
    """One of them, with all that it says, and what was credited of it."""
    invoice = _found(request, number)
    lines = list(invoice.lines.order_by("position"))
    context = {
        "invoice": invoice,
        "told": tell(invoice, lines),
        "lines": told_lines(invoice, lines),
        "credit_notes": list(invoice.credit_notes.order_by("number")),
    }
    return render(request, "billing/invoice.html", context)


@require_safe
@requires(Permission.VIEW_BILLING)
def pdf(request: OrgRequest, number: str) -> HttpResponse:
    """One of them on paper."""
    invoice = _found(request, number)
    return _as_file(HttpResponse(draw(invoice), content_type="application/pdf"), file_name(invoice))


@require_safe
@requires(Permission.VIEW_BILLING)
def archive(request: OrgRequest, year: int) -> HttpResponseBase:
    """All of a year on paper, as a zip that is sent while it is made."""
    found = Invoice.objects.filter(account=request.organization.pk, year=year)
    if not found.exists():
        raise Http404
    chunks = _zipped(request.organization.pk, year, request.membership) if request.method == "GET" else iter(())
    response = StreamingHttpResponse(chunks, content_type="application/zip")
    return _as_file(response, f"invoices-{request.organization.slug}-{year}.zip")


class _Pipe(BytesIO):
    """A file that is written at its end, and read away at once: no more than one invoice is ever in it."""

    def seekable(self) -> bool:
        """Say no: a zip is then written from its beginning to its end."""
        return False

    def tell(self) -> int:
        """Refuse, as what cannot be sought does."""
        raise OSError

    def drain(self) -> bytes:
        """What was written since the last time."""
        written = self.getvalue()
        super().seek(0)
        self.truncate()
        return written


def _zipped(account_id: UUID, year: int, reader: Membership) -> Iterator[bytes]:
    """The zip, an invoice at a time, for as long as the reader may see them (ATTACKS 23)."""
    pipe, last = _Pipe(), 0
    with Archive(pipe) as zipped:
        while sees_billing(reader):
            rest = Invoice.objects.filter(account=account_id, year=year, position__gt=last).select_related("corrects")
            some = list(rest.order_by("position")[:BATCH])
            for invoice in some:
                zipped.add_file(file_name(invoice), BytesIO(draw(invoice)))
                yield pipe.drain()
                last = invoice.position
            if len(some) < BATCH:
                break
    yield pipe.drain()


def _found(request: OrgRequest, number: str) -> Invoice:
    found = Invoice.objects.filter(account=request.organization.pk).select_related("corrects")
    return numbered(found, number)


def _as_file[R: HttpResponseBase](response: R, name: str) -> R:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    # What it holds is for who asked, at this moment.
    response.headers["Cache-Control"] = "no-store, private"
    return response
