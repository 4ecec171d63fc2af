"""The profile in a browser: a password, an app with codes from oathtool, text messages, recovery."""

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions import complete_recoveries
from accounts.models import Recovery
from outbox.models import TextMessage
from tests.accounts.signing import PASSWORD, make_user
from tests.fixtures.processes import Processes
from tests.reading import link_in, mails_to

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.embedded]

EMAIL = "nora@example.com"
MFA = "/profile/security/mfa/"


@pytest.fixture
def page(request: pytest.FixtureRequest, processes: Processes, new_page: Callable[..., Page]) -> Page:
    """Nora's browser, at a console that keeps text messages instead of sending them."""
    make_user(EMAIL)
    processes.environment["SMS_GATEWAY"] = "console"
    return new_page(base_url=request.getfixturevalue("web"))


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def give_password(page: Page, password: str = PASSWORD) -> None:
    page.context.clear_cookies(name="sessionid")
    page.goto("/accounts/login/?next=/profile/security/")
    page.locator("[name=login]").fill(EMAIL)
    page.locator("[name=password]").fill(password)
    press(page, "Sign in")


def code_of(secret: str, later: str = "now") -> str:
    """What oathtool, which is not ours, makes of the key."""
    command = ["oathtool", "--totp", "-b", "--now", later, secret]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def set_up_app(page: Page) -> tuple[str, list[str]]:
    """Add an authenticator app by its page; its key, and the backup codes that come with it."""
    page.goto(f"{MFA}authenticator/new/")
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator("[data-copy]").first.get_attribute("data-copy") or ""
    page.locator("[name=code]").fill(code_of(secret))
    press(page, "Add app")
    codes = page.locator(".backup-codes code")
    expect(codes).to_have_count(10)
    return secret, codes.all_inner_texts()


@pytest.mark.skipif(not shutil.which("oathtool"), reason="oathtool is not installed")
def test_an_app_is_set_up_with_codes_of_oathtool_and_asked_for(page: Page) -> None:
    give_password(page)
    page.wait_for_url("**/profile/security/")
    secret, codes = set_up_app(page)

    give_password(page)
    page.wait_for_url("**/accounts/login/second-factor/")
    # The one that set it up counts no second time.
    page.locator("[name=code]").fill(code_of(secret, "30 seconds"))
    page.get_by_label("Trust this browser for 30 days").check()
    press(page, "Sign in")
    page.wait_for_url("**/profile/security/")

    # Trusted: the password alone will do here.
    give_password(page)
    page.wait_for_url("**/profile/security/")

    page.context.clear_cookies()
    give_password(page)
    page.wait_for_url("**/accounts/login/second-factor/")
    press(page, "Backup code")
    page.locator("[name=code]").fill(codes[0])
    press(page, "Sign in")
    page.wait_for_url("**/profile/security/")
    expect(page.locator("#mfa-card")).to_contain_text("9 left")


@pytest.mark.skipif(not shutil.which("oathtool"), reason="oathtool is not installed")
def test_a_telephone_stands_in_for_the_app(page: Page) -> None:
    give_password(page)
    page.wait_for_url("**/profile/security/")
    set_up_app(page)
    page.goto(f"{MFA}phone/new/")
    page.locator("[name=phone_country]").select_option("FR")
    page.locator("[name=phone]").fill("06 12 34 56 78")
    press(page, "Send code")
    page.wait_for_url("**/phone/confirmation/")
    page.locator("[name=code]").fill(texted_code())
    press(page, "Confirm number")
    page.wait_for_url("**/mfa/")
    expect(page.locator("main")).to_contain_text("+33")

    # A minute passes, before which there is no other code.
    TextMessage.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    give_password(page)
    page.wait_for_url("**/accounts/login/second-factor/")
    press(page, "Text message")
    page.locator("[name=code]").fill(texted_code())
    press(page, "Sign in")
    page.wait_for_url("**/profile/security/")


def texted_code() -> str:
    """The code of the last text message, which the embedded gateway keeps."""
    text = TextMessage.objects.latest("created_at").text
    return re.findall(r"\b\d{6}\b", text)[0]


@pytest.mark.skipif(not shutil.which("oathtool"), reason="oathtool is not installed")
def test_who_lost_everything_waits_for_a_day(page: Page) -> None:
    give_password(page)
    page.wait_for_url("**/profile/security/")
    set_up_app(page)
    give_password(page)
    page.wait_for_url("**/accounts/login/second-factor/")
    page.get_by_role("link", name="I have lost all of these").click()
    press(page, "Ask for recovery")
    expect(page.locator("main")).to_contain_text("The request is waiting until")
    assert "/accounts/recovery/" in link_in(mails_to(EMAIL)[-1])

    # A day passes.
    Recovery.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    complete_recoveries()
    give_password(page)
    page.wait_for_url("**/profile/security/")
    expect(page.locator("#mfa-card")).to_contain_text("Off")


def test_a_password_is_pasted_and_its_strength_is_said(page: Page) -> None:
    give_password(page)
    page.wait_for_url("**/profile/security/")
    page.locator("[name=password1]").click()
    page.keyboard.insert_text("harbour quartz ninety lantern")
    expect(page.locator("[name=password1]")).to_have_value("harbour quartz ninety lantern")
    expect(page.locator("main")).to_contain_text("Strong")
    assert page.locator("[name=password1]").get_attribute("type") == "password"
