"""The main job, as two strangers do it: sign up, make an organization, invite, accept, switch, part."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import MakeVisitor, Visitor, link_in

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PLAIN = DESK | {"java_script_enabled": False}
LONG = pytest.mark.long


@pytest.fixture
def served(live_console_with_mail: str) -> str:
    """As an operator has it: with Redis, a worker and beat."""
    return live_console_with_mail


@pytest.mark.parametrize(
    ("hers", "his", "language"),
    [
        pytest.param(DESK, PHONE, "en", id="at a desk and on a phone", marks=pytest.mark.embedded),
        # The test client, with which the rest is tested, has no JavaScript either.
        pytest.param(PLAIN, PLAIN, "fr", id="without JavaScript in French", marks=LONG),
        pytest.param(DESK, DESK, "en", id="at a desk", marks=LONG),
        pytest.param(PHONE, PHONE, "en", id="on a phone", marks=LONG),
        pytest.param(PLAIN, PLAIN, "en", id="without JavaScript", marks=LONG),
        pytest.param(DESK, DESK, "fr", id="in French", marks=LONG),
    ],
)
def test_two_strangers_become_a_team_and_part(
    visitor: MakeVisitor, hers: dict[str, Any], his: dict[str, Any], language: str
) -> None:
    olga, colin = visitor("olga@example.com", **hers), visitor("colin@example.com", **his)
    olga.open("/")
    if language == "fr":
        olga.speak("fr", "Français")

    olga.sign_up()
    olga.is_at("/getting-started/")
    olga.name_oneself("Olga", "Owner")
    olga.create_organization("Acme", "acme")
    olga.invite("colin@example.com", "tech", "Welcome on board!")

    join(colin, language)
    olga.read("%(person)s joined %(organization)s", person="colin@example.com", organization="Acme")
    both_are_listed(olga)
    colin.switch_to("/o/personal/")
    colin.switch_to("/o/acme/")

    change_role(olga)
    colin.read("Your role in %(organization)s is now %(role)s", organization="Acme", role=colin.role("member"))
    remove(olga)
    assert colin.open("/o/acme/") == 404
    assert colin.open("/o/no-such-organization/") == 404
    colin.read("You are no longer a member of %s", "Acme")
    assert [message["To"] for message in olga.mail.messages].count("colin@example.com") == 3


def join(colin: Visitor, language: str) -> None:
    """Through the link in the mail into the organization: it says who invites, and verifies the address."""
    colin.language = language
    invitation = colin.read("%(inviter)s invites you to %(organization)s", inviter="Olga Owner", organization="Acme")
    colin.open(link_in(invitation))
    if language == "fr":
        colin.speak("fr", "Français")
    colin.sees("Welcome on board!")
    colin.follow("Create account")
    expect(colin.page.locator("[name=email]")).to_have_value("colin@example.com")
    colin.fill_sign_up()
    # No second verification: whoever opened the mailed link has the address.
    colin.press("Accept invitation")
    colin.is_at("/o/acme/")
    colin.sees("Welcome to %s.", "Acme")


def both_are_listed(olga: Visitor) -> None:
    olga.section("Members")
    olga.is_at("/o/acme/members/")
    expect(olga.page.get_by_role("heading", level=1)).to_have_text({"en": "Members", "fr": "Membres"}[olga.language])
    expect(olga.row("colin@example.com")).to_contain_text(olga.role("tech"))
    expect(olga.row("olga@example.com")).to_contain_text(olga.role("owner"))


def change_role(olga: Visitor) -> None:
    olga.row_action("colin@example.com", "Edit")
    olga.page.locator("[name=role]").select_option("member")
    olga.press("Save")
    olga.is_at("/o/acme/members/")
    expect(olga.row("colin@example.com")).to_contain_text(olga.role("member"))


def remove(olga: Visitor) -> None:
    olga.row_action("colin@example.com", "Remove")
    olga.press("Remove member")
    olga.is_at("/o/acme/members/")
    expect(olga.row("colin@example.com")).to_have_count(0)
