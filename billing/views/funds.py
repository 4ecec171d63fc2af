"""The ledger of an organization: what came in and went out, and the same as a file."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.ledger_rows import ORDERS, Selection, row_of
from billing.models import Account
from console.csv import csv_response
from console.fragments import render_fragment
from console.pages import paginate
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission


@require_safe
@requires(Permission.VIEW_BILLING)
def index(request: OrgRequest) -> HttpResponse:
    """The entries, the newest first: search, filters, pages."""
    account = Account.objects.of(request.organization)
    selection = Selection.of(account, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default="-at")
    context = {
        **selection.context,
        "account": account,
        "page": page,
        "rows": [row_of(values, account) for values in page.rows],
        "is_empty": not page.rows and not selection.is_narrowed,
    }
    return render_fragment(request, "billing/funds.html", "billing/_funds_list.html", "funds", context)


@require_safe
@requires(Permission.VIEW_BILLING)
def export(request: OrgRequest) -> HttpResponseBase:
    """The entries as a file: what the same search and filters find."""
    account = Account.objects.of(request.organization)
    selection = Selection.of(account, request.GET)
    header = [
        _("Number"), _("Time"), _("Reason"), _("What for"), _("Note"), _("Amount"), _("Funds after it"), _("Currency"),
        _("Payment"), _("Invoice"),
    ]  # fmt: skip
    batches = selection.batches(request.membership) if request.method == "GET" else iter(())
    rows = (
        [
            row["number"], row["at"], row["label"], row["about"], row["note"], row["money"],
            row["balance"], account.currency, row["payment"], row["invoice"],
        ]
        for batch in batches
        for row in batch
    )  # fmt: skip
    return csv_response(f"funds-{request.organization.slug}", header, rows)
