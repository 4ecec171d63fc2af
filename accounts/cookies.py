"""Which cookies a browser takes: what there is, what was chosen, and the cookie that says so.

The choice belongs to the browser, signed in or not. Until there is one, and for whatever it refuses, nothing but what
the console cannot work without is set (directive 2002/58/EC, article 5(3)).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sessions.browsers import COOKIE as BROWSER_COOKIE

COOKIE = "cookie_choice"
# Another version asks everybody again: when what a category means has changed.
VERSION = "1"
# Asked again after half a year, as the French authority advises.
KEPT_FOR = timedelta(days=180)


@dataclass(frozen=True)
class Category:
    """A purpose that cookies serve; ``cookies``: the names of those that this console sets itself."""

    key: str
    label: Any
    help: Any
    cookies: tuple[str, ...] = ()


KNOWN: Mapping[str, Category] = {
    category.key: category
    for category in (
        Category("preferences", _("Preferences"), _("Remember how you like this console: its theme."), ("theme",)),
        Category("statistics", _("Statistics"), _("Count how pages are used, to make them better.")),
        Category("marketing", _("Marketing"), _("Show you advertising that fits, here and elsewhere.")),
        Category("support", _("Support"), _("Let you chat with our support on these pages.")),
    )
}


def necessary() -> list[tuple[str, Any]]:
    """The cookies that the console cannot work without, and what each is for."""
    return [
        (settings.SESSION_COOKIE_NAME, _("That you are signed in.")),
        (settings.CSRF_COOKIE_NAME, _("That a form which is sent comes from this console.")),
        ("messages", _("What the next page tells you of what you have just done.")),
        (settings.LANGUAGE_COOKIE_NAME, _("The language that you have chosen.")),
        (COOKIE, _("This choice.")),
        (BROWSER_COOKIE, _("That you have signed in with this browser before, and whether you trust it.")),
    ]


def optional() -> list[Category]:
    """The categories that one may refuse: the console's own, then those that the deployment adds."""
    return [KNOWN[key] for key in ("preferences", *settings.COOKIE_CATEGORIES)]


@dataclass(frozen=True)
class Choice:
    """What a browser has chosen: each category that was asked about, with yes or no; ``made_on``: None for nothing."""

    answers: Mapping[str, bool]
    made_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody must still be asked: never, or not about a category that is new."""
        return self.made_on is None or any(category.key not in self.answers for category in optional())

    def allows(self, category: str) -> bool:
        """Whether cookies of the category may be set: `{% if cookie_choice.allows("statistics") %}`."""
        return self.answers.get(category, False)


NOTHING = Choice({})


def choice_of(request: HttpRequest) -> Choice:
    """What this browser has chosen; what makes no sense, or is of another version, is nothing."""
    version, _dot, rest = request.COOKIES.get(COOKIE, "").partition(".")
    day, *answers = rest.split(".")
    if version != VERSION:
        return NOTHING
    try:
        made_on = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date()
        return Choice({key: {"0": False, "1": True}[said] for key, said in (a.split("-") for a in answers)}, made_on)
    except (ValueError, KeyError):
        return NOTHING


def choose(allowed: Iterable[str]) -> Choice:
    """The choice, made today, that takes the categories in ``allowed`` and refuses the others."""
    taken = set(allowed)
    return Choice({category.key: category.key in taken for category in optional()}, timezone.now().date())


def keep(response: HttpResponse, choice: Choice) -> None:
    """Put the choice into its cookie, and take back what it refuses of what this console has set."""
    assert choice.made_on is not None  # noqa: S101 -- for the type checker: only a choice that was made is kept
    answers = [f"{key}-{int(said)}" for key, said in choice.answers.items()]
    response.set_cookie(
        COOKIE,
        ".".join([VERSION, f"{choice.made_on:%Y%m%d}", *answers]),
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    for category in optional():
        if not choice.allows(category.key):
            for name in category.cookies:
                response.delete_cookie(name)
