"""Texts 000, 001 and section 3 of 002, followed step by step under the policy `ovhcloud`."""

import pytest
from playwright.sync_api import expect

from tests.e2e import profile
from tests.e2e.manual import MakeReader, Reader

POLICY = "ovhcloud"

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def test_create_or_join_an_organization(reader: MakeReader) -> None:
    olga, colin = reader("olga@example.com"), reader("colin@example.com")
    olga.sign_up()
    create_first(olga)
    create_another(olga)
    invite(olga)
    colin.join_by_mail("olga@example.com", "Borealis")
    colin.is_at("/o/borealis/")
    manage_settings(olga)

    profile.prepare("member")
    profile.walk(reader("sam.stranger@example.com"), reader("rita.rival@example.com"), "Member")


def create_first(olga: Reader) -> None:
    """*If you are not part of an organization already, you will be able to create a new one*."""
    olga.is_at("/getting-started/")
    olga.misses("Personal account", "body")
    olga.follow("Create organization")
    fill_in_and_press_done(olga, "Acme")
    olga.is_at("/o/acme/")


def create_another(olga: Reader) -> None:
    """*click on the drop-down menu located at the top left and then on New organization*."""
    olga.follow("New organization", olga.open_menu("switcher", "left"))
    fill_in_and_press_done(olga, "Borealis")
    olga.is_at("/o/borealis/")
    switcher = olga.open_menu("switcher", "left")
    expect(switcher).to_contain_text("Acme")
    olga.page.keyboard.press("Escape")


def fill_in_and_press_done(olga: Reader, name: str) -> None:
    """*Fill in the name and press Done*."""
    olga.page.get_by_label("Name", exact=True).fill(name)
    olga.press("Done")
    olga.sees("%s is ready.", name)


def invite(olga: Reader) -> None:
    """*you need to ask someone already on there to invite you*."""
    olga.follow("Invite member")
    assert olga.roles() == ["Admin", "Member"]
    olga.page.get_by_label("E-mail address").fill("colin@example.com")
    olga.press("Send invitation")


def manage_settings(olga: Reader) -> None:
    """*the drop-down menu at the top right*: members and permissions, name, description."""
    olga.choose("Manage organization settings")
    olga.is_at("/o/borealis/settings/")
    olga.page.get_by_label("Name", exact=True).fill("Borealis Foods")
    olga.page.get_by_label("Description").fill("Frozen berries from the far north.")
    olga.press("Save", olga.page.locator("#general"))
    expect(olga.page.locator("[popovertarget=switcher]")).to_contain_text("Borealis Foods")
    olga.follow("Members")
    olga.is_at("/o/borealis/members/")
    expect(olga.row("colin@example.com")).to_contain_text("Member")
    olga.choose("Manage organization settings")
    olga.page.locator("main a[href$='/settings/roles/']:visible").first.click()
    olga.heads("Roles")
    olga.finds("invite members")
