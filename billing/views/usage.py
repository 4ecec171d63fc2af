"""What ran in a month, by service, and the same as a file."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.models import Account
from billing.usage_rows import ORDERS, Selection, with_places
from console.csv import csv_response
from console.fragments import render_fragment
from console.pages import paginate
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission


@require_safe
@requires(Permission.VIEW_BILLING)
def index(request: OrgRequest) -> HttpResponse:
    """The services of a month, the dearest first: search, filters, pages, and what they come to."""
    account = Account.objects.of(request.organization)
    selection = Selection.of(account, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default="-amount")
    context = {
        **selection.context,
        "page": page,
        "rows": with_places(page.rows, request.actor),
        "total": selection.total,
        "is_empty": not page.rows and not selection.is_narrowed,
    }
    return render_fragment(request, "billing/usage.html", "billing/_usage_list.html", "usage", context)


@require_safe
@requires(Permission.VIEW_BILLING)
def export(request: OrgRequest) -> HttpResponseBase:
    """The services of a month as a file: what the same search and filters find. Prices are without VAT."""
    account = Account.objects.of(request.organization)
    selection = Selection.of(account, request.GET)
    header = [
        _("Month"), _("Service"), _("Kind"), _("Size"), _("Project"), _("Hours"), _("Price for an hour"), _("Amount"),
        _("Currency"), _("Service id"), _("Project id"),
    ]  # fmt: skip
    batches = selection.batches(request.membership) if request.method == "GET" else iter(())
    rows = (
        [
            f"{selection.month:%Y-%m}", row["service_name"], row["kind_name"], row["size_name"], row["project_name"],
            row["hours"], row["price"], row["amount"], account.currency, row["service_id"], row["project_id"],
        ]
        for batch in batches
        for row in batch
    )  # fmt: skip
    return csv_response(f"usage-{request.organization.slug}-{selection.month:%Y-%m}", header, rows)
