"""What an organization asks of whoever enters it, before any page of it answers: a second factor, a young session.

Both stand in the organization's rules for security and hold for every address below ``/o/<slug>/``, every method. The
rest of the account, and other organizations, stay open.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import requires_proof_within
from accounts.factors import has_second_factor
from accounts.proof import is_verified, is_within
from organizations.actions.denials import note_missing
from organizations.models import Organization
from organizations.models.security import SESSION_AGES, has_counted_factor, is_closed_to_those_without
from organizations.requests import OrgRequest

# Who may not come in may still go.
OPEN = frozenset({"organizations:leave"})

type View = Callable[..., HttpResponse]


def stop(request: OrgRequest, view: View, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
    """The answer in place of the page, where the organization asks for more; None where the page may answer.

    Costs no query where there are no such rules, and one at most for the second factor.
    """
    return _ask_for_factor(request) or _ask_again(request, view, args, kwargs)


def _ask_for_factor(request: OrgRequest) -> HttpResponse | None:
    organization = request.organization
    if organization.second_factor_from is None or _has_factor(request):
        return None
    if not is_closed_to_those_without(organization):
        # Read by the banner that says until when there is time.
        request.membership.lacks_factor = True
        return None
    match = request.resolver_match
    if match is not None and match.view_name in OPEN:
        return None
    if request.htmx:
        return HttpResponseClientRedirect(_page_around(request))
    is_look = request.method in {"GET", "HEAD"}
    if not is_look:
        # Looking is not written down: on the morning after, everybody without looks.
        note_missing("second-factor", by=request.actor)
    # What was sent by a form cannot be come back to.
    back = request.get_full_path() if is_look else _overview(organization)
    context = {"back": back, "has_other_factor": has_second_factor(request.user)}
    return render(request, "organizations/security/closed.html", context, status=403)


def _has_factor(request: OrgRequest) -> bool:
    # A session that has proven one says so without a query: its device is there, so a second factor is.
    if request.organization.phone_is_second_factor and is_verified(request):
        return True
    return has_counted_factor(request.user, request.organization)


def _ask_again(request: OrgRequest, view: View, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
    """Ask who one is where the sign-in is too long ago, and carry on with what was asked for."""
    allowed = request.organization.session_hours
    if allowed is None or is_within(request, timedelta(hours=allowed)):
        return None
    if request.htmx:
        return HttpResponseClientRedirect(_page_around(request))
    why = _("%(organization)s asks again who you are after %(time)s. After this you go on where you were.") % {
        "organization": request.organization.name,
        "time": SESSION_AGES[allowed],
    }
    asking = cast("View", requires_proof_within(cast("Any", view), timedelta(hours=allowed), why))
    return asking(request, *args, **kwargs)


def _page_around(request: OrgRequest) -> str:
    """The page of the organization that asks for a part of itself: opened as a whole, it says what is wanted."""
    around = request.htmx.current_url_abs_path or ""
    overview = _overview(request.organization)
    return around if around.startswith(overview) else overview


def _overview(organization: Organization) -> str:
    return reverse("organizations:overview", args=[organization.slug])
