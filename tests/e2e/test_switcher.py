"""The switcher by keyboard: arrows, Home and End, letters, a filter beyond eight, the server's help beyond fifty."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.actions import await_answer
from console.ids import uuid7
from organizations.models import Membership, Organization
from tests.cast import Cast, Person, make_team
from tests.e2e.inspection import Inspection
from tests.e2e.test_accessible import LOOKS

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def button(page: Page) -> Locator:
    return page.locator("[popovertarget=switcher]")


def entry(page: Page, slug: str) -> Locator:
    return page.locator(f"#switcher a[href='/o/{slug}/']")


def join_many(person: Person, number: int) -> None:
    teams = Organization.objects.bulk_create(
        Organization(name=f"Team {index:02}", slug=f"team-{index:02}", search=f" team {index:02}")
        for index in range(number)
    )
    Membership.objects.bulk_create(Membership.build(organization=o, user=person.user, role="member") for o in teams)


def test_arrows_letters_and_escape_go_through_it(cast: Cast, signed_in: Callable[..., Page]) -> None:
    make_team("Vega", cast.rita, {"tech": cast.mia})
    make_team("Vesta", cast.rita, {"tech": cast.mia})
    page = signed_in(cast.mia)
    page.goto("/o/acme/members/")
    button(page).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#switcher")).to_be_visible()
    expect(entry(page, "acme")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(entry(page, "acme")).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("#switcher a[href='/organizations/new/']")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(entry(page, "acme")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#switcher a[href='/organizations/new/']")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.type("ves")
    expect(entry(page, "vesta")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#switcher")).to_be_hidden()
    expect(button(page)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#switcher a[href='/organizations/new/']")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.type("p")
    expect(entry(page, "personal")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/personal/")


def test_beyond_eight_one_types_and_enter_takes_the_first(cast: Cast, signed_in: Callable[..., Page]) -> None:
    join_many(cast.sam, 12)
    page = signed_in(cast.sam)
    page.goto("/o/personal/")
    button(page).focus()
    page.keyboard.press("Enter")
    field = page.locator("#switcher input")
    expect(field).to_be_focused()
    page.keyboard.type("team 07")
    expect(page.locator("#switcher-entries li:visible")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(entry(page, "team-07")).to_be_focused()
    page.keyboard.press("ArrowUp")
    # A letter goes on with what is typed.
    entry(page, "team-07").focus()
    page.keyboard.type("x")
    expect(field).to_have_value("team 07x")
    expect(page.locator("#switcher .menu-none")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/team-07/")


def test_beyond_fifty_the_server_finds_the_rest(cast: Cast, signed_in: Callable[..., Page]) -> None:
    join_many(cast.sam, 70)
    page = signed_in(cast.sam)
    page.goto("/o/personal/")
    button(page).click()
    first = entry(page, "team-00")
    if first.count():
        # The last used stand in the list; whichever are not, are found.
        expect(page.locator("#switcher-entries li")).to_have_count(50)
    page.keyboard.type("team 69")
    expect(page.locator("#switcher-entries li")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/team-69/")


@pytest.mark.parametrize("look", LOOKS)
def test_with_many_contexts_it_is_for_everybody(
    look: dict[str, Any], cast: Cast, signed_in: Callable[..., Page]
) -> None:
    join_many(cast.sam, 12)
    for _ in range(12):
        await_answer(
            [cast.sam.user],
            kind="join_answer",
            target_id=uuid7(),
            address="/profile/organizations/",
            names={"organization": "Rival", "answer": "declined"},
        )
    inspection = Inspection(signed_in(cast.sam, **look))
    inspection.unfold("/o/personal/")
    inspection.open("/notifications/")
    assert inspection.faults == []
