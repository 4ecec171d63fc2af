"""An authenticator app in Chromium, with codes from oathtool: set up, used, lost, and recovered from."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions import complete_recoveries
from accounts.models import Recovery, User
from accounts.models.recovery import WAIT
from tests.accounts.signing import PASSWORD, make_user
from tests.e2e.inspection import Inspection
from tests.reading import mails_to

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("oathtool") is None, reason="needs oathtool"),
]

EMAIL = "theo.tech@example.com"
MFA = "/profile/security/mfa/"
CHALLENGE = "/accounts/login/second-factor/"


def code(key: str, *, later: int = 0) -> str:
    """The code of an app that has this key, so many seconds from now, as another program computes it."""
    now = f"@{int(timezone.now().timestamp()) + later}"
    done = subprocess.run(["oathtool", "--totp", "--base32", "--now", now, key], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/?next=/profile/security/")
    page.locator("[name=login]").fill(EMAIL)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Sign in")


def set_up(page: Page) -> tuple[str, str]:
    """From the security page to an app that is set up; its key, and the code that confirmed it."""
    page.locator("#mfa-card").get_by_role("link", name="Turn on").click()
    page.get_by_role("link", name="Add an authenticator app").click()
    key = page.locator(".key code").inner_text().replace(" ", "")
    used = code(key)
    page.locator("[name=code]").fill(used)
    page.locator("[name=name]").fill("Theo's phone")
    press(page, "Add app")
    page.wait_for_url(f"**{MFA}backup-codes/")
    return key, used


@pytest.fixture(
    params=[
        pytest.param(True, id="with JavaScript"),
        pytest.param(False, marks=pytest.mark.long, id="without JavaScript"),
    ]
)
def page(request: pytest.FixtureRequest, web: str, new_page: Callable[..., Page]) -> Page:
    """Theo's browser."""
    make_user(EMAIL)
    return new_page(base_url=web, reduced_motion="reduce", java_script_enabled=request.param)


def test_it_is_set_up_and_asked_for(page: Page, tmp_path: Path) -> None:
    sign_in(page)
    page.wait_for_url("**/profile/security/")
    key, used = set_up(page)
    codes = page.locator(".backup-codes code").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "codes.txt")
    assert (tmp_path / "codes.txt").read_text().split()[-10:] == codes

    page.context.clear_cookies()
    sign_in(page)
    page.wait_for_url(f"**{CHALLENGE}")
    page.locator("[name=code]").fill(used)
    press(page, "Sign in")
    expect(page.locator("#id_code_error")).to_contain_text("This is not right, or it was used already.")
    page.locator("[name=code]").fill(code(key, later=30))
    press(page, "Sign in")
    page.wait_for_url("**/profile/security/")

    # Once more, with a backup code.
    page.context.clear_cookies()
    sign_in(page)
    press(page, "Backup code")
    page.locator("[name=code]").fill(codes[0])
    page.locator("[name=trust]").check()
    press(page, "Sign in")
    page.wait_for_url("**/profile/security/")
    expect(page.locator("#mfa-card")).to_contain_text("9 left")


# Pages of who is signed in: test_accessible.py; the second step: test_passkeys.py.
@pytest.mark.long
def test_the_pages_are_in_order(web: str, new_page: Callable[..., Page]) -> None:
    make_user(EMAIL)
    page = new_page(base_url=web, reduced_motion="reduce")
    inspection = Inspection(page)
    sign_in(page)
    page.wait_for_url("**/profile/security/")
    inspection.open(MFA)
    inspection.open(f"{MFA}authenticator/new/")
    inspection.open("/profile/security/")
    set_up(page)
    inspection.look("backup codes")
    inspection.open(MFA)
    page.get_by_role("link", name="Remove").click()
    inspection.look("the question before removing")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.wait_for_url("**/removal/")
    inspection.look("the question who one is")
    page.context.clear_cookies()
    sign_in(page)
    page.wait_for_url(f"**{CHALLENGE}")
    inspection.look("the second step")
    inspection.open("/accounts/login/recovery/")
    assert not inspection.faults


# Without a browser: tests/accounts/test_recovery.py.
@pytest.mark.long
def test_everything_is_lost_and_a_day_later_the_password_is_enough(page: Page) -> None:
    sign_in(page)
    page.wait_for_url("**/profile/security/")
    set_up(page)
    page.context.clear_cookies()
    sign_in(page)
    page.get_by_role("link", name="I have lost all of these").click()
    press(page, "Ask for recovery")
    expect(page.locator("main")).to_contain_text("The request is waiting until")
    assert mails_to(EMAIL, "recovery-asked")

    assert complete_recoveries() == 0
    # The clock moves: the server's processes have one of their own, so the request does.
    Recovery.objects.update(asked_at=timezone.now() - WAIT, due_at=timezone.now() - timedelta(seconds=1))
    assert complete_recoveries() == 1
    assert not User.objects.get(email=EMAIL).authenticators.exists()
    page.context.clear_cookies()
    sign_in(page)
    page.wait_for_url("**/profile/security/")
    expect(page.locator("#mfa-card")).to_contain_text("It is off")
