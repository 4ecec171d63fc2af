"""Without a mouse: Tab reaches what the frame offers, in a sensible order, and the focus is always seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.cast import Cast
from tests.e2e.visitor import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def tab_to(page: Page, target: Locator, *, most: int = 30) -> None:
    """Press Tab until ``target`` has the focus, which must be seen on each stop."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and target.evaluate("element => element === document.activeElement"):
            assert target.evaluate("element => getComputedStyle(element).outlineStyle") != "none", (
                "The focus is not seen."
            )
            return
    pytest.fail(f"{most} presses of Tab do not lead to {target}.")


def test_signing_in_switching_and_the_menus(cast: Cast, web: str, new_page: Callable[..., Page]) -> None:
    cast.olivia.user.set_password(PASSWORD)
    cast.olivia.user.save()
    page = new_page(base_url=web)
    page.goto("/accounts/login/")
    tab_to(page, page.locator("[name=login]"))
    page.keyboard.type("olivia.owner@example.com")
    tab_to(page, page.locator("[name=password]"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/**")

    page.goto("/o/personal/")
    choose_by_switcher(page)
    close_by_escape(page, page.locator("[popovertarget=user-menu]"), page.locator("#user-menu"))
    close_by_escape(page, page.locator("[popovertarget=switcher]"), page.locator("#switcher"))
    skip_to_content(page)
    remove = page.get_by_title("Remove").first
    tab_to(page, remove)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(remove).to_be_focused()


def choose_by_switcher(page: Page) -> None:
    tab_to(page, page.locator("[popovertarget=switcher]"))
    page.keyboard.press("Enter")
    expect(page.locator("#switcher")).to_be_visible()
    # The entries come next after the button, not at the end of the page.
    tab_to(page, page.locator("#switcher a[href='/o/acme/']"), most=3)
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/acme/")


def close_by_escape(page: Page, button: Locator, menu: Locator) -> None:
    """Open a menu, go into it, press Escape: it is closed, and the focus is where it was."""
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    tab_to(page, menu.locator("a, button").first, most=2)
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def skip_to_content(page: Page) -> None:
    page.goto("/o/acme/members/")
    skip = page.locator(".skip-link")
    tab_to(page, skip, most=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


def test_a_wrong_form_takes_the_focus_to_its_first_error(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.olivia)
    page.goto("/o/acme/members/invitations/new/")
    page.locator("[name=note]").fill("Welcome!")
    tab_to(page, page.get_by_role("button", name="Send invitation"))
    page.keyboard.press("Enter")
    field = page.locator("[name=email]")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_email_error")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("One field needs your attention.")
    expect(page.locator("[name=note]")).to_have_value("Welcome!")
