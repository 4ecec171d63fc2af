"""Text 004, followed step by step under the policy `exoscale`: what it says of organizations, contexts and users."""

import pytest
from playwright.sync_api import expect

from organizations.models import Details, Membership, Organization
from tests.e2e.manual import MakeReader, Reader, somebody

POLICY = "exoscale"

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

OWNER, TECH, ADMIN = "eva@example.com", "theo@example.com", "adam.admin@example.com"


def test_organizations_and_team_work(reader: MakeReader) -> None:
    eva, theo, adam = reader(OWNER), reader(TECH), reader(ADMIN)
    eva.sign_up()
    create(eva)
    switch(eva)
    begins_in_the_personal_account(eva)
    invite(eva)
    theo.join_by_mail(OWNER, "Acme")
    is_tech(theo)
    has_colleague(Organization.objects.get(slug="acme"))
    is_admin(adam)
    manage_users(eva, theo)


def create(eva: Reader) -> None:
    """*Creating an Organization*: its details are used for billing, it has a credit of 0 and is SUSPENDED."""
    eva.is_at("/o/personal/")
    eva.is_in("Personal Account")
    eva.choose("ORGANIZATIONS")
    eva.is_at("/profile/organizations/")
    eva.follow("New organization")
    eva.finds("credit of 0")
    eva.finds("suspended")
    eva.page.get_by_label("Name", exact=True).fill("Acme")
    eva.page.locator("summary").click()
    eva.page.locator("[name=company]").fill("Acme SA")
    eva.page.locator("[name=country]").select_option("CH")
    eva.press("Create organization")
    eva.is_at("/o/acme/")
    expect(eva.page.locator("[popovertarget=switcher]")).to_contain_text("SUSPENDED", ignore_case=True)
    eva.finds("Nothing new can be created or started until a first payment is made.", "body")
    assert Details.objects.get(organization__slug="acme").company == "Acme SA"


def switch(eva: Reader) -> None:
    """*Switching Context*: the menu's label names the context, and it lists the others."""
    eva.is_in("Acme")
    eva.choose("Personal Account")
    eva.is_in("Personal Account")
    eva.choose("Acme")
    eva.is_in("Acme")
    eva.choose("Personal Account")
    eva.choose("ORGANIZATIONS")
    expect(eva.row("Acme")).to_contain_text("Owner")
    eva.follow("Acme", eva.row("Acme"))
    eva.is_in("Acme")


def begins_in_the_personal_account(eva: Reader) -> None:
    """*when you log-in you will always find yourself on your personal account*."""
    eva.sign_out()
    eva.sign_in()
    eva.is_at("/o/personal/")
    eva.is_in("Personal Account")


def invite(eva: Reader) -> None:
    """*Add Users to your Organization*: a USERS menu instead of ORGANIZATIONS, and three roles to choose from."""
    eva.choose("Acme")
    menu = eva.open_menu("user-menu", "right")
    eva.misses("ORGANIZATIONS", "#user-menu")
    eva.follow("USERS", menu)
    eva.heads("Users")
    eva.follow("Invite user")
    assert eva.roles() == ["Owner", "Tech", "Admin"]
    eva.page.get_by_label("E-mail address").fill(TECH)
    eva.page.get_by_label("Role").select_option(label="Tech")
    eva.press("Send invitation")


def is_tech(theo: Reader) -> None:
    """Has a personal account, too; neither pays nor edits administrative information, nor invites."""
    theo.sign_out()
    theo.sign_in()
    theo.is_in("Personal Account")
    theo.choose("Acme")
    theo.choose("USERS")
    theo.misses("Invite user")
    theo.misses("Edit")
    assert theo.open("/o/acme/members/invitations/new/") == 403
    assert theo.open("/o/acme/settings/details/") == 403


def has_colleague(acme: Organization) -> None:
    Membership.build(organization=acme, user=somebody(ADMIN).user, role="admin").save()


def is_admin(adam: Reader) -> None:
    """Edits the account's details, cannot invite; leaves *from the Organizations list*."""
    adam.sign_in()
    adam.choose("Acme")
    assert adam.open("/o/acme/members/invitations/new/") == 403
    adam.open("/o/acme/settings/details/")
    expect(adam.page.locator("[name=company]")).to_have_value("Acme SA")
    adam.choose("Personal Account")
    adam.choose("ORGANIZATIONS")
    row = adam.row("Acme")
    row.get_by_role("button").click()
    adam.follow("Leave", row)
    adam.page.get_by_role("button", name="Leave organization", exact=True).click()
    adam.is_at("/profile/organizations/")
    expect(adam.row("Acme")).to_have_count(0)


def manage_users(eva: Reader, theo: Reader) -> None:
    """*modify each user's role and … remove the user*, and one's own role is another's to change."""
    eva.choose("USERS")
    expect(eva.row(OWNER).get_by_role("link", name="Edit")).to_have_count(0)
    eva.edit_role(TECH, "Admin")
    eva.row_action(TECH, "Remove")
    eva.page.get_by_role("button", name="Remove member", exact=True).click()
    expect(eva.row(TECH)).to_have_count(0)
    assert theo.open("/o/acme/") == 404
