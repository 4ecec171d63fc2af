"""Middleware: where a request comes from, and one log line for it; what browsers may keep of a page."""

import logging
import time
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from console.logs import without_secrets
from console.origin import LoggedRequest, OriginRequest, logged_request, origin_of

access_log = logging.getLogger("console.access")


class RequestOrigin:
    """Gives each request ``origin``, ``id`` and ``client_address``, answers with ``X-Request-ID``, and logs a line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        request = cast("OriginRequest", request)
        request.origin = origin_of(request, trusted_proxies=settings.TRUSTED_PROXY_COUNT)
        request.id = request.origin.request_id
        request.client_address = request.origin.address
        token = logged_request.set(
            LoggedRequest(request.id, request.method or "", without_secrets(request.path)),
        )
        begun = time.perf_counter()
        try:
            response = self._get_response(request)
            response.headers["X-Request-ID"] = request.id
            # The development server writes its own line.
            if not settings.DEBUG:
                _log(request, response, time.perf_counter() - begun)
            return response
        finally:
            logged_request.reset(token)


class PrivatePages:
    """Lets nobody keep what somebody who is signed in has seen, unless the view says otherwise.

    Browsers keep pages for Back, whole, whatever ``no-cache`` says; only ``no-store`` makes them ask again, and then
    whoever has signed out gets the page to sign in (ASVS 14.3.2).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self._get_response(request)
        # A page that did not ask for the user shows nothing of theirs.
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated and not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "private, no-store"
        return response


def _log(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    # Only a user whom the page has asked for: a log line must not cost a query.
    user = getattr(request, "_cached_user", None)
    access_log.info(
        "%s %s",
        request.method,
        request.path,
        extra={
            "status": response.status_code,
            "duration_ms": round(seconds * 1000, 1),
            "user_id": str(user.pk) if user is not None and user.pk else None,
        },
    )
