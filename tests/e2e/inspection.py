"""Looks at a page as a strict reviewer does: axe, one first heading, nothing wider than the window."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Preloading would copy style sheets into the page, which our security policy forbids; what is computed is enough.
# What is as it should be is not described: that took half of the time.
AXE: dict[str, Any] = {"preload": False, "resultTypes": ["violations"]}
# Colours are few and have names: contrast takes as long as all other rules, and is measured where the frame is looked
# at, in the style guide, which has each block in each state in both themes, and with --long everywhere.
AXE_OF_A_PART = {**AXE, "rules": {"color-contrast": {"enabled": False}}}
# Where a page has so many parts alike that axe takes ten seconds for all of them: those that the first one stands for.
ALIKE = {"/api/v1/docs": ".reference-noun ~ .reference-noun"}
WRONG = "[aria-invalid=true], [role=alert]"


@dataclass
class Inspection:
    """Opens pages in one browser, and keeps in ``faults`` what is wrong with them.

    The frame is looked at with the first page and with open menus: it is the same around the next ones, of which axe
    sees what is their own (of parts that are alike, one) but for its colours. With --long (``is_thorough``) it sees all
    of each.
    """

    is_thorough: ClassVar[bool] = False

    page: Page
    faults: list[str] = field(default_factory=list)
    _has_seen_the_frame: bool = False

    def open(self, path: str) -> None:
        """Look at a page as it comes."""
        self.page.goto(path)
        self.look(path)

    def unfold(self, path: str) -> None:
        """Look at a page with each menu of its frame open, then the first one of its list."""
        self.page.goto(path)
        buttons = self.page.locator("header [popovertarget], tbody tr:first-child [popovertarget]")
        for button in buttons.all():
            if button.is_visible():
                button.click()
                self._has_seen_the_frame = False
                self.look(f"{path} with {button.get_attribute('popovertarget')} open")
                self.page.keyboard.press("Escape")

    def submit(self, path: str) -> None:
        """Look at a page whose empty form came back with errors."""
        self.page.goto(path)
        self.page.locator("main form[method=post] button:not([name])").first.click()
        self.page.wait_for_selector(WRONG)
        self.look(f"{path} sent empty")

    def look(self, what: str) -> None:
        """Note what is wrong with what is shown now."""
        if (headings := self.page.locator("h1").count()) != 1:
            self.faults.append(f"{what}: {headings} first headings")
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            self.faults.append(f"{what}: {wider} px wider than the window")
        if what in ALIKE and not self.is_thorough:
            self.page.evaluate("alike => document.querySelectorAll(alike).forEach(one => one.remove())", ALIKE[what])
        part = self._part()
        for violation in Axe().run(self.page, part, AXE_OF_A_PART if part else AXE).response["violations"]:
            places = [" ".join(node["target"]) for node in violation["nodes"]]
            self.faults.append(f"{what}: {violation['id']} at {places[:3]}: {violation['help']}")

    def _part(self) -> str | None:
        """What axe has not seen yet: the page's own part, or (None) all of it."""
        is_known, self._has_seen_the_frame = self._has_seen_the_frame, True
        return "main" if is_known and not self.is_thorough and self.page.locator("main").count() else None
