"""The requests to join an organization, and the answers to them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires_proof_for
from console.attempts import attempt
from console.pages import Order, paginate
from console.text import one_line
from organizations import policies
from organizations.access import requires
from organizations.actions import approve_request, decline_request
from organizations.forms.join_requests import DeclinationForm
from organizations.models import JoinRequest
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import way_back

State = JoinRequest.State


@require_safe
@requires(Permission.DECIDE_REQUESTS)
def index(request: OrgRequest) -> HttpResponse:
    """Who asks to join, the newest first; those that were answered by their state. Search, pages."""
    _check_directory()
    state = request.GET.get("state", "")
    if state not in State.values:
        state = State.PENDING.value
    requests = request.organization.join_requests.filter(state=state)
    if term := one_line(request.GET.get("q", "")):
        requests = requests.matching(term)
    # Ids grow with time.
    page = paginate(
        requests.select_related("user", "decided_by"),
        request.GET,
        orders={"created": Order("id", UUID)},
        default="-created",
    )
    context = {
        "page": page,
        "rows": page.rows,
        "q": term,
        "state": state,
        "states": [(choice.value, choice.label) for choice in State],
        "roles": policies.choices(request.actor.assignable_roles(request.organization)),
        # The least that the policy knows.
        "usual": policies.current().roles[-1].key,
    }
    return render(request, "organizations/requests/index.html", context)


def _gives_founder(request: OrgRequest, pk: UUID) -> bool:
    """Whether somebody is to get the founder's role: they may give the organization away."""
    return request.POST.get("role") == policies.current().founder.key


@require_POST
@requires(Permission.DECIDE_REQUESTS)
@requires_proof_for(_gives_founder)
def approve(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Let them in, with the chosen role."""
    asked = _request(request, pk)
    done = _("%(name)s is now a member of %(organization)s.") % {
        "name": asked.user.name,
        "organization": request.organization.name,
    }
    role = request.POST.get("role", "")
    attempt(request, approve_request, done, join_request=asked, role=role, by=request.actor)
    return redirect(_list(request))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECIDE_REQUESTS)
def decline(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Say no: the form for a reason, and the POST that does it."""
    asked = _request(request, pk)
    form = DeclinationForm(request.POST if request.method == "POST" else None)
    if form.run(decline_request, join_request=asked, by=request.actor):
        messages.success(request, _("The request of %s is declined.") % asked.user.name)
        return redirect(_list(request))
    return render(
        request, "organizations/requests/declination.html", {"form": form, "asked": asked, "back": _list(request)}
    )


def _check_directory() -> None:
    if not policies.current().has_directory:
        raise Http404


def _request(request: OrgRequest, pk: UUID) -> JoinRequest:
    _check_directory()
    return get_object_or_404(
        request.organization.join_requests.select_related("organization", "user", "decided_by"), pk=pk
    )


def _list(request: OrgRequest) -> str:
    return way_back(request, reverse("organizations:join_requests", args=[request.organization.slug]))
