"""What is dangerous asks in a dialog, which says who; the search says how many it found."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Session
from tests.cast import Cast, Person
from tests.organizations.inviting import invite

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def choose(page: Page, person: str, action: str) -> Locator:
    """Choose an action in somebody's line, from its menu where it has one, and return what has the focus then."""
    row = page.get_by_role("row").filter(has_text=person)
    menu, link = row.locator("[popovertarget]"), row.get_by_role("link", name=action, exact=True)
    if menu.count():
        menu.click()
    link.click()
    return menu if menu.count() else link


def is_member(person: Person, cast: Cast) -> bool:
    return cast.acme.memberships.filter(user=person.user).exists()


def test_removing_asks_in_a_dialog_and_leads_back_to_the_search(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.olivia)
    page.goto("/o/acme/members/?q=member&role=member")
    button = choose(page, "mia.member@example.com", "Remove")
    dialog = page.get_by_role("dialog", name="Remove Mia Member?")
    expect(dialog).to_contain_text("Mia Member loses access to Acme at once")
    # The safe way out has the focus, and Escape leads back to where one was.
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    assert is_member(cast.mia, cast)

    choose(page, "mia.member@example.com", "Remove")
    dialog.get_by_role("button", name="Remove member").click()
    expect(page.locator("#toasts")).to_contain_text("Mia Member is no longer a member.")
    assert page.url.endswith("/o/acme/members/?q=member&role=member")
    assert not is_member(cast.mia, cast)


# The same dialog; without a browser, tests/organizations asks these questions.
@pytest.mark.long
def test_leaving_and_revoking_ask_too(cast: Cast, signed_in: Callable[..., Page]) -> None:
    invite(cast, "new.comer@example.com")
    page = signed_in(cast.olivia)
    page.goto("/o/acme/members/invitations/")
    choose(page, "new.comer@example.com", "Revoke")
    dialog = page.get_by_role("dialog", name="Revoke the invitation to new.comer@example.com?")
    dialog.get_by_role("button", name="Revoke invitation").click()
    expect(page.locator("#toasts")).to_contain_text("The invitation to new.comer@example.com is revoked.")

    page.goto("/o/acme/")
    page.get_by_role("link", name="Leave this organization").click()
    dialog = page.get_by_role("dialog", name="Leave Acme?")
    dialog.get_by_role("button", name="Leave organization").click()
    # The last owner stays; the page says why.
    expect(page.locator("#toasts")).to_contain_text("Acme needs at least one Owner.")


def test_where_no_question_comes_the_page_itself_opens(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.theo)
    page.goto("/profile/organizations/")
    Session.objects.all().delete()
    choose(page, "Acme", "Leave")
    page.wait_for_url("**/accounts/login/?next=/o/acme/leaving/**")


def test_a_search_is_announced(cast: Cast, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.olivia)
    page.goto("/o/acme/members/")
    region = page.get_by_role("status").and_(page.locator("#members-found"))
    page.get_by_role("searchbox", name="Search by name or address").fill("ad")
    expect(region).to_have_text("1 member")
    page.get_by_role("searchbox", name="Search by name or address").fill("nobody at all")
    expect(region).to_have_text("Nobody found")
