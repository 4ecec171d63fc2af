"""A picture of each page, in both themes and two widths, in var/screenshots/: ``bin/screenshots [how names begin]``.

The pages are those of the demo, served in production settings; what only development has comes from a second server.
What the browser complains about is said at the end.
"""

import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.fixtures.browser import FLAGS, Complaints, choose_cookies
from tests.fixtures.processes import Processes
from tests.harness.binaries import ROOT, find_chromium
from tests.harness.servers import free_port
from tests.harness.shots import DEVELOPMENT_SHOTS, OFFERED, SHOTS, Shot

TARGET = ROOT / "var" / "screenshots"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {1280: 900, 390: 844}
PASSWORD = "console-demo"  # the demo's, which production refuses to build


class Photographer:
    """Takes the pictures of one server; signs each person in once."""

    def __init__(self, browser: Browser, processes: Processes, address: str, complaints: Complaints) -> None:
        self.browser = browser
        self.processes = processes
        self.address = address
        self.complaints = complaints
        self.sessions: dict[str, StorageState | None] = {"": None}

    def take(self, shots: list[Shot]) -> None:
        """Save each of ``shots`` as <name>-<theme>-<width>.png."""
        for who in {shot.who for shot in shots} - set(self.sessions):
            self.sessions[who] = self._sign_in(who)
        for (width, height), theme, who in product(WIDTHS.items(), THEMES, sorted({shot.who for shot in shots})):
            context = self.browser.new_context(
                base_url=self.address,
                color_scheme=theme,
                viewport={"width": width, "height": height},
                storage_state=self.sessions[who],
            )
            self.complaints.watch(context)
            choose_cookies(context, self.address)
            page = context.new_page()
            for shot in (shot for shot in shots if shot.who == who):
                self._open(page, shot)
                page.screenshot(path=TARGET / f"{shot.name}-{theme}-{width}.png", full_page=True)
            context.close()

    def _open(self, page: Page, shot: Shot) -> None:
        page.goto(shot.path, wait_until="load")
        for link in shot.follow:
            target = page.locator(link).first.get_attribute("href", timeout=5_000)
            page.goto(target or shot.path, wait_until="load")
        button = page.locator(shot.press).first if shot.press else None
        if button and button.is_visible():
            button.click()
            page.wait_for_load_state("networkidle")
        # A field with an error has the focus, and may have scrolled the page; the picture begins at the top.
        page.evaluate("scrollTo(0, 0)")

    def _sign_in(self, who: str) -> StorageState:
        context = self.browser.new_context(base_url=self.address)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(f"{who}@example.com")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: not url.endswith("/accounts/login/"))
        if page.url.endswith("/second-factor/"):
            page.locator("input[name=code]").fill(self._code(f"{who}@example.com"))
            page.locator("input[name=code]").press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        state = context.storage_state()
        context.close()
        return state

    def _code(self, email: str) -> str:
        """The code of somebody's authenticator app, which only a development server tells."""
        former, self.processes.environment["DEBUG"] = self.processes.environment["DEBUG"], "1"
        try:
            return self.processes.run("django", "code", email).split()[-1]
        finally:
            self.processes.environment["DEBUG"] = former


def main(only: list[str]) -> int:
    """Serve the demo, photograph it, or pages whose names begin with one of ``only``; 1 when the browser complained."""
    shots, in_development = wanted(SHOTS, only), wanted(DEVELOPMENT_SHOTS, only)
    program = find_chromium()
    if program is None:
        print("Chromium is not installed, so there are no screenshots.")
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    for former in TARGET.glob("*.png"):
        former.unlink()
    complaints = Complaints()
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, chromium_sandbox=False)
        processes = Processes(
            Path(directory), Path(directory) / "static", {"DATABASE_URL": f"sqlite:///{directory}/demo.sqlite3"}
        )
        try:
            serve(processes)
            Photographer(browser, processes, processes.url, complaints).take(shots)
            if in_development:
                development = serve_development(processes)
                Photographer(browser, processes, development, complaints).take(in_development)
        finally:
            processes.stop()
            browser.close()
    write_index()
    print(f"{len(list(TARGET.glob('*.png')))} pictures; look at {TARGET.relative_to(ROOT)}/index.html")
    for line in complaints.lines:
        print(f"The browser complained: {line}")
    return 1 if complaints.lines else 0


def wanted(shots: list[Shot], only: list[str]) -> list[Shot]:
    """Those of ``shots`` whose names begin with one of ``only``; all of them where nothing is named."""
    return [shot for shot in shots if not only or shot.name.startswith(tuple(only))]


def write_index() -> None:
    """Put all pictures on one page, a line for each page of the console."""
    lines = [
        "<!doctype html><title>Screenshots</title><style>img { width: 22%; vertical-align: top; margin: 4px }</style>"
    ]
    for shot in SHOTS + DEVELOPMENT_SHOTS:
        names = [f"{shot.name}-{theme}-{width}.png" for width, theme in product(WIDTHS, THEMES)]
        pictures = "".join(f'<a href="{name}"><img src="{name}" alt="{name}" loading="lazy"></a>' for name in names)
        lines.append(f"<h2>{shot.name}</h2>{pictures}")
    (TARGET / "index.html").write_text("\n".join(lines))


def serve(processes: Processes) -> None:
    """Fill a database with the demo and serve it in production settings."""
    processes.environment |= OFFERED | {"DEBUG": "1"}
    for command in ("migrate", "demo"):
        processes.run("django", command)
    processes.environment["DEBUG"] = "0"
    processes.start_web()


def serve_development(processes: Processes) -> str:
    """Serve the same database as a developer sees it, at another port; returns the address."""
    processes.port = free_port()
    processes.environment["DEBUG"] = "1"
    processes.start_web()
    return f"http://localhost:{processes.port}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
