"""Inviting many at once: give a list, see what is wrong in it, say yes, watch it being sent."""

from uuid import UUID

from django.contrib import messages
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
from organizations.forms.invitations import BatchForm
from organizations.models import BatchRow, InvitationBatch, roles_of
from organizations.requests import OrgRequest
from organizations.roles import Permission

State = BatchRow.State


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.INVITE_MEMBERS)
def create(request: OrgRequest) -> HttpResponse:
    """Give a list of addresses. It is checked; nothing is sent yet."""
    form = BatchForm(
        request.POST or None, request.FILES or None, actor=request.actor, organization=request.organization
    )
    if batch := form.run(check_batch, organization=request.organization, by=request.actor):
        return redirect("organizations:batch_detail", request.organization.slug, batch.pk)
    return render(request, "organizations/invitations/batch_new.html", {"form": form})


@require_safe
@requires(Permission.REVOKE_INVITATIONS, Permission.INVITE_MEMBERS)
def detail(request: OrgRequest, pk: UUID) -> HttpResponse:
    """A list: what of it can be sent and what is wrong with the rest; later, how far the sending is."""
    batch = _batch(request, pk)
    page = paginate(
        batch.rows.filter(state__in=[State.WRONG, State.REFUSED]),
        request.GET,
        orders={"row": Order("number", int)},
        default="row",
    )
    labels = {role.key: role.label for role in roles_of(request.organization)}
    context = {
        "batch": batch,
        "counts": batch.counts,
        "page": page,
        "rows": page.rows,
        "role_labels": labels,
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
