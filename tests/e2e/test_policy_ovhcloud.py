"""Texts 000, 001 and section 3 of 002, followed step by step under the policy `ovhcloud`."""

import pytest

from tests.e2e import profile
from tests.e2e.manual import Follower, MakeFollower, choose, join_by_mail

POLICY = "ovhcloud"


def test_create_or_join_an_organization(reader: MakeFollower) -> None:
    walk(reader)


@pytest.mark.long
@pytest.mark.e2e
@pytest.mark.browser
def test_the_same_in_a_browser(reader_in_browser: MakeFollower) -> None:
    walk(reader_in_browser)


def walk(reader: MakeFollower) -> None:
    """All of it."""
    olga, colin = reader("olga@example.com"), reader("colin@example.com")
    olga.sign_up()
    create_first(olga)
    create_another(olga)
    invite(olga)
    join_by_mail(colin, "olga@example.com", "Borealis")
    colin.is_at("/o/borealis/")
    manage_settings(olga)

    profile.prepare("member")
    profile.walk(reader("sam.stranger@example.com"), reader("rita.rival@example.com"), "Member")


def create_first(olga: Follower) -> None:
    """*If you are not part of an organization already, you will be able to create a new one*."""
    olga.is_at("/getting-started/")
    olga.misses("Personal account", "body")
    olga.follow("Create organization")
    fill_in_and_press_done(olga, "Acme")
    olga.is_at("/o/acme/")


def create_another(olga: Follower) -> None:
    """*click on the drop-down menu located at the top left and then on New organization*."""
    olga.follow("New organization", olga.menu("switcher"))
    fill_in_and_press_done(olga, "Borealis")
    olga.is_at("/o/borealis/")
    olga.finds("Acme", olga.menu("switcher"))
    olga.close_menu()


def fill_in_and_press_done(olga: Follower, name: str) -> None:
    """*Fill in the name and press Done*."""
    olga.fill("Name", name)
    olga.press("Done")
    olga.finds(f"{name} is ready.", "body")


def invite(olga: Follower) -> None:
    """*you need to ask someone already on there to invite you*."""
    olga.follow("Invite member")
    assert olga.roles() == ["Admin", "Member"]
    olga.fill("E-mail address", "colin@example.com")
    olga.press("Send invitation")


def manage_settings(olga: Follower) -> None:
    """*the drop-down menu at the top right*: members and permissions, name, description."""
    choose(olga, "Manage organization settings")
    olga.is_at("/o/borealis/settings/")
    olga.fill("Name", "Borealis Foods")
    olga.fill("Description", "Frozen berries from the far north.")
    olga.press("Save", "#general")
    olga.menu_says("switcher", "Borealis Foods")
    olga.follow("Members")
    olga.is_at("/o/borealis/members/")
    olga.line_says("colin@example.com", "Member")
    choose(olga, "Manage organization settings")
    olga.follow_to("/settings/roles/")
    olga.heads("Roles")
    olga.finds("invite members")
