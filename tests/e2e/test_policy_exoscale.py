"""Text 004, followed step by step under the policy `exoscale`: what it says of organizations, contexts and users."""

import pytest

from organizations.models import Details, Membership, Organization
from tests.e2e.manual import Follower, MakeFollower, choose, edit_role, join_by_mail, sign_out, somebody

POLICY = "exoscale"

OWNER, TECH, ADMIN = "eva@example.com", "theo@example.com", "adam.admin@example.com"


def test_organizations_and_team_work(reader: MakeFollower) -> None:
    walk(reader)


@pytest.mark.long
@pytest.mark.e2e
@pytest.mark.browser
def test_the_same_in_a_browser(reader_in_browser: MakeFollower) -> None:
    walk(reader_in_browser)


def walk(reader: MakeFollower) -> None:
    """All of it."""
    eva, theo, adam = reader(OWNER), reader(TECH), reader(ADMIN)
    eva.sign_up()
    create(eva)
    switch(eva)
    begins_in_the_personal_account(eva)
    invite(eva)
    join_by_mail(theo, OWNER, "Acme")
    is_tech(theo)
    has_colleague(Organization.objects.get(slug="acme"))
    is_admin(adam)
    manage_users(eva, theo)


def create(eva: Follower) -> None:
    """*Creating an Organization*: its details are used for billing, it has a credit of 0 and is SUSPENDED."""
    eva.is_at("/o/personal/")
    eva.is_in("Personal Account")
    choose(eva, "ORGANIZATIONS")
    eva.is_at("/profile/organizations/")
    eva.follow("New organization")
    eva.finds("credit of 0")
    eva.finds("suspended")
    eva.fill("Name", "Acme")
    eva.unfold()
    eva.fill("Company", "Acme SA")
    eva.pick("Country", "Switzerland")
    eva.press("Create organization")
    eva.is_at("/o/acme/")
    eva.menu_says("switcher", "SUSPENDED")
    eva.finds("Nothing new can be created or started until a first payment is made.", "body")
    assert Details.objects.get(organization__slug="acme").company == "Acme SA"


def switch(eva: Follower) -> None:
    """*Switching Context*: the menu's label names the context, and it lists the others."""
    eva.is_in("Acme")
    choose(eva, "Personal Account")
    eva.is_in("Personal Account")
    choose(eva, "Acme")
    eva.is_in("Acme")
    choose(eva, "Personal Account")
    choose(eva, "ORGANIZATIONS")
    eva.line_says("Acme", "Owner")
    eva.in_line("Acme", "Acme")
    eva.is_in("Acme")


def begins_in_the_personal_account(eva: Follower) -> None:
    """*when you log-in you will always find yourself on your personal account*."""
    sign_out(eva)
    eva.sign_in()
    eva.is_at("/o/personal/")
    eva.is_in("Personal Account")


def invite(eva: Follower) -> None:
    """*Add Users to your Organization*: a USERS menu instead of ORGANIZATIONS, and three roles to choose from."""
    choose(eva, "Acme")
    menu = eva.menu("user-menu")
    eva.misses("ORGANIZATIONS", menu)
    eva.follow("USERS", menu)
    eva.heads("Users")
    eva.follow("Invite user")
    assert eva.roles() == ["Owner", "Tech", "Admin"]
    eva.fill("E-mail address", TECH)
    eva.pick("Role", "Tech")
    eva.press("Send invitation")


def is_tech(theo: Follower) -> None:
    """Has a personal account, too; neither pays nor edits administrative information, nor invites."""
    sign_out(theo)
    theo.sign_in()
    theo.is_in("Personal Account")
    choose(theo, "Acme")
    choose(theo, "USERS")
    theo.misses("Invite user")
    theo.misses("Edit")
    assert theo.open("/o/acme/members/invitations/new/") == 403
    assert theo.open("/o/acme/settings/details/") == 403


def has_colleague(acme: Organization) -> None:
    Membership.build(organization=acme, user=somebody(ADMIN).user, role="admin").save()


def is_admin(adam: Follower) -> None:
    """Edits the account's details, cannot invite; leaves *from the Organizations list*."""
    adam.sign_in()
    choose(adam, "Acme")
    assert adam.open("/o/acme/members/invitations/new/") == 403
    adam.open("/o/acme/settings/details/")
    assert adam.value("Company") == "Acme SA"
    choose(adam, "Personal Account")
    choose(adam, "ORGANIZATIONS")
    adam.in_menu_of_line("Acme", "Leave")
    adam.press("Leave organization", "body")
    adam.is_at("/profile/organizations/")
    adam.no_line("Acme")


def manage_users(eva: Follower, theo: Follower) -> None:
    """*modify each user's role and … remove the user*, and one's own role is another's to change."""
    choose(eva, "USERS")
    eva.line_misses(OWNER, "Edit")
    edit_role(eva, TECH, "Admin")
    eva.in_line(TECH, "Remove")
    eva.press("Remove member", "body")
    eva.no_line(TECH)
    assert theo.open("/o/acme/") == 404
