"""The security page of the profile (text 002, section 2): a card for each part, with pages below."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from accounts.views import activity, linked_accounts, mfa, passwords, sessions

# What each card shows; templates/accounts/security.html draws them in the order of the text.
CARDS: list[Callable[[UserRequest], dict[str, Any]]] = [
    passwords.card,
    linked_accounts.card,
    sessions.card,
    mfa.card,
    activity.card,
]


@require_safe
@login_required
def index(request: UserRequest) -> HttpResponse:
    """Password, linked accounts, recent sessions, multi-factor authentication, activity."""
    context: dict[str, Any] = {}
    for card in CARDS:
        context |= card(request)
    return render(request, "accounts/security.html", context)
