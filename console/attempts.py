"""Views without a form: run an action, and tell the person what came of it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from console.refusal import Refused


def attempt(request: HttpRequest, action: Callable[..., object], done: str, **arguments: object) -> bool:
    """Run an action with these arguments, and show what came of it: ``done`` (nothing if empty), or why not.

    Whether it was done.
    """
    try:
        action(**arguments)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    if done:
        messages.success(request, done)
    return True
