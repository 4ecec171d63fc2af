"""Middleware of accounts: sessions that end, where they are used, known browsers, the region."""

from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from accounts.region import time_zones
from accounts.sessions.browsers import set_cookie
from accounts.sessions.engine import SessionStore
from console.origin import OriginRequest
from console.paths import is_own_path


class Sessions(SessionMiddleware):
    """Django's, which asks somebody to sign in again whose session was ended, also while their request was answered.

    Django calls the latter a bad request.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session; where it is gone, lead to the sign-in."""
        try:
            answer = super().process_response(request, response)
            return _with_way_back(request, self._keep_newer_cookie(request, answer))
        except SessionInterrupted:
            return _with_way_back(request, self._sign_in_again(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The same where a view was the first to notice, or finds the account deleted by another tab."""
        is_over = isinstance(exception, (SessionInterrupted, UpdateError))
        if isinstance(exception, User.DoesNotExist):
            is_over = not request.session.exists(request.session.session_key or "")
        return self._sign_in_again(request) if is_over else None

    def _keep_newer_cookie(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Take no cookie away whose key opens nothing, as Django does: the browser may have a newer one by now.

        A request that was sent before a sign-in, and is answered after it, would sign its person out.
        """
        if getattr(request.session, "is_missing", False) and request.session.is_empty():
            response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        return response

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
    # A path may read as a host: `//evil.example`.
    return page if is_ours and is_own_path(page) else settings.LOGIN_REDIRECT_URL


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


def _settled(user: User | AnonymousUser) -> User | AnonymousUser:
    if isinstance(user, User):
        if user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
        if user.time_zone and time_zones.canonical(user.time_zone):
            timezone.activate(user.time_zone)
    return user
