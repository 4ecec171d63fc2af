"""What the preferences need a browser for: the greeting about cookies, the theme, the time zone, a picture."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts import uploads
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


def cookies(page: Page) -> dict[str, Any]:
    return {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}


class TestTheGreeting:
    @pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.long)])
    def test_is_answered_by_keyboard_with_or_without_scripts(
        self,
        web: str,
        new_page: Callable[..., Page],
        javascript: bool,  # noqa: FBT001 -- a column
    ) -> None:
        page = new_page(base_url=web, stranger=True, java_script_enabled=javascript)
        page.goto("/accounts/login/")
        greeting = page.get_by_role("complementary", name="Cookies")
        expect(greeting).to_be_visible()
        greeting.get_by_role("button", name="Accept all").focus()
        page.keyboard.press("Tab")
        expect(greeting.get_by_role("button", name="Only necessary")).to_be_focused()
        page.keyboard.press("Enter")
        expect(greeting).to_have_count(0)
        assert page.url.endswith("/accounts/login/")
        assert "preferences-0" in cookies(page)["cookie_choice"]

    def test_leaves_the_page_below_it_in_use(self, web: str, new_page: Callable[..., Page]) -> None:
        page = new_page(base_url=web, stranger=True, viewport={"width": 390, "height": 600})
        page.goto("/accounts/signup/")
        page.locator("[name=email]").fill("new.comer@example.com")
        footer = page.get_by_role("button", name="Français")
        footer.click()
        expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_a_theme_is_kept_once_cookies_for_it_are_allowed(
    cast: Cast, web: str, new_page: Callable[..., Page], signed_in: Callable[..., Page]
) -> None:
    page = signed_in(cast.sam, stranger=True)
    page.goto("/getting-started/")
    dark(page)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert "theme" not in cookies(page)
    page.get_by_role("complementary", name="Cookies").get_by_role("button", name="Accept all").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")
    dark(page)
    assert cookies(page)["theme"] == "dark"
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def dark(page: Page) -> None:
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_text("Dark", exact=True).click()


def test_the_time_zone_comes_from_the_browser_and_is_not_asked_for_again(
    cast: Cast, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(cast.sam, timezone_id="Asia/Tokyo")
    with page.expect_response("**/time-zone/") as told:
        page.goto("/getting-started/")
    assert told.value.status == 204
    assert User.objects.get(pk=cast.sam.user.pk).time_zone == "Asia/Tokyo"
    page.goto("/profile/preferences/")
    expect(page.locator("[data-time-zone]")).to_have_count(0)
    expect(page.locator("#id_time_zone")).to_have_value("Asia/Tokyo")


def test_a_picture_is_chosen_shown_and_removed(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.sam)
    page.goto("/profile/preferences/")
    page.locator("#id_picture").set_input_files(
        files={"name": "me.png", "mimeType": "image/png", "buffer": uploads.encoded("PNG")}
    )
    page.get_by_role("button", name="Upload picture").click()
    shown = page.locator(".user-button img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.complete && image.naturalWidth") == 64
    page.get_by_role("button", name="Remove picture").click()
    expect(shown).to_have_count(0)
