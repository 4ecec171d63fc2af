"""Middleware of accounts: sessions that end, where they are used, known browsers, the region, and the terms."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts import time_zones
from accounts.browsers import set_cookie
from accounts.models import TermsAcceptance, User
from accounts.sessions import SessionStore
from accounts.terms import ACCEPTED, latest
from console.origin import OriginRequest


class Sessions(SessionMiddleware):
    """Django's, which asks somebody to sign in again whose session was ended, also while their request was answered.

    Django calls the latter a bad request.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session; where it is gone, lead to the sign-in."""
        try:
            return _with_way_back(request, super().process_response(request, response))
        except SessionInterrupted:
            return _with_way_back(request, self._sign_in_again(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The same where a view was the first to notice."""
        is_over = isinstance(exception, (SessionInterrupted, UpdateError))
        return self._sign_in_again(request) if is_over else None

    def _sign_in_again(self, request: HttpRequest) -> HttpResponse:
        request.session = self.SessionStore()
        return redirect_to_login(request.get_full_path())


def _with_way_back(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let a sign-in that is asked for lead back to a page: not to a part of one, nor to where only forms are sent.

    htmx would draw the form to sign in into the part of the page that it has asked for: it is told to leave the page.
    """
    if not isinstance(response, HttpResponseRedirect) or response.url != redirect_to_login(request.get_full_path()).url:
        return response
    if request.headers.get("HX-Request"):
        here = HtmxDetails(request).current_url_abs_path or settings.LOGIN_REDIRECT_URL
        response.headers["HX-Redirect"] = redirect_to_login(here).url
        response.status_code = 200
        del response.headers["Location"]
    elif request.method not in {"GET", "HEAD"}:
        response.headers["Location"] = redirect_to_login(_page_with_the_form(request)).url
    return response


def _page_with_the_form(request: HttpRequest) -> str:
    came_from = request.headers.get("Referer", "")
    parts = urlsplit(came_from)
    page = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    # A path may read as a host: `//evil.example` (ATTACKS 18).
    return page if is_ours and url_has_allowed_host_and_scheme(page, None) else settings.LOGIN_REDIRECT_URL


class SessionActivity:
    """Writes when and where somebody's session was last used, at most every few minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; afterwards, since only then it is known who asked."""
        response = self._get_response(request)
        user = getattr(request, "_cached_user", None)
        session = request.session
        if user is not None and user.is_authenticated and isinstance(session, SessionStore) and session.session_key:
            session.note_activity(cast("OriginRequest", request).origin)
        return response


class BrowserCookie:
    """Gives a browser in which somebody has signed in the cookie by which it is known again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; its view knows whether there is something to set."""
        response = self._get_response(request)
        set_cookie(request, response)
        return response


class Region:
    """Shows pages in the language and the time zone that the signed-in user has chosen.

    Both hold from the moment on when the page asks who the user is: a page that never asks costs no query for them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; the next one in this thread begins without anybody's time zone."""
        unasked = request.user
        request.user = cast("User", SimpleLazyObject(lambda: _settled(unasked)))
        with timezone.override(None):
            return self._get_response(request)


class AskForTerms:
    """Sends whoever is signed in, and has not accepted the terms in force, to the page that asks, once a session.

    Pages that are looked at only: what an old tab posts is done, so that nothing typed is lost, and the next page asks.
    A session that is known to have accepted costs no query.
    """

    # The page that asks, and what its frame needs; what one may do without accepting; proofs by a provider, which come
    # back by an address of their own; and staff, who publish the terms.
    OPEN = (
        "account_terms", "account_logout", "help:", "cookies", "set_language", "accounts:picture",
        "accounts:preferences_data", "accounts:preferences_deletion", "accounts:gone",
        "accounts:security_provider_proof", "google_", "github_", "openid_connect_",
        "admin:",
    )  # fmt: skip

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Ask, where that is due."""
        match = request.resolver_match
        if request.method not in {"GET", "HEAD"} or match is None or match.view_name.startswith(self.OPEN):
            return None
        terms = latest.get()
        session = request.session
        if terms is None or SESSION_KEY not in session or session.get(ACCEPTED) == str(terms.id):
            return None
        if not request.user.is_authenticated:
            return None
        if TermsAcceptance.objects.has(request.user.pk, terms.id):
            session[ACCEPTED] = str(terms.id)
            return None
        if request.headers.get("HX-Request"):
            # A part of a page: the page around it asks, and htmx leads there.
            here = HtmxDetails(request).current_url_abs_path
            return HttpResponseClientRedirect(_terms_page(here or settings.LOGIN_REDIRECT_URL))
        return redirect(_terms_page(request.get_full_path()))


def _terms_page(way_on: str) -> str:
    return f"{reverse('account_terms')}?{urlencode({'next': way_on})}"


def _settled(user: User | AnonymousUser) -> User | AnonymousUser:
    if isinstance(user, User):
        if user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
        if user.time_zone and time_zones.canonical(user.time_zone):
            timezone.activate(user.time_zone)
    return user
