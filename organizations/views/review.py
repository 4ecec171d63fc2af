"""The access review: who may do what here, and whether they still should."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.attempts import attempt
from console.csv import csv_response
from console.fragments import render_fragment
from console.pages import paginate
from console.registry import registry
from organizations.access import requires
from organizations.actions import export_review
from organizations.member_rows import ORDERS, Selection, reviewed, row_of
from organizations.requests import OrgRequest
from organizations.roles import Permission

# Who has been away the longest comes first: the first question of a review.
DEFAULT = "active"


@require_safe
@requires(Permission.CHANGE_ROLES)
def index(request: OrgRequest) -> HttpResponse:
    """Every member with role, second factor, last activity, inviter, end, keys and grants."""
    selection = Selection.of(request.organization, request.actor, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default=DEFAULT)
    context = {
        **selection.context,
        "page": page,
        "rows": reviewed([row_of(values) for values in page.rows]),
        "columns": [column.label for column in registry.review],
        "back": request.get_full_path(),
        "editable": {role.key for role in selection.roles if request.actor.covers(role)},
    }
    return render_fragment(
        request, "organizations/members/review.html", "organizations/members/_review.html", "review", context
    )


@require_safe
@requires(Permission.CHANGE_ROLES)
def export(request: OrgRequest) -> HttpResponseBase:
    """The review as a file: what the same search and filters find."""
    name = f"access-review-{request.organization.slug}"
    if request.method == "HEAD":
        # Nothing is handed out, so there is nothing to write down.
        return csv_response(name, [], [])
    if not attempt(request, export_review, "", organization=request.organization, by=request.actor):
        return redirect("organizations:members", request.organization.slug)
    header = [
        _("Name"), _("E-mail address"), _("Role"), _("MFA"), _("Last active"), _("Joined"), _("Invited by"),
        _("Ends"), *(column.label for column in registry.review),
    ]  # fmt: skip
    rows = (
        [
            row["name"], row["email"], row["role_label"], row["factor_word"], row["last_active_at"], row["joined_at"],
            row["invited_by"], row["ends_at"], *row["counts"],
        ]
        for batch in Selection.of(request.organization, request.actor, request.GET).batches(request.membership)
        for row in reviewed(batch)
    )  # fmt: skip
    return csv_response(name, header, rows)
