"""A picture of each page, in both themes and two widths, in var/screenshots/: ``bin/screenshots [how names begin]``.

The pages are those of the demo, served in production settings; what only development has comes from a second server.
What the browser complains about is said at the end.
"""

import sys
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.fixtures.browser import FLAGS, Complaints, choose_cookies
from tests.fixtures.processes import Processes
from tests.harness.binaries import ROOT, find_chromium
from tests.harness.servers import free_port

TARGET = ROOT / "var" / "screenshots"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {1280: 900, 390: 844}
PASSWORD = "console-demo"  # the demo's, which production refuses to build


@dataclass(frozen=True)
class Shot:
    """One page: who looks (nobody: signed out), where it is, links to follow from there, a button to press then."""

    name: str
    path: str
    who: str = "olivia.owner"
    follow: tuple[str, ...] = ()
    press: str = ""


SUBMIT = "main form[method=post] button"
MAIL = ("main tbody a", "#text a[href*='/invitations/']")


SHOTS = [
    Shot("home", "/", who=""),
    Shot("sign-up", "/accounts/signup/", who=""),
    Shot("sign-up-wrong", "/accounts/signup/", who="", press=SUBMIT),
    Shot("sign-in", "/accounts/login/", who=""),
    Shot("sign-in-wrong", "/accounts/login/", who="", press=SUBMIT),
    Shot("reset", "/accounts/password/reset/", who=""),
    Shot("reset-sent", "/accounts/password/reset/done/", who=""),
    Shot("verification-sent", "/accounts/confirm-email/", who=""),
    Shot("link-made-up", "/invitations/made-up/", who=""),
    Shot("sign-out", "/accounts/logout/"),
    Shot("getting-started", "/getting-started/", who="sam.stranger"),
    Shot("new-organization", "/organizations/new/"),
    Shot("new-organization-wrong", "/organizations/new/", press=SUBMIT),
    Shot("menu-sections", "/o/acme-robotics/", press="[popovertarget=sections]"),
    Shot("menu-switcher", "/o/acme-robotics/", press="[popovertarget=switcher]"),
    Shot("ownership-transfer", "/o/acme-robotics/settings/transfer/?q=a"),
    Shot(
        "ownership-transfer-offer",
        "/o/acme-robotics/settings/transfer/?q=a",
        follow=("#found a[href*='member=']",),
    ),
    Shot("ownership-closing", "/o/acme-robotics/settings/closing/"),
    Shot("ownership-closing-wrong", "/o/acme-robotics/settings/closing/", press="#closing button"),
    Shot("ownership-export", "/o/acme-robotics/settings/export/"),
    Shot("notifications", "/notifications/"),
    Shot("notifications-none", "/notifications/", who="mia.member"),
    Shot("menu-user", "/o/acme-robotics/", press="[popovertarget=user-menu]"),
    Shot("overview", "/o/acme-robotics/"),
    Shot("overview-personal", "/o/personal/"),
    Shot("overview-personal-new", "/o/personal/", who="sam.stranger"),
    Shot("overview-suspended", "/o/cobalt-labs/"),
    Shot("members", "/o/acme-robotics/members/"),
    Shot("members-role", "/o/acme-robotics/members/", press="tbody [data-hx-boost]"),
    Shot("member-role", "/o/acme-robotics/members/", follow=("tbody a[href$='/role/']",)),
    Shot("member-removal", "/o/acme-robotics/members/", follow=("tbody a[href$='/removal/']",)),
    Shot("members-review", "/o/acme-robotics/members/review/"),
    Shot("members-nobody-found", "/o/acme-robotics/members/?q=nobody"),
    Shot("members-as-member", "/o/acme-robotics/members/", who="mia.member"),
    Shot("invitations", "/o/acme-robotics/members/invitations/"),
    Shot("invitations-none", "/o/delta-studio/members/invitations/", who="bella.billing"),
    Shot("invitations-none-found", "/o/acme-robotics/members/invitations/?state=bounced"),
    Shot("invitation-new", "/o/acme-robotics/members/invitations/new/"),
    Shot("invitation-new-wrong", "/o/acme-robotics/members/invitations/new/", press=SUBMIT),
    Shot("invitation-batch-new", "/o/acme-robotics/members/invitations/batches/new/"),
    Shot("mail-choice-made-up", "/mail/made-up/", who=""),
    Shot("invitation-detail", "/o/acme-robotics/members/invitations/?q=new", follow=("main tbody a",)),
    Shot(
        "invitation-revocation",
        "/o/acme-robotics/members/invitations/",
        follow=("tbody a[href$='/revocation/']",),
    ),
    Shot("leave", "/o/acme-robotics/leaving/"),
    Shot("leave-dialog", "/o/acme-robotics/", press="main [data-dialog]"),
    Shot("settings", "/o/acme-robotics/settings/"),
    Shot("settings-security", "/o/acme-robotics/settings/security/"),
    Shot(
        "settings-security-affected",
        "/o/acme-robotics/settings/security/second-factor/?grace_days=7&phone_counts=True",
    ),
    Shot("settings-personal", "/o/personal/settings/"),
    Shot("settings-details", "/o/acme-robotics/settings/details/?country=US"),
    Shot("settings-details-wrong", "/o/acme-robotics/settings/details/?country=FR", press=SUBMIT),
    Shot("roles", "/o/acme-robotics/settings/roles/"),
    Shot("roles-as-member", "/o/acme-robotics/settings/roles/", who="mia.member"),
    Shot("role-new", "/o/acme-robotics/settings/roles/new/"),
    Shot("role-new-wrong", "/o/acme-robotics/settings/roles/new/", press=SUBMIT),
    Shot("cookies", "/cookies/", who=""),
    Shot("help", "/help/", who=""),
    Shot("help-mfa", "/help/mfa/", who=""),
    Shot("profile-preferences", "/profile/preferences/"),
    Shot("profile-sessions", "/profile/security/sessions/"),
    Shot("profile-activity", "/profile/security/activity/"),
    Shot("profile-organizations", "/profile/organizations/"),
    Shot("profile-organizations-invited", "/profile/organizations/", who="sam.stranger"),
    Shot("profile-organizations-none-found", "/profile/organizations/?q=zzzz", who="sam.stranger"),
    Shot("profile-organizations-menu", "/profile/organizations/", press="#memberships .menu button"),
    Shot("requests", "/o/acme-robotics/members/requests/"),
    Shot("requests-none-found", "/o/acme-robotics/members/requests/?state=lapsed"),
    Shot("own-role", "/o/acme-robotics/role/"),
    Shot("forbidden", "/o/acme-robotics/settings/", who="mia.member"),
    Shot("not-found", "/o/nowhere/"),
    Shot("admin", "/admin/", who="stella.staff"),
    Shot("mfa", "/profile/security/mfa/", who="stella.staff"),
    Shot("authenticator-new", "/profile/security/mfa/authenticator/new/", who="stella.staff"),
    Shot("authenticator-new-wrong", "/profile/security/mfa/authenticator/new/", press=SUBMIT),
    Shot("passkey-new", "/profile/security/mfa/passkeys/new/"),
    Shot("phone-new", "/profile/security/mfa/phone/new/", who="stella.staff"),
    Shot("backup-codes", "/profile/security/mfa/backup-codes/", who="stella.staff"),
    Shot("mfa-off", "/profile/security/mfa/"),
    Shot("security", "/profile/security/"),
    Shot("security-protected", "/profile/security/", who="stella.staff"),
    Shot("password-wrong", "/profile/security/", press="#password button[type=submit], #password .card-footer button"),
    Shot("addresses", "/profile/preferences/addresses/"),
    Shot("data", "/profile/preferences/data/"),
    Shot("deletion", "/profile/preferences/deletion/"),
    Shot("deletion-free", "/profile/preferences/deletion/", who="sam.stranger"),
    Shot("undo-made-up", "/profile/preferences/addresses/changes/made-up/", who=""),
    Shot("recovery-made-up", "/accounts/recovery/made-up/", who=""),
]
# What a deployment has to name before it is shown.
OFFERED = {
    "SMS_GATEWAY": "console",
    "GOOGLE_CLIENT_ID": "pictures",
    "GOOGLE_CLIENT_SECRET": "pictures",
    "GITHUB_CLIENT_ID": "pictures",
    "GITHUB_CLIENT_SECRET": "pictures",
    "HELP_CENTRE_URL": "https://docs.example.com/",
    "COMMUNITY_URL": "https://community.example.com/",
}
# Only with DEBUG.
DEVELOPMENT_SHOTS = [
    Shot("styleguide", "/styleguide/"),
    Shot("mailbox", "/mailbox/"),
    Shot("mailbox-none-found", "/mailbox/?q=nobody"),
    Shot("mailbox-message", "/mailbox/", follow=("main tbody a",)),
    Shot("invitation-signed-out", "/mailbox/?q=new.colleague", who="", follow=MAIL),
    Shot("invitation-mine", "/mailbox/?q=sam.stranger", who="sam.stranger", follow=MAIL),
    Shot("invitation-of-another", "/mailbox/?q=new.colleague", who="sam.stranger", follow=MAIL),
    Shot("invitation-expired", "/mailbox/?q=old.friend", who="", follow=MAIL),
]


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
