"""Changing a role in the list of members, without leaving it, and taking it back.

What is `long` is answered without a browser in tests/organizations/test_members_inline.py.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Session
from organizations.models import Membership
from tests.cast import Cast
from tests.fixtures.browser import Complaints

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

LIST = "/o/acme/members/?q=example&sort=-name"


def line(page: Page, person: str) -> Locator:
    return page.get_by_role("row").filter(has_text=person)


def choose(page: Page, person: str, now: str, role: str) -> None:
    line(page, person).get_by_role("link", name=now, exact=True).click()
    select = line(page, person).get_by_role("combobox")
    expect(select).to_be_focused()
    select.select_option(role)


def test_a_role_changes_in_the_line_and_is_undone(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.olivia)
    page.goto(LIST)
    page.evaluate("window.stayed = true")
    choose(page, "mia.member@example.com", "Member", "Tech")
    expect(page.locator("#toasts")).to_contain_text("Mia Member is now Tech; before: Member.")
    expect(line(page, "mia.member@example.com").get_by_role("link", name="Tech", exact=True)).to_be_focused()
    expect(line(page, "mia.member@example.com").get_by_title("Edit")).to_be_visible()
    assert page.evaluate("window.stayed")
    assert page.url.endswith(LIST)
    assert cast.mia.membership(cast.acme).role == "tech"

    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone: Mia Member has the former role again.")
    assert page.url.endswith(LIST)
    assert cast.mia.membership(cast.acme).role == "member"


@pytest.mark.long
def test_it_is_undone_without_javascript_too(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.olivia, java_script_enabled=False)
    page.goto(LIST)
    line(page, "mia.member@example.com").get_by_title("Edit").click()
    page.locator("[name=role]").select_option("tech")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Mia Member is now Tech; before: Member.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone: Mia Member has the former role again.")
    assert cast.mia.membership(cast.acme).role == "member"


def test_who_was_faster_is_said_and_the_line_shows_what_is_so(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.olivia)
    page.goto(LIST)
    line(page, "mia.member@example.com").get_by_role("link", name="Member", exact=True).click()
    expect(line(page, "mia.member@example.com").get_by_role("combobox")).to_be_visible()
    mia = cast.mia.membership(cast.acme)
    cast.adam.client.post(f"/o/acme/members/{mia.pk}/role/", {"role": "billing"})
    line(page, "mia.member@example.com").get_by_role("combobox").select_option("Tech")
    expect(page.locator("#toasts")).to_contain_text("Mia Member is now Billing. Look again, and decide anew.")
    expect(line(page, "mia.member@example.com").get_by_role("link", name="Billing", exact=True)).to_be_visible()


@pytest.mark.long
def test_the_line_of_who_is_gone_goes(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.olivia)
    page.goto(LIST)
    line(page, "mia.member@example.com").get_by_role("link", name="Member", exact=True).click()
    expect(line(page, "mia.member@example.com").get_by_role("combobox")).to_be_visible()
    Membership.objects.filter(user=cast.mia.user, organization=cast.acme).delete()
    line(page, "mia.member@example.com").get_by_role("combobox").select_option("Tech")
    expect(page.locator("#toasts")).to_contain_text("This person is no longer a member.")
    expect(line(page, "mia.member@example.com")).to_have_count(0)


def test_making_an_owner_leads_to_the_form(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.olivia)
    page.goto(LIST)
    choose(page, "theo.tech@example.com", "Tech", "Owner")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit member")
    expect(page.locator("[name=role]")).to_have_value("owner")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Theo Tech is now Owner; before: Tech.")
    assert page.url.endswith(LIST)


@pytest.mark.long
def test_who_was_signed_out_is_led_to_signing_in_not_into_the_line(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.olivia)
    page.goto(LIST)
    Session.objects.all().delete()
    line(page, "mia.member@example.com").get_by_role("link", name="Member", exact=True).click()
    page.wait_for_url("**/accounts/login/?next=/o/acme/members/**")


@pytest.mark.long
def test_who_may_no_longer_do_it_sees_the_page_that_says_so(
    cast: Cast, signed_in: Callable[..., Page], complaints: Complaints
) -> None:
    # What the script gets is refused: htmx and the browser both say so.
    complaints.expect("403")
    page = signed_in(cast.adam)
    page.goto(LIST)
    Membership.objects.filter(user=cast.adam.user, organization=cast.acme).update(role="member", rank=4)
    line(page, "mia.member@example.com").get_by_role("link", name="Member", exact=True).click()
    expect(page.locator("main")).to_contain_text("change the roles of members")
