"""Pages and mails as a person reads them: the words, the links, and what stands at a field."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import override
from urllib.parse import urlsplit

from django.http import HttpResponseBase
from django.test import Client

from outbox.models import Mail

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Words(HTMLParser):
    """Collects the text of a page, or of the one element whose attribute has the wanted value."""

    def __init__(self, attribute: str = "", value: str = "") -> None:
        super().__init__()
        self._wanted = (attribute, value)
        self._depth = 0 if attribute else 1
        self.parts: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        if self._depth or self._wanted in attrs:
            self._depth += 1

    @override
    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in _VOID:
            self._depth -= 1

    @override
    def handle_data(self, data: str) -> None:
        if self._depth:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


def body(response: HttpResponseBase) -> str:
    """The page's source."""
    return bytes(response.content).decode()  # type: ignore[attr-defined] # no page here is streamed


def words(response: HttpResponseBase) -> str:
    """Everything that the page says, on one line."""
    reader = _Words()
    reader.feed(re.sub(r"(?s)<(script|style|svg).*?</\1>", "", body(response)))
    return reader.text


def main_words(response: HttpResponseBase) -> str:
    """What the page itself says, without its frame."""
    return words_at(response, "id", "main")


def words_at(response: HttpResponseBase, attribute: str, value: str) -> str:
    """What the element says whose attribute has that value; empty where there is none."""
    reader = _Words(attribute, value)
    reader.feed(re.sub(r"(?s)<(script|style|svg).*?</\1>", "", body(response)))
    return reader.text


def error_at(response: HttpResponseBase, field: str) -> str:
    """The error that stands at a field; empty where there is none."""
    return words_at(response, "id", f"id_{field}_error")


def links(response: HttpResponseBase) -> list[str]:
    """Where the page's links lead, in their order."""
    return [unescape(href) for href in re.findall(r'<a\b[^>]*?\shref="([^"]*)"', body(response))]


def posts(response: HttpResponseBase) -> list[str]:
    """Where the page's forms post to."""
    return [
        unescape(match[1])
        for form in re.findall(r"<form\b[^>]*>", body(response))
        if 'method="post"' in form and (match := re.search(r'\saction="([^"]*)"', form))
    ]


def rows(response: HttpResponseBase) -> list[str]:
    """The addresses of the people that a list of members shows, in their order."""
    table = body(response).partition("<tbody")[2].partition("</tbody>")[0]
    return re.findall(r"[\w.+-]+@[\w.-]+\.\w+", re.sub(r"<[^>]*>", " ", table))


def without_tokens(response: HttpResponseBase) -> str:
    """The source without what differs each time: tokens against forgery."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", body(response))


def link_in(mail: Mail) -> str:
    """The path of the link that a mail is about."""
    found = urlsplit(re.findall(r"https?://\S+", mail.text)[0])
    return f"{found.path}?{found.query}" if found.query else found.path


def mails_to(address: str, kind: str = "") -> list[Mail]:
    """The mails to an address, the oldest first."""
    mails = Mail.objects.filter(to=address).order_by("created_at", "id")
    return list(mails.filter(kind=kind) if kind else mails)


def follow_all(client: Client, pages: str, start: str) -> Iterator[tuple[str, HttpResponseBase]]:
    """A list's pages and their addresses from ``start``, by *Next* (``"next"``) or *Previous* (``"prev"``)."""
    href: str | None = start
    while href is not None:
        response = client.get(href)
        yield href, response
        match = re.search(rf'<a\b[^>]*\shref="([^"]*)" rel="{pages}"', body(response))
        href = start.partition("?")[0] + unescape(match[1]) if match else None
