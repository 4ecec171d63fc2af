"""A passkey in Chromium, whose devices are virtual: made, used as a second factor, and to sign in with nothing else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.signing import PASSWORD, make_user
from tests.e2e.inspection import Inspection

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

EMAIL = "nora@example.com"
NEW = "/profile/security/mfa/passkeys/new/"


@pytest.fixture
def page(web: str, new_page: Callable[..., Page]) -> Page:
    """Nora's browser on her phone, which checks her fingerprint."""
    make_user(EMAIL)
    page = new_page(base_url=web, reduced_motion="reduce")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    phone = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": phone})
    return page


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def give_password(page: Page) -> None:
    page.goto("/accounts/login/?next=/profile/security/")
    page.locator("[name=login]").fill(EMAIL)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Sign in")


def test_it_is_made_and_used_both_ways(page: Page) -> None:
    give_password(page)
    page.wait_for_url("**/profile/security/")

    page.goto(NEW)
    press(page, "Add passkey")
    expect(page.locator("body")).to_contain_text("You can sign in with this passkey alone.")

    # The same device makes no second one.
    inspection = Inspection(page)
    inspection.open(NEW)
    press(page, "Add passkey")
    expect(page.get_by_role("alert")).to_contain_text("This device has a passkey for your account already.")
    inspection.look("a device that has one already")

    # Beside the password.
    page.context.clear_cookies()
    give_password(page)
    page.wait_for_url("**/accounts/login/second-factor/")
    inspection.look("the second step")
    press(page, "Sign in")
    page.wait_for_url("**/profile/security/")

    # Alone.
    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/profile/security/")
    press(page, "Sign in with a passkey")
    page.wait_for_url("**/profile/security/")
    assert inspection.faults == []


def test_where_the_browser_has_none_the_page_says_so(page: Page) -> None:
    page.goto("/accounts/login/")
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
