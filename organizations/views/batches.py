"""Inviting many at once: give a list, see what is wrong in it, say yes, watch it being sent."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires_proof_for
from console.attempts import attempt
from console.fragments import render_fragment
from console.pages import Order, paginate
from organizations import policies
from organizations.access import requires
from organizations.actions import check_batch, confirm_batch, stop_batch
from organizations.actions.invitations.batches import Entry
from organizations.forms.invitations import BatchForm
from organizations.forms.sheets import write_text
from organizations.models import BatchRow, InvitationBatch, roles_of
from organizations.requests import OrgRequest
from organizations.roles import Permission

State = BatchRow.State

ORDERS = {"row": Order("number", int)}
UNSENT = (State.WRONG, State.REFUSED)
# Rows that are filled into the form again: as many as one corrects by hand.
MOST_REFILLED = 100


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.INVITE_MEMBERS)
def create(request: OrgRequest) -> HttpResponse:
    """Give a list of addresses. It is checked; nothing is sent yet."""
    form = BatchForm(
        request.POST or None,
        request.FILES or None,
        actor=request.actor,
        organization=request.organization,
        initial=_beginning(request),
    )
    if batch := form.run(check_batch, organization=request.organization, by=request.actor):
        return redirect("organizations:batch_detail", request.organization.slug, batch.pk)
    return render(request, "organizations/invitations/batch_new.html", {"form": form})


def _beginning(request: OrgRequest) -> dict[str, str]:
    """What the form begins with: the user's own list that ``from`` names, or, once it is sent, what was not sent of it.

    Nothing for a long one: it is corrected where it was written.
    """
    pk = _uuid(request.GET.get("from", ""))
    batch = request.organization.invitation_batches.filter(by=request.user, pk=pk).first() if pk else None
    if batch is None:
        return {}
    rows = list(_given_again(batch).order_by("number")[: MOST_REFILLED + 1])
    if not rows or len(rows) > MOST_REFILLED:
        return {}
    same = {(row.role, row.note) for row in rows}
    role, note = next(iter(same))
    if len(same) == 1 and role in {each.key for each in request.actor.assignable_roles(request.organization)}:
        plain = [Entry(number=row.number, email=row.email) for row in rows]
        return {"addresses": write_text(plain), "role": role, "note": note}
    labels = _labels(request)
    entries = [
        Entry(number=row.number, email=row.email, role=labels.get(row.role, row.role), note=row.note) for row in rows
    ]
    return {"addresses": write_text(entries)}


def _given_again(batch: InvitationBatch) -> QuerySet[BatchRow]:
    """What of a list is to be corrected: all of one that waits (the next takes its place), else what was not sent."""
    return batch.rows.all() if batch.is_checked else batch.rows.filter(state__in=UNSENT)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _labels(request: OrgRequest) -> dict[str, str]:
    return {role.key: str(role.label) for role in roles_of(request.organization)}


@require_safe
@requires(Permission.REVOKE_INVITATIONS, Permission.INVITE_MEMBERS)
def detail(request: OrgRequest, pk: UUID) -> HttpResponse:
    """A list: what of it can be sent and what is wrong with the rest; later, how far the sending is."""
    batch = _batch(request, pk)
    page = paginate(
        batch.rows.filter(state__in=UNSENT),
        request.GET,
        orders=ORDERS,
        default="row",
    )
    counts = batch.counts
    given_again = counts["total"] if batch.is_checked else sum(counts[state] for state in UNSENT)
    ready = None
    if batch.is_checked:
        query = {key: request.GET[f"ready_{key}"] for key in ("after", "before") if f"ready_{key}" in request.GET}
        ready = paginate(batch.rows.filter(state=State.READY), query, orders=ORDERS, default="row")
    context = {
        "batch": batch,
        "counts": counts,
        "page": page,
        "rows": page.rows,
        "ready": ready,
        "is_corrected_here": given_again <= MOST_REFILLED,
        "role_labels": _labels(request),
        "is_own": batch.by_id == request.user.pk,
    }
    page_template, fragment = "organizations/invitations/batch.html", "organizations/invitations/_batch.html"
    return render_fragment(request, page_template, fragment, "batch", context)


def _invites_founders(request: OrgRequest, pk: UUID) -> bool:
    rows = BatchRow.objects.filter(batch__organization=request.organization, batch=pk, state=State.READY)
    return rows.filter(role=policies.current().founder.key).exists()


@require_POST
@requires(Permission.INVITE_MEMBERS)
@requires_proof_for(_invites_founders)
def confirm(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Send what can be sent."""
    batch = _batch(request, pk)
    attempt(request, confirm_batch, "", batch=batch, by=request.actor)
    return redirect("organizations:batch_detail", request.organization.slug, batch.pk)


@require_POST
@requires(Permission.REVOKE_INVITATIONS, Permission.INVITE_MEMBERS)
def stop(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Send no more of it; a list that was only checked is discarded."""
    batch = _batch(request, pk)
    was_sent = batch.is_sending
    if attempt(request, stop_batch, "", batch=batch, by=request.actor):
        if was_sent:
            messages.success(request, _("The rest of this list is not sent. What was sent stays open."))
        else:
            messages.success(request, _("The list is discarded. Nothing was sent."))
            return redirect("organizations:invitations", request.organization.slug)
    return redirect("organizations:batch_detail", request.organization.slug, batch.pk)


def _batch(request: OrgRequest, pk: UUID) -> InvitationBatch:
    visible = request.organization.invitation_batches.visible_to(request.actor)
    return get_object_or_404(visible.select_related("by"), pk=pk)
