"""Somebody who follows a manual page by page without a browser: reads what is there, and sends forms as they came."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client

from outbox.models import Mail
from tests.e2e.document import Element, parse
from tests.e2e.manual import exactly
from tests.e2e.visitor import PASSWORD
from tests.reading import link_in

FIELDS = {"input", "select", "textarea"}


@dataclass
class PlainReader:
    """A reader whose pages come from the test client, with tokens against forgery as everybody's."""

    email: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    path: str = ""
    page: Element = field(default_factory=lambda: Element("document"))
    _written: dict[Element, str] = field(default_factory=dict)
    _attached: dict[Element, SimpleUploadedFile] = field(default_factory=dict)

    # Going somewhere.

    def open(self, path: str) -> int:
        return self._arrive(self.client.get(path, follow=True))

    def press(self, text: str, within: str = "main") -> None:
        buttons = [one for one in self._seen(within) if one.tag == "button" and exactly(text).match(one.name)]
        # One that opens a menu or a dialog sends nothing.
        button = next(one for one in buttons if one.get("type") != "button")
        self._send(self._form(button), button)

    def follow(self, text: str, within: str = "main") -> None:
        self.open(self._links(text, self._seen(within))[0])

    def follow_to(self, end: str) -> None:
        found = [one.get("href") for one in self._seen("main") if one.tag == "a" and one.get("href").endswith(end)]
        self.open(found[0])

    def section(self, text: str) -> None:
        self.follow(text, "#sections")

    def in_line(self, line: str, text: str) -> None:
        self.open(self._links(text, [one for one in self._line(line).below() if not one.is_in_a_menu()])[0])

    def in_menu_of_line(self, line: str, text: str) -> None:
        self.open(self._links(text, [one for one in self._line(line).below() if one.is_in_a_menu()])[0])

    # Filling in.

    def fill(self, label: str, text: str) -> None:
        self._written[self._field(label)] = text

    def pick(self, label: str, option: str) -> None:
        chosen = self._field(label)
        self._written[chosen] = next(o.get("value") for o in _options(chosen) if o.words == option)

    def attach(self, label: str, name: str, text: str) -> None:
        self._attached[self._field(label)] = SimpleUploadedFile(name, text.encode())

    def search(self, label: str, text: str) -> None:
        searched = self._field(label)
        self._written[searched] = text
        self._send(self._form(searched), None)

    def unfold(self) -> None:
        assert self.page.where(lambda one: one.tag == "summary")

    def roles(self) -> list[str]:
        return [one.words for one in _options(self._named("role"))]

    def value(self, label: str) -> str:
        return _value(self._field(label))

    # Looking.

    def is_at(self, path: str) -> None:
        assert urlsplit(self.path).path == path
        assert len(self.page.where(lambda one: one.tag == "h1")) == 1

    def heads(self, text: str) -> None:
        assert [one.words.casefold() for one in self.page.where(lambda one: one.tag == "h1")] == [text.casefold()]

    def finds(self, text: str, within: str = "main") -> None:
        assert text.casefold() in self._part(within).words.casefold()

    def misses(self, text: str, within: str = "main") -> None:
        offered = self._part(within).where(lambda one: one.tag in {"a", "button"})
        assert not [one for one in offered if exactly(text).match(one.name)]

    def ticked(self, text: str) -> None:
        done = self.page.where(lambda one: "step-done" in one.get("class").split())
        assert len([one for one in done if text in one.words]) == 1

    def menu(self, name: str) -> str:
        self._opener(name)
        return f"#{name}"

    def close_menu(self) -> None:
        """None is open."""

    def menu_says(self, name: str, text: str) -> None:
        assert text.casefold() in self._opener(name).words.casefold()

    def is_in(self, context: str) -> None:
        shown = self._opener("user-menu").where(lambda one: "user-context" in one.get("class").split())
        assert [one.words.casefold() for one in shown] == [context.casefold()]

    def line_says(self, line: str, text: str) -> None:
        assert text in self._line(line).words

    def line_misses(self, line: str, action: str) -> None:
        assert not [one for one in self._line(line).where(lambda one: one.tag == "a") if action in one.name]

    def no_line(self, line: str) -> None:
        assert self._lines(line) == []

    # Accounts and mail.

    def sign_up(self) -> None:
        self.open("/")
        self.follow("Create an account")
        self.is_at("/accounts/signup/")
        self.fill_sign_up()
        self.is_at("/accounts/confirm-email/")
        self.open_link("Verify your e-mail address")
        self.press("Verify address")
        assert not self.path.startswith("/accounts/")

    def fill_sign_up(self) -> None:
        for name, text in (("email", self.email), ("password1", PASSWORD), ("password2", PASSWORD)):
            self._written[self._named(name)] = text
        self.press("Create account")

    def sign_in(self) -> None:
        self.open("/accounts/login/")
        for name, text in (("login", self.email), ("password", PASSWORD)):
            self._written[self._named(name)] = text
        self.press("Sign in")
        assert not self.path.startswith("/accounts/")

    def open_link(self, subject: str) -> None:
        self.open(link_in(self._mail(subject)))

    def gets(self, subject: str) -> None:
        self._mail(subject)

    def _mail(self, subject: str) -> Mail:
        return Mail.objects.filter(to=self.email, subject=subject).latest("id")

    # How a page is read, and a form sent.

    def _arrive(self, answer: HttpResponseBase) -> int:
        source: str = answer.text  # type: ignore[attr-defined] # no page here is streamed
        hops: list[tuple[str, int]] = getattr(answer, "redirect_chain", [])
        request: dict[str, str] = answer.request  # type: ignore[attr-defined] # the test client's
        query = request.get("QUERY_STRING", "")
        self.path = hops[-1][0] if hops else "?".join(filter(None, [request["PATH_INFO"], query]))
        self.page = parse(source)
        self._written, self._attached = {}, {}
        return answer.status_code

    def _part(self, within: str) -> Element:
        wanted = within.removeprefix("#")
        found = self.page.where(lambda one: one.get("id") == wanted if within.startswith("#") else one.tag == wanted)
        assert len(found) == 1, f"{len(found)} times {within} on {self.path}"
        return found[0]

    def _seen(self, within: str) -> list[Element]:
        part = self._part(within)
        is_menu = "popover" in part.attributes
        return [one for one in part.below() if is_menu or not one.is_in_a_menu()]

    def _links(self, text: str, among: list[Element]) -> list[str]:
        found = [one.get("href") for one in among if one.tag == "a" and exactly(text).match(one.name)]
        assert found, f"no link {text!r} on {self.path}"
        return found

    def _opener(self, name: str) -> Element:
        (button,) = self.page.where(lambda one: one.get("popovertarget") == name)
        return button

    def _lines(self, line: str) -> list[Element]:
        def begins(row: Element) -> bool:
            cells = [cell for cell in row.children if isinstance(cell, Element)]
            first = [
                cell for n, cell in enumerate(cells) if cell.get("scope") == "row" or (n == 0 and cell.tag == "td")
            ]
            return any(line in cell.words for cell in first)

        return self.page.where(lambda one: one.tag == "tr" and begins(one))

    def _line(self, line: str) -> Element:
        (found,) = self._lines(line)
        return found

    def _named(self, name: str) -> Element:
        found = self._part("main").where(lambda one: one.tag in FIELDS and one.get("name") == name)
        assert found, f"no field {name!r} on {self.path}"
        return found[0]

    def _field(self, label: str) -> Element:
        labels = self.page.where(lambda one: one.tag == "label" and bool(exactly(label).match(one.words)))
        ids = {one.get("for") for one in labels} - {""}
        fields = self._part("main").where(lambda one: one.tag in FIELDS)
        found = [one for one in fields if one.get("id") in ids or exactly(label).match(one.get("aria-label"))]
        assert found, f"no field labelled {label!r} on {self.path}"
        return found[0]

    def _form(self, of: Element) -> Element:
        if of.get("form"):
            return self._part(f"#{of.get('form')}")
        return next(outer for outer in of.above() if outer.tag == "form")

    def _send(self, form: Element, button: Element | None) -> None:
        sent: dict[str, list[Any]] = {}
        for one in self.page.where(lambda one: one.tag in FIELDS and one.get("name") != ""):
            if self._is_in(form, one) and not self._stays(one):
                sent.setdefault(one.get("name"), []).append(self._written.get(one, _value(one)))
        for one, file in self._attached.items():
            sent.setdefault(one.get("name"), []).append(file)
        if button and button.get("name"):
            sent[button.get("name")] = [button.get("value")]
        action = (button.get("formaction") if button else "") or form.get("action") or self.path
        send = self.client.post if form.get("method").lower() == "post" else self.client.get
        self._arrive(send(urljoin(self.path, action).partition("#")[0], sent, follow=True))

    def _is_in(self, form: Element, one: Element) -> bool:
        return one.get("form") == form.get("id") if one.get("form") else form in one.above()

    def _stays(self, one: Element) -> bool:
        is_choice = one.get("type") in {"checkbox", "radio"}
        return (
            "disabled" in one.attributes or one.get("type") == "file" or (is_choice and "checked" not in one.attributes)
        )


def _options(select: Element) -> list[Element]:
    return select.where(lambda one: one.tag == "option")


def _value(of: Element) -> str:
    if of.tag == "textarea":
        return re.sub(r"^\n", "", "".join(child for child in of.children if isinstance(child, str)))
    if of.tag == "select":
        chosen = [one for one in _options(of) if "selected" in one.attributes] or _options(of)[:1]
        return chosen[0].get("value") if chosen else ""
    if of.get("type") in {"checkbox", "radio"}:
        return of.get("value") or "on"
    return of.get("value")
