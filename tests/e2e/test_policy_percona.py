"""Text 003, followed step by step under the policy `percona`: what it says of organizations, members and roles."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from organizations.actions import invite_member
from organizations.models import Membership
from tests.cast import make_team
from tests.e2e.manual import MakeReader, Reader, somebody

POLICY = "percona"

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

ADMIN, TECHNICAL = "ana@example.com", "tom@example.com"


def test_an_organization_from_getting_started_on(reader: MakeReader) -> None:
    ana, tom = reader(ADMIN), reader(TECHNICAL)
    ana.sign_up()
    create(ana)
    view(ana)
    add_member(ana)
    tom.join_by_mail(ADMIN, "Acme")
    is_technical(tom)
    edit_role(ana)
    has_no_second_organization(tom)


def create(ana: Reader) -> None:
    """*To create an organization*, steps 2 and 3."""
    ana.is_at("/getting-started/")
    ana.heads("Getting Started")
    ana.follow("Add Organization")
    ana.page.get_by_label("Name", exact=True).fill("Acme")
    ana.press("Save")
    ana.is_at("/o/acme/")
    ana.heads("Acme")
    ana.finds("Created")
    ana.finds(str(timezone.localdate().year))


def view(ana: Reader) -> None:
    """*Viewing the organization info*: the option to create it is checked, *View Organization* leads there."""
    ana.choose("Getting Started")
    ticked = ana.page.locator(".step-done").filter(has_text="Create or join an organization")
    expect(ticked).to_have_count(1)
    ana.misses("Add Organization")
    ana.follow("View Organization")
    ana.is_at("/o/acme/")


def add_member(ana: Reader) -> None:
    """*Add organization members*, steps 3 to 5."""
    ana.section("Members")
    ana.follow("Invite Member")
    ana.heads("Invite Member")
    assert ana.roles() == ["Admin", "Technical user"]
    ana.page.get_by_label("E-mail address").fill(TECHNICAL)
    ana.page.get_by_label("Role").select_option(label="Technical user")
    ana.press("Save")
    ana.sees("The invitation to %s is queued; the mail leaves in a moment.", TECHNICAL)


def is_technical(tom: Reader) -> None:
    """*Roles and permissions*: views users and organization, invites, and neither manages nor changes roles."""
    tom.section("Members")
    expect(tom.row(ADMIN)).to_contain_text("Admin")
    tom.misses("Edit")
    tom.misses("Remove")
    tom.follow("Invite Member")
    assert tom.roles() == ["Technical user"]
    ana = Membership.objects.get(user__email=ADMIN)
    assert tom.open(f"/o/acme/members/{ana.pk}/role/") == 403
    assert tom.open("/o/acme/settings/") == 403


def edit_role(ana: Reader) -> None:
    """*Edit roles*: everybody's but one's own."""
    ana.choose("Getting Started")
    ana.follow("View Organization")
    ana.section("Members")
    expect(ana.row(ADMIN).get_by_role("link", name="Edit")).to_have_count(0)
    assert ana.open("/o/acme/role/") == 404
    ana.section("Members")
    ana.row_action(TECHNICAL, "Edit")
    ana.heads("Edit Member")
    ana.page.get_by_role("link", name="Cancel").click()
    ana.edit_role(TECHNICAL, "Admin")


def has_no_second_organization(tom: Reader) -> None:
    """*you cannot be member of multiple organizations or create more than one*."""
    tom.open("/o/acme/")
    menu = tom.open_menu("switcher", "left")
    expect(menu.get_by_role("link", name="New organization")).to_have_count(0)
    tom.open("/organizations/new/")
    tom.finds("You are in Acme")
    rita = somebody("rita.rival@example.com")
    rival = make_team("Rival", rita)
    invite_member(organization=rival, email=TECHNICAL, role="technical", by=rita.actor(rival))
    tom.open("/profile/organizations/")
    tom.misses("New organization")
    tom.press("Accept the invitation to Rival")
    tom.sees("You can be in 1 organization at a time. Leave it first.")
    assert not tom.is_member("rival")
