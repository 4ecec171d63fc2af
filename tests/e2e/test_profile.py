"""The profile in a browser: a password that is pasted, a trusted browser, codes by text message."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from outbox.models import TextMessage
from tests.accounts.factors import App, give_app
from tests.accounts.signing import PASSWORD, make_user
from tests.fixtures.processes import Processes

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

EMAIL = "nora@example.com"
SECURITY = "**/profile/security/"
CHALLENGE = "**/accounts/login/second-factor/"


@pytest.fixture
def app(transactional_db: None) -> App:
    """Nora's authenticator app."""
    return give_app(make_user(EMAIL))


@pytest.fixture
def page(app: App, request: pytest.FixtureRequest, processes: Processes, new_page: Callable[..., Page]) -> Page:
    """Nora's browser, at a console that keeps text messages instead of sending them."""
    processes.environment["SMS_GATEWAY"] = "console"
    return new_page(base_url=request.getfixturevalue("web"))


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def give_password(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")
    page.goto("/accounts/login/?next=/profile/security/")
    page.locator("[name=login]").fill(EMAIL)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Sign in")


def texted_code() -> str:
    """The code of the last text message, which the embedded gateway keeps."""
    text: str = TextMessage.objects.latest("created_at").text
    [code] = re.findall(r"^\D*(\d{6})\b", text)
    return str(code)


# Without a browser: tests/accounts/test_phone_factor.py and test_browsers.py.
@pytest.mark.long
def test_a_telephone_stands_in_for_the_app_and_a_trusted_browser_for_both(page: Page, app: App) -> None:
    give_password(page)
    page.wait_for_url(CHALLENGE)
    page.locator("[name=code]").fill(app.code())
    press(page, "Sign in")
    page.wait_for_url(SECURITY)
    page.goto("/profile/security/mfa/phone/new/")
    page.locator("[name=phone_country]").select_option("FR")
    page.locator("[name=phone]").fill("06 12 34 56 78")
    press(page, "Send code")
    page.wait_for_url("**/phone/confirmation/")
    page.locator("[name=code]").fill(texted_code())
    press(page, "Confirm number")
    page.wait_for_url("**/mfa/")

    # A minute passes, before which there is no other code.
    TextMessage.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    give_password(page)
    page.wait_for_url(CHALLENGE)
    press(page, "Text message")
    page.locator("[name=code]").fill(texted_code())
    page.get_by_label("Trust this browser for 30 days").check()
    press(page, "Sign in")
    page.wait_for_url(SECURITY)

    give_password(page)
    page.wait_for_url(SECURITY)


def test_a_password_is_pasted_and_its_strength_is_said(page: Page) -> None:
    page.goto("/accounts/signup/")
    field = page.locator("[name=password1]")
    field.click()
    page.keyboard.insert_text("harbour quartz ninety lantern")
    expect(field).to_have_value("harbour quartz ninety lantern")
    expect(page.locator("main")).to_contain_text("Strong")
    assert field.get_attribute("type") == "password"
