"""Where one is signed in, and which browsers one trusts (text 002, section 2.3; ASVS 7.5.2)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import requires_proof
from accounts.actions import end_session, end_sessions, revoke_trust
from accounts.models import Browser, Session
from accounts.requests import UserRequest
from accounts.sessions.browsers import TRUST_LASTS
from accounts.sessions.devices import device_icon, device_name
from accounts.sessions.methods import sign_in_methods
from accounts.sessions.places import place_of
from console.attempts import attempt

ON_THE_CARD = 5


@require_safe
@login_required
def index(request: UserRequest) -> HttpResponse:
    """All sessions of the user, this one first, and the browsers that they trust."""
    sessions = [_row(request, session) for session in Session.objects.of(request.user.pk)]
    browsers = [_browser_row(browser) for browser in Browser.objects.trusted_by(request.user.pk)]
    sessions.sort(key=lambda row: not row["is_this"])
    context = {
        "sessions": sessions,
        "browsers": browsers,
        "idle_days": settings.SESSION_IDLE_DAYS,
        "max_days": settings.SESSION_MAX_DAYS,
        "trust_days": TRUST_LASTS.days,
    }
    return render(request, "accounts/sessions.html", context)


def card(request: UserRequest) -> dict[str, Any]:
    """What the security page shows of them: those last used."""
    return {
        "latest_sessions": [_row(request, session) for session in Session.objects.of(request.user.pk)[:ON_THE_CARD]]
    }


@require_POST
@requires_proof
def end(request: UserRequest, pk: UUID) -> HttpResponse:
    """End one session. The one that asks ends by signing out, which says so."""
    session = get_object_or_404(Session.objects.of(request.user.pk), pk=pk)
    done = _("The session is ended: %s.") % device_name(session.device)
    attempt(request, end_session, done, session=session, by=request.actor)
    return redirect("accounts:security_sessions")


@require_POST
@requires_proof
def end_others(request: UserRequest) -> HttpResponse:
    """End all sessions but this one."""
    count = end_sessions(user=request.user, keep=request.session.session_key, by=request.actor)
    if count:
        done = ngettext("%(count)d other session is ended.", "%(count)d other sessions are ended.", count)
        messages.success(request, done % {"count": count})
    else:
        messages.info(request, _("You are signed in nowhere else."))
    return redirect("accounts:security_sessions")


@require_POST
@requires_proof
def revoke(request: UserRequest, pk: UUID) -> HttpResponse:
    """Trust a browser no longer."""
    browser = get_object_or_404(Browser.objects.filter(user=request.user), pk=pk)
    done = _("Signing in with this browser asks for your second factor again.")
    attempt(request, revoke_trust, done, browser=browser, by=request.actor)
    return redirect("accounts:security_sessions")


def _row(request: UserRequest, session: Session) -> dict[str, Any]:
    return {
        "id": session.pk,
        "device": device_name(session.device),
        "icon": device_icon(session.device),
        "address": session.address or "",
        "place": place_of(session.address),
        "methods": sign_in_methods(session.methods),
        "signed_in_at": session.signed_in_at,
        "last_active_at": session.last_active_at,
        "is_this": session.session_key == request.session.session_key,
    }


def _browser_row(browser: Browser) -> dict[str, Any]:
    return {
        "id": browser.pk,
        "device": device_name(browser.device),
        "icon": device_icon(browser.device),
        "address": browser.address or "",
        "place": place_of(browser.address),
        "last_seen_at": browser.last_seen_at,
        "trusted_until": browser.trusted_until,
    }
