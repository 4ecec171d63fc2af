"""My organizations: where I am invited, where I may ask to join, and where I am (text 002, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.attempts import attempt
from console.fragments import render_fragment
from console.pages import Order, Page, moments, paginate
from console.registry import registry
from console.text import one_line
from organizations import policies
from organizations.actions import request_to_join, withdraw_request
from organizations.forms.join_requests import JoinRequestForm
from organizations.models import Closing, Domain, Invitation, JoinRequest, Membership
from organizations.models.directory import findable_by, listed_for, matching, suggested_to
from organizations.requests import UserRequest

# Whoever has more invitations than this answers some, and sees the rest.
INVITATIONS_SHOWN = 50
# How my organizations can be sorted.
ORDERS = {
    "name": Order("organization__name"),
    "role": Order("rank", int),
    "joined": moments("joined_at"),
    "active": moments("last_active_at"),
}
# What the address says of the directory's page; `sort`, `after` and `before` are those of my organizations.
KEYS = {"after": "available_after", "before": "available_before"}
AVAILABLE_SHOWN = 10
SUGGESTED_SHOWN = 10
ASKED_SHOWN = 20
CLOSINGS_SHOWN = 20
COLUMNS = ("id", "name", "slug", "description", "logo")


@dataclass(frozen=True, kw_only=True)
class Directory:
    """One page of the organizations that somebody may ask to join.

    ``suggested``: those that want people with an address like theirs, on the first page; ``standing``: what is open
    already, by organization: a request of theirs, or an invitation.
    """

    q: str
    page: Page
    suggested: list[dict[str, Any]]
    domains: Mapping[UUID, list[str]]
    standing: Mapping[UUID, str]


@require_safe
@login_required
def mine(request: UserRequest) -> HttpResponse:
    """Invitations to me, organizations available to me, my requests, and where I am a member."""
    invitations = list(_invitations(request))
    asked = list(JoinRequest.objects.recent_of(request.user)[:ASKED_SHOWN]) if _has_directory() else []
    context: dict[str, Any] = {
        # One more than is shown, to know whether there are more.
        "invitations": invitations,
        "shown": INVITATIONS_SHOWN,
        "asked": asked,
        "directory": _directory(request, invitations, asked) if _has_directory() else None,
        "closings": list(Closing.objects.undoable_by(request.user)[:CLOSINGS_SHOWN]),
        "may_step_down": policies.current().may_lower_own_role,
        "actions": registry.membership_actions,
        **_memberships(request),
    }
    return render_fragment(
        request, "organizations/mine.html", "organizations/directory/_list.html", "available", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: UserRequest) -> HttpResponse:
    """Ask to join the organization that ``organization``, a slug in the address, names; with a note."""
    if not _has_directory():
        raise Http404
    organization = get_object_or_404(findable_by(request.user), slug=one_line(request.GET.get("organization", "")))
    form = JoinRequestForm(request.POST if request.method == "POST" else None)
    if form.run(request_to_join, organization=organization, by=request.actor):
        messages.success(request, _("You have asked to join %s. You get a mail with the answer.") % organization.name)
        return redirect("organizations:mine")
    return render(request, "organizations/directory/new.html", {"form": form, "wanted": organization})


@require_POST
@login_required
def withdraw(request: UserRequest, pk: UUID) -> HttpResponse:
    """Take my request back; anybody else's is as if it were not there."""
    mine = get_object_or_404(JoinRequest.objects.of(request.user), pk=pk)
    done = _("Your request to join %s is withdrawn.") % mine.organization.name
    attempt(request, withdraw_request, done, join_request=mine, by=request.actor)
    return redirect("organizations:mine")


def _has_directory() -> bool:
    return policies.current().has_directory


def _invitations(request: UserRequest) -> Any:
    open_to_me = Invitation.objects.for_user(request.user).select_related("organization", "invited_by", "custom_role")
    return open_to_me.order_by("-id")[: INVITATIONS_SHOWN + 1]


def _memberships(request: UserRequest) -> dict[str, Any]:
    page = paginate(Membership.objects.of(request.user), request.GET, orders=ORDERS, default="-active")
    return {"page": page, "memberships": page.rows}


def _directory(request: UserRequest, invitations: list[Invitation], asked: list[JoinRequest]) -> Directory:
    q = request.GET.get("q", "").strip()
    suggested, listed = suggested_to(request.user), listed_for(request.user)
    if q:
        suggested, listed = matching(suggested, q), matching(listed, q)
    first = list(suggested.order_by("name", "id").values(*COLUMNS)[:SUGGESTED_SHOWN])
    page = paginate(
        listed.exclude(pk__in=[row["id"] for row in first]).values(*COLUMNS),
        {key: request.GET[name] for key, name in KEYS.items() if name in request.GET},
        orders={"name": Order("name")},
        default="name",
        size=AVAILABLE_SHOWN,
    )
    return Directory(
        q=q,
        page=page,
        suggested=[] if page.before else first,
        domains=_domains([row["id"] for row in (*first, *page.rows)]),
        standing={
            **{row.organization_id: "invited" for row in invitations},
            **{row.organization_id: "asked" for row in asked if row.is_pending},
        },
    )


def _domains(organization_ids: list[UUID]) -> dict[UUID, list[str]]:
    """The proven domains of each organization: they tell a company from somebody who uses its name."""
    domains: dict[UUID, list[str]] = {}
    found = Domain.objects.verified().filter(organization__in=organization_ids).order_by("name")
    for organization_id, name in found.values_list("organization_id", "name"):
        domains.setdefault(organization_id, []).append(name)
    return domains
