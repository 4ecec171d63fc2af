"""Middleware of accounts: notes where a session is used."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponseBase

from accounts.sessions import SessionStore
from console.origin import OriginRequest


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
