"""The entitlements of an organization: what support was bought, until when, and what it promises."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from console.csv import csv_response
from console.fragments import render_fragment
from console.pages import paginate
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from support.entitlement_rows import ORDERS, Selection, badge_of, row_of, today
from support.models import Entitlement
from support.views.promised import promised_by

# Tickets on the page of an entitlement; the list has all.
TICKETS = 10


@require_safe
@requires(Permission.VIEW_CUSTOMER_DATA)
def index(request: OrgRequest) -> HttpResponse:
    """The entitlements, that which ends last first: search, filter, sort, pages."""
    selection = Selection.of(request.organization, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default="-end")
    context = {
        **selection.context,
        "page": page,
        "rows": [row_of(values) for values in page.rows],
        "is_empty": not page.rows and not selection.is_narrowed,
    }
    template, fragment = "support/entitlements/index.html", "support/entitlements/_list.html"
    return render_fragment(request, template, fragment, "entitlements", context)


@require_safe
@requires(Permission.VIEW_CUSTOMER_DATA)
def export(request: OrgRequest) -> HttpResponseBase:
    """The entitlements as a file: what the same search and filters find."""
    selection = Selection.of(request.organization, request.GET)
    columns = {
        "number": _("Number"),
        "name": _("Name"),
        "tier": _("Tier"),
        "units": _("Units"),
        "unit": _("Unit"),
        "level": _("Level"),
        "starts_on": pgettext("beginning of a period", "From"),
        "ends_on": _("Until"),
        "families": _("Product families"),
        "label": _("State"),
    }
    batches = selection.batches(request.membership) if request.method == "GET" else iter(())
    rows = ([_cell(row[name]) for name in columns] for batch in batches for row in batch)
    return csv_response(f"entitlements-{request.organization.slug}", list(columns.values()), rows)


@require_safe
@requires(Permission.VIEW_CUSTOMER_DATA)
def detail(request: OrgRequest, pk: UUID) -> HttpResponse:
    """An entitlement: what it is for, how quickly it is answered, and what was asked under it."""
    entitlement = _entitlement(request, pk)
    label, kind = badge_of(entitlement.starts_on, entitlement.ends_on, today())
    context = {
        "entitlement": entitlement,
        "label": label,
        "kind": kind,
        "promised": promised_by(entitlement.level),
        "tickets": list(entitlement.tickets.order_by("-changed_at", "-id")[:TICKETS]),
    }
    return render(request, "support/entitlements/entitlement.html", context)


def _entitlement(request: OrgRequest, pk: UUID) -> Entitlement:
    """The entitlement of this organization with that id; raises Http404."""
    return get_object_or_404(request.organization.entitlements.select_related("level"), pk=pk)


def _cell(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
