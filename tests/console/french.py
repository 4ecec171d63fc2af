"""Reading pages and mails for English that the catalogue has French for."""

import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache as keep
from html import unescape
from pathlib import Path

import polib
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client

from tests.reading import body, words

FRENCH = {"accept-language": "fr-FR,fr;q=0.9,en;q=0.5"}
CATALOGUE = Path(settings.BASE_DIR) / "locale/fr/LC_MESSAGES/django.po"
ADDRESS = re.compile(r"https?://\S+")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
SPOKEN = re.compile(r'\s(?:alt|aria-label|data-copied|placeholder|title)="([^"]*)"')
LETTERS = re.compile(r"[A-Za-z]{3}")
# Shorter ones are words that French has too, or a part of a name.
TELLING = 12


@keep
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def pairs() -> list[tuple[str, str]]:
    """Each English text with its French, the plurals too."""
    found = []
    for entry in catalogue():
        if entry.msgid_plural:
            found += [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]
        else:
            found.append((entry.msgid, entry.msgstr))
    return found


@keep
def telling() -> re.Pattern[str]:
    """What gives away a text that was not translated: each stretch between placeholders that is long enough."""
    stretches = {
        stretch
        for english, french in pairs()
        for piece in PLACEHOLDER.split(english)
        if len(stretch := piece.strip(" .,:;“”")) > TELLING and stretch not in french
    }
    longest_first = sorted(stretches, key=lambda stretch: (-len(stretch), stretch))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def said(response: HttpResponseBase) -> str:
    """What a page says to eyes, and to ears."""
    return " · ".join([words(response), *map(unescape, SPOKEN.findall(body(response)))])


def english_in(text: str) -> list[str]:
    return telling().findall(" ".join(ADDRESS.sub("", text).split()))


def english_on(client: Client, path: str) -> list[str]:
    response = client.get(path, headers=FRENCH, follow=True)
    assert '<html lang="fr"' in body(response), path
    return [f"{path}: {text}" for text in english_in(said(response))]


def texts(response: HttpResponseBase) -> set[str]:
    """Each text on a page by itself, and what is only heard.

    Without what a drop-down lists, names of places mostly, and without code.
    """
    source = re.sub(r"(?s)<(script|style|svg|select|code)\b.*?</\1>", "", body(response))
    found = [*re.split(r"<[^>]*>", source), *SPOKEN.findall(source)]
    return {" ".join(unescape(text).split()) for text in found if LETTERS.search(unescape(text))}


def copy_of(client: Client) -> Client:
    """Another browser with the same cookies: what it is answered changes nothing in the first."""
    copy = Client()
    copy.defaults, copy.cookies = client.defaults, deepcopy(client.cookies)
    return copy


def answered(
    client: Client, method: str, path: str, data: Mapping[str, str] | None = None, language: str = "fr"
) -> HttpResponseBase:
    """What an address answers; whatever was changed is undone."""
    cache.clear()
    with transaction.atomic():
        send = getattr(copy_of(client), method)
        response: HttpResponseBase = send(path, data or {}, follow=True, headers={"accept-language": language})
        transaction.set_rollback(True)
    if isinstance(response, StreamingHttpResponse):
        # A file stays open until it was read.
        response.getvalue()
        return HttpResponse()
    return response


def untold(client: Client, method: str, path: str, data: Mapping[str, str] | None = None) -> tuple[list[str], set[str]]:
    """English on a page that the catalogue has French for, and what stands there in either language alike.

    What was never marked for translation is in no catalogue: it is among the second.
    """
    french, english = (answered(client, method, path, data, language) for language in ("fr", "en"))
    return english_in(said(french)), texts(french) & texts(english)
