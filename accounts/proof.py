"""How long ago a session has proven whose it is: what sensitive changes ask for (ASVS 7.5.1).

A proof is a sign-in or an answer on the page that asks again. Who has a second factor proves it with that: a password
alone, or a trusted browser, is none. allauth's own record counts a user without a password as always proven, so this
one is ours.
"""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from accounts.factors import has_second_factor
from accounts.requests import UserRequest
from accounts.sessions.engine import SIGNED_IN_AT

PROOF_LASTS = timedelta(minutes=10)

PROVEN_AT = "proven_at"


def note_proof(request: HttpRequest) -> None:
    """Remember that whoever sits there has just proven to be the session's user."""
    request.session[PROVEN_AT] = timezone.now().timestamp()


def forget_proof(request: HttpRequest) -> None:
    """Ask again at the next sensitive change."""
    request.session.pop(PROVEN_AT, None)


def is_fresh(request: UserRequest) -> bool:
    """Whether the last proof is at most ``PROOF_LASTS`` old, and by the second factor of who has one by now."""
    proven_at = request.session.get(PROVEN_AT)
    if proven_at is None or not 0 <= timezone.now().timestamp() - proven_at <= PROOF_LASTS.total_seconds():
        return False
    return is_verified(request) or not has_second_factor(request.user)


def is_within(request: UserRequest, age: timedelta) -> bool:
    """Whether the sign-in, or the last proof since, is at most this old."""
    session = request.session
    known = max(session.get(SIGNED_IN_AT) or 0, session.get(PROVEN_AT) or 0)
    return 0 <= timezone.now().timestamp() - known <= age.total_seconds()


def is_verified(request: HttpRequest) -> bool:
    """Whether this session has proven a second factor, which its user still has."""
    return getattr(request.user, "otp_device", None) is not None
