"""The browser's Back: the page that was there, whole, and none of somebody who has signed out."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cast import Cast
from tests.fixtures.browser import FLAGS
from tests.harness.binaries import find_chromium

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def test_back_after_a_search_shows_the_whole_page(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.olivia)
    page.goto("/o/acme/members/")
    page.locator("main [name=q]").fill("theo")
    page.wait_for_url("**/members/?*q=theo*")
    expect(page.locator("#members tbody tr")).to_have_count(1)
    page.goto("/o/acme/")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Members")
    expect(page.locator("main [name=q]")).to_have_value("theo")
    expect(page.locator("#members tbody tr")).to_have_count(1)


def test_back_from_one_search_to_the_one_before_shows_what_was_found(
    cast: Cast, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(cast.olivia)
    page.goto("/o/acme/members/")
    for term in ("theo", "mia"):
        page.locator("main [name=q]").fill(term)
        page.wait_for_url(f"**/members/?*q={term}*")
    page.go_back()
    expect(page.locator("main [name=q]")).to_have_value("theo")
    expect(page.locator("#members tbody tr")).to_have_text(re.compile("theo.tech@example.com"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Members")
    # Nobody who uses this computer later finds pages in it.
    assert page.evaluate("[localStorage.length, sessionStorage.getItem('htmx-history-cache')]") == [0, None]


@pytest.fixture
def browser_that_keeps_pages(browser: Browser) -> Iterator[Browser]:
    """Chromium as people have it: it keeps whole pages for Back, which Playwright forbids."""
    chromium = browser.browser_type.launch(
        executable_path=find_chromium(),
        args=FLAGS,
        chromium_sandbox=False,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield chromium
    chromium.close()


def test_back_after_signing_out_shows_nothing_of_before(
    cast: Cast, web: str, browser_that_keeps_pages: Browser
) -> None:
    page = browser_that_keeps_pages.new_page(base_url=web)
    session = cast.olivia.client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": web}])
    page.goto("/o/acme/members/")
    expect(page.locator("main")).to_contain_text("Theo Tech")
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda address: "/logout/" not in address)
    page.evaluate("history.go(-2)")
    page.wait_for_url("**/accounts/login/?next=/o/acme/members/")
    assert "Theo Tech" not in page.content()
