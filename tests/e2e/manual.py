"""Somebody who follows a vendor's manual: looks for its words, in whatever case the console writes them."""

import re
from collections.abc import Callable
from typing import override

from playwright.sync_api import Locator, expect

from accounts.models import User
from organizations.models import Membership
from tests.cast import Person
from tests.e2e.visitor import PASSWORD, Visitor


def exactly(text: str) -> re.Pattern[str]:
    """This text and no more, in any case."""
    return re.compile(rf"^\s*{re.escape(text)}\s*$", re.IGNORECASE)


def somebody(email: str) -> Person:
    """Somebody who has signed up long ago, and can sign in; `sam.stranger@example.com` is Sam Stranger."""
    first, _dot, last = email.partition("@")[0].partition(".")
    names = {"first_name": first.capitalize(), "last_name": last.capitalize()}
    return Person(User.objects.create_user(email, PASSWORD, verified=True, **names))


class Reader(Visitor):
    """Reads a manual, and does what it says."""

    @override
    def press(self, text: str, within: Locator | None = None) -> None:
        (within or self.page.locator("main")).get_by_role("button", name=exactly(text)).click()

    @override
    def follow(self, text: str, within: Locator | None = None) -> None:
        (within or self.page.locator("main")).get_by_role("link", name=exactly(text)).first.click()

    @override
    def row(self, text: str) -> Locator:
        """The line that begins with ``text``, wherever else that stands."""
        first = self.page.locator("th[scope=row], td:first-child").filter(has_text=text)
        return self.page.get_by_role("row").filter(has=first)

    def heads(self, text: str) -> None:
        """Fail unless the page is called that."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(exactly(text))

    def finds(self, text: str, within: str = "main") -> None:
        """Fail unless this part of the page says it, in any case."""
        expect(self.page.locator(within)).to_contain_text(text, ignore_case=True)

    def misses(self, text: str, within: str = "main") -> None:
        """Fail if this part of the page offers it, as a link or a button."""
        expect(self.page.locator(within).get_by_role("link", name=exactly(text))).to_have_count(0)
        expect(self.page.locator(within).get_by_role("button", name=exactly(text))).to_have_count(0)

    def open_menu(self, name: str, side: str) -> Locator:
        """Open the menu at the top of the page, at its ``side``: "left" or "right"."""
        button = self.page.locator(f"[popovertarget={name}]")
        box, window = button.bounding_box(), self.page.viewport_size
        assert box is not None
        assert window is not None
        assert box["y"] < window["height"] / 10
        assert (box["x"] + box["width"] / 2 < window["width"] / 2) == (side == "left")
        button.click()
        return self.page.locator(f"#{name}")

    def choose(self, text: str) -> None:
        """Choose an entry of the menu at the top right."""
        self.follow(text, self.open_menu("user-menu", "right"))

    def is_in(self, context: str) -> None:
        """Fail unless the menu at the top right is labelled with this context."""
        expect(self.page.locator("[popovertarget=user-menu] .user-context")).to_have_text(exactly(context))

    def roles(self) -> list[str]:
        """The roles that the form of this page offers."""
        return self.page.locator("[name=role] option").all_inner_texts()

    def edit_role(self, person: str, role: str) -> None:
        """In the column *Actions* of somebody's line: *Edit*, then the role, then *Save*."""
        expect(self.page.get_by_role("columnheader", name=exactly("Actions"))).to_have_count(1)
        self.row_action(person, "Edit")
        self.page.get_by_label(exactly("Role")).select_option(label=role)
        self.press("Save")
        expect(self.row(person)).to_contain_text(role)

    def join_by_mail(self, inviter: str, organization: str) -> None:
        """Through the link of the mail, with an account made for it."""
        self.open_link("%(inviter)s invites you to %(organization)s", inviter=inviter, organization=organization)
        self.follow("Create account")
        self.fill_sign_up()
        self.press("Accept invitation")
        self.sees("Welcome to %s.", organization)

    def sign_out(self) -> None:
        """By the menu at the top right."""
        self.press("Sign out", self.open_menu("user-menu", "right"))
        self.page.wait_for_url("**/")

    def is_member(self, slug: str) -> bool:
        """Whether this person is a member, as the database says."""
        return Membership.objects.filter(user__email=self.email, organization__slug=slug).exists()


type MakeReader = Callable[[str], Reader]
