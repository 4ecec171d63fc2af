"""Somebody who follows a vendor's manual: looks for its words, in whatever case the console writes them.

Each manual is followed twice in the same words: page by page without a browser (tests/e2e/plain.py) each time, and in a
browser with --long, where menus open, scripts run and mail leaves.
"""

import re
from collections.abc import Callable
from typing import Protocol, override

from playwright.sync_api import FilePayload, Locator, expect

from accounts.models import User
from organizations.models import Membership
from tests.cast import Person
from tests.e2e.visitor import PASSWORD, Visitor

# The menus at the top of the page.
MENUS = {"switcher": "left", "user-menu": "right"}


def exactly(text: str) -> re.Pattern[str]:
    """This text and no more, in any case."""
    return re.compile(rf"^\s*{re.escape(text)}\s*$", re.IGNORECASE)


def somebody(email: str) -> Person:
    """Somebody who has signed up long ago, and can sign in; `sam.stranger@example.com` is Sam Stranger."""
    first, _dot, last = email.partition("@")[0].partition(".")
    names = {"first_name": first.capitalize(), "last_name": last.capitalize()}
    return Person(User.objects.create_user(email, PASSWORD, verified=True, **names))


def is_member(email: str, slug: str) -> bool:
    """Whether this person is a member, as the database says."""
    return Membership.objects.filter(user__email=email, organization__slug=slug).exists()


class Follower(Protocol):
    """What the manuals ask of whoever follows them. ``within`` is a part of the page: "main", "body" or "#an-id"."""

    email: str

    def open(self, path: str) -> int:
        """Go to an address; the status that it answered with."""

    def press(self, text: str, within: str = "main") -> None:
        """Press the button that is called ``text``."""

    def follow(self, text: str, within: str = "main") -> None:
        """Click the link that is called ``text``."""

    def follow_to(self, end: str) -> None:
        """Click the first link of the page to an address that ends so."""

    def fill(self, label: str, text: str) -> None:
        """Write into the field of this label."""

    def pick(self, label: str, option: str) -> None:
        """Choose an option in the field of this label."""

    def attach(self, label: str, name: str, text: str) -> None:
        """Choose a file of that name in the field of this label."""

    def search(self, label: str, text: str) -> None:
        """Search with the field of this label."""

    def unfold(self) -> None:
        """Open what the page keeps folded."""

    def roles(self) -> list[str]:
        """The roles that the form of this page offers."""

    def value(self, label: str) -> str:
        """What stands in the field of this label."""

    def is_at(self, path: str) -> None:
        """Fail unless the page is the one at ``path``, with one first heading."""

    def heads(self, text: str) -> None:
        """Fail unless the page is called that."""

    def finds(self, text: str, within: str = "main") -> None:
        """Fail unless this part of the page says it, in any case."""

    def misses(self, text: str, within: str = "main") -> None:
        """Fail if this part of the page offers it, as a link or a button."""

    def ticked(self, text: str) -> None:
        """Fail unless this step is done."""

    def menu(self, name: str) -> str:
        """Open one of `MENUS`; the part of the page that it is."""

    def close_menu(self) -> None:
        """Leave the open menu."""

    def menu_says(self, name: str, text: str) -> None:
        """Fail unless the button of a menu says it, in any case."""

    def is_in(self, context: str) -> None:
        """Fail unless the menu at the top right is labelled with this context."""

    def section(self, text: str) -> None:
        """Go to a section of the side bar."""

    def line_says(self, line: str, text: str) -> None:
        """Fail unless the line that begins with ``line`` is there, and says it."""

    def line_misses(self, line: str, action: str) -> None:
        """Fail if that line offers it."""

    def no_line(self, line: str) -> None:
        """Fail if there is such a line."""

    def in_line(self, line: str, text: str) -> None:
        """Click a link of that line."""

    def in_menu_of_line(self, line: str, text: str) -> None:
        """Open the menu of that line, and click a link there."""

    def sign_up(self) -> None:
        """From the start page to an account of one's own, through the mail that verifies the address."""

    def sign_in(self) -> None:
        """Sign in."""

    def fill_sign_up(self) -> None:
        """Send the sign-up form of this page."""

    def open_link(self, subject: str) -> None:
        """Open the link in the mail about ``subject``."""

    def gets(self, subject: str) -> None:
        """Fail unless there is a mail about ``subject``."""


type MakeFollower = Callable[[str], Follower]


def choose(reader: Follower, text: str) -> None:
    """Choose an entry of the menu at the top right."""
    reader.follow(text, reader.menu("user-menu"))


def sign_out(reader: Follower) -> None:
    """By the menu at the top right."""
    reader.press("Sign out", reader.menu("user-menu"))
    reader.is_at("/")


def edit_role(reader: Follower, person: str, role: str) -> None:
    """In the column *Actions* of somebody's line: *Edit*, then the role, then *Save*."""
    reader.in_line(person, "Edit")
    reader.pick("Role", role)
    reader.press("Save")
    reader.line_says(person, role)


def join_by_mail(reader: Follower, inviter: str, organization: str) -> None:
    """Through the link of the mail, with an account made for it."""
    reader.open_link(f"{inviter} invites you to {organization}")
    reader.follow("Create account")
    reader.fill_sign_up()
    reader.press("Accept invitation")
    reader.finds(f"Welcome to {organization}.", "body")


class Reader(Visitor):
    """Reads a manual, and does what it says in a browser."""

    def part(self, within: str) -> Locator:
        """A part of the page."""
        return self.page.locator(within)

    @override
    def press(self, text: str, within: Locator | str | None = None) -> None:
        self._within(within).get_by_role("button", name=exactly(text)).click()

    @override
    def follow(self, text: str, within: Locator | str | None = None) -> None:
        self._within(within).get_by_role("link", name=exactly(text)).first.click()

    def _within(self, within: Locator | str | None) -> Locator:
        return within if isinstance(within, Locator) else self.part(within or "main")

    @override
    def row(self, text: str) -> Locator:
        """The line that begins with ``text``, wherever else that stands."""
        first = self.page.locator("th[scope=row], td:first-child").filter(has_text=text)
        return self.page.get_by_role("row").filter(has=first)

    def follow_to(self, end: str) -> None:
        self.page.locator(f"main a[href$='{end}']:visible").first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(exactly(label)).fill(text)

    def pick(self, label: str, option: str) -> None:
        self.page.get_by_label(exactly(label)).select_option(label=option)

    def attach(self, label: str, name: str, text: str) -> None:
        file: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        self.page.get_by_label(exactly(label)).set_input_files(file)

    def search(self, label: str, text: str) -> None:
        self.page.get_by_role("searchbox", name=label).fill(text)

    def unfold(self) -> None:
        self.page.locator("summary").click()

    def roles(self) -> list[str]:
        return self.page.locator("[name=role] option").all_inner_texts()

    def value(self, label: str) -> str:
        # A button that copies it has the same name.
        return self.page.get_by_role("textbox", name=exactly(label)).input_value()

    def heads(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(exactly(text))

    def finds(self, text: str, within: str = "main") -> None:
        expect(self.part(within)).to_contain_text(text, ignore_case=True)

    def misses(self, text: str, within: str = "main") -> None:
        expect(self.part(within).get_by_role("link", name=exactly(text))).to_have_count(0)
        expect(self.part(within).get_by_role("button", name=exactly(text))).to_have_count(0)

    def ticked(self, text: str) -> None:
        expect(self.page.locator(".step-done").filter(has_text=text)).to_have_count(1)

    def menu(self, name: str) -> str:
        """It is at the top of the page, on its side."""
        button = self.page.locator(f"[popovertarget={name}]")
        box, window = button.bounding_box(), self.page.viewport_size
        assert box is not None
        assert window is not None
        assert box["y"] < window["height"] / 10
        assert (box["x"] + box["width"] / 2 < window["width"] / 2) == (MENUS[name] == "left")
        button.click()
        return f"#{name}"

    def close_menu(self) -> None:
        self.page.keyboard.press("Escape")

    def menu_says(self, name: str, text: str) -> None:
        expect(self.page.locator(f"[popovertarget={name}]")).to_contain_text(text, ignore_case=True)

    def is_in(self, context: str) -> None:
        expect(self.page.locator("[popovertarget=user-menu] .user-context")).to_have_text(exactly(context))

    def line_says(self, line: str, text: str) -> None:
        expect(self.row(line)).to_contain_text(text)

    def line_misses(self, line: str, action: str) -> None:
        expect(self.row(line)).to_have_count(1)
        expect(self.row(line).get_by_role("link", name=action)).to_have_count(0)

    def no_line(self, line: str) -> None:
        expect(self.row(line)).to_have_count(0)

    def in_line(self, line: str, text: str) -> None:
        self.follow(text, self.row(line))

    def in_menu_of_line(self, line: str, text: str) -> None:
        self.row(line).get_by_role("button").click()
        self.follow(text, self.row(line))

    def gets(self, subject: str) -> None:
        self.read(subject)
