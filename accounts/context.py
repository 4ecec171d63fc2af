"""What every page's frame knows of this browser's choice of cookies."""

from typing import Any

from django.http import HttpRequest

from accounts.cookies import choice_of


def cookies(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``cookie_choice``, which says whether to ask, and what may be set (`accounts.cookies`)."""
    return {"cookie_choice": choice_of(request)}
