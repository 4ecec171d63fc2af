"""What views without a form answer with: what came of an action."""

from collections.abc import Callable

from django.contrib import messages

from accounts.requests import UserRequest
from console.refusal import Refused


def attempt(request: UserRequest, action: Callable[..., object], done: str, **arguments: object) -> bool:
    """Run an action as whoever sends the request, and show what came of it: ``done``, or why not. Whether it was."""
    try:
        action(**arguments, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.messages[0])
        return False
    messages.success(request, done)
    return True
