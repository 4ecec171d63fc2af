"""The Jinja2 environment of our pages: addresses, files, icons, dates, text, and what the frame needs on each page."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info, gettext, ngettext, npgettext, pgettext
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined, select_autoescape
from jinja2.ext import Extension
from jinja2.lexer import TOKEN_DATA, Token, TokenStream
from lucide.jinja import lucide
from markupsafe import Markup

from console.dates import date, relative, span, timestamp
from console.money import money, monthly, monthly_change, price
from console.registry import registry

THEMES = ("light", "dark")
# What every icon shares stands once, in static/css/base.css, and not in each of a hundred rows.
ICON_STYLES = (
    ' fill="none"',
    ' stroke="currentColor"',
    ' stroke-width="2"',
    ' stroke-linecap="round"',
    ' stroke-linejoin="round"',
)
INDENT = re.compile(r"\s*\n\s*")
DOUBLED = re.compile(r"^ {2,}")
HUES = 12  # Classes .avatar-0 … in static/css/avatar.css: a style attribute would break the security policy.


def environment(**options: Any) -> Environment:
    """Build the environment for Django's Jinja2 backend; a misspelt name in a template is an error, never silence."""
    options |= {
        "autoescape": select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True),
        "extensions": ["jinja2.ext.i18n", Compact],
        "lstrip_blocks": True,
        "trim_blocks": True,
        "undefined": StrictUndefined,
    }
    env = Environment(**options)  # noqa: S701  autoescape is among the options
    # Newstyle: `_("Hello %(name)s", name=…)` escapes the name. The method comes with the extension: types miss it.
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(
        brand=settings.BRAND_NAME,
        hue=hue,
        icon=icon,
        initials=initials,
        htmx_script=htmx_script,
        query=query,
        static=static,
        verification_days=settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS,
        url=url,
    )
    env.filters.update(ago=ago, date=date, filesize=filesizeformat, span=span, timestamp=timestamp)
    env.filters.update(money=money, monthly=monthly, monthly_change=monthly_change, price=price)
    return env


class Compact(Extension):
    """Takes the indents out of our pages once, when they are compiled; what is put into them stays as it is."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Leave one line break of each run of white space that has one, in HTML."""
        is_page = (stream.name or "").endswith(".html")
        for token in stream:
            if is_page and token.type == TOKEN_DATA:
                yield Token(token.lineno, TOKEN_DATA, INDENT.sub("\n", DOUBLED.sub(" ", token.value)))
            else:
                yield token


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what ``document.html`` and ``base.html`` ask of each request.

    It adds ``user``, ``url_name`` (namespaced, empty when nothing matched), ``theme`` (``light``, ``dark`` or
    ``auto``), ``language``, ``languages`` (pairs of code and own name), ``footer_links`` (pairs of label and address)
    and ``debug``.
    """
    theme = request.COOKIES.get("theme", "")
    match = request.resolver_match
    return {
        # A request that failed early has none.
        "user": getattr(request, "user", None),
        "url_name": match.view_name if match else "",
        "theme": theme if theme in THEMES else "auto",
        "language": get_language() or settings.LANGUAGE_CODE,
        "languages": languages(),
        "footer_links": [(link.label, address) for link in registry.footer if (address := link.address())],
        "debug": settings.DEBUG,
        # Made once for a page, when it is first needed: a mask of its own for each form would double a list's weight.
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
    }


@lru_cache
def languages() -> list[tuple[str, str]]:
    """Return each language's code and what its speakers call it."""
    return [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES]


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Reverse a URL name, as ``{% url %}`` does: ``url("organizations:members", organization.slug)``."""
    return reverse(name, args=args, kwargs=kwargs)


def query(request: HttpRequest, **changes: Any) -> str:
    """Return this page's query string with some values changed, and those given as None taken out."""
    values = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = str(value)
    return f"?{values.urlencode()}"


@lru_cache(maxsize=512)
def icon(name: str, size: int = 16) -> Markup:
    """Draw a Lucide icon; it is decoration, so a word or a label must stand beside it."""
    drawn = lucide(name, size=size, aria_hidden="true", **{"class": "icon"})
    for styled in ICON_STYLES:
        drawn = drawn.replace(styled, "")
    drawn = re.sub(r"\s*\n\s*", "", drawn).replace(" />", "/>")
    return Markup(drawn)  # noqa: S704  drawn by the package, from nothing that people type


def initials(name: str) -> str:
    """Return one or two capitals for an avatar: ``Olivia Owner`` is OO, ``olivia@example.com`` is O."""
    words = name.split()
    letters = [word[0] for word in (words[0], *words[1:][-1:])] if words else ["?"]
    return "".join(letters).upper()


def hue(seed: object) -> int:
    """Return the number of the avatar colour that always goes with ``seed``."""
    return crc32(str(seed).encode()) % HUES


def ago(moment: datetime | None) -> Markup:
    """Say how long ago (or how soon) ``moment`` is, with the exact time in the viewer's zone on hover."""
    if moment is None:
        return Markup()
    # No <time>: it would say the same moment a third time, for nobody, in each of a hundred cells.
    return Markup('<span class="time" title="{}">{}</span>').format(timestamp(moment), relative(moment, timezone.now()))
