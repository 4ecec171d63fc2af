"""Text 003, followed step by step under the policy `percona`: what it says of organizations, members and roles."""

import pytest
from django.utils import timezone

from organizations.actions import invite_member
from organizations.models import Membership
from tests.cast import make_team
from tests.e2e.manual import Follower, MakeFollower, choose, edit_role, is_member, join_by_mail, somebody

POLICY = "percona"

ADMIN, TECHNICAL = "ana@example.com", "tom@example.com"


def test_an_organization_from_getting_started_on(reader: MakeFollower) -> None:
    walk(reader)


@pytest.mark.long
@pytest.mark.e2e
@pytest.mark.browser
def test_the_same_in_a_browser(reader_in_browser: MakeFollower) -> None:
    walk(reader_in_browser)


def walk(reader: MakeFollower) -> None:
    """All of it."""
    ana, tom = reader(ADMIN), reader(TECHNICAL)
    ana.sign_up()
    create(ana)
    view(ana)
    add_member(ana)
    join_by_mail(tom, ADMIN, "Acme")
    is_technical(tom)
    edit_roles(ana)
    has_no_second_organization(tom)


def create(ana: Follower) -> None:
    """*To create an organization*, steps 2 and 3."""
    ana.is_at("/getting-started/")
    ana.heads("Getting Started")
    ana.follow("Add Organization")
    ana.fill("Name", "Acme")
    ana.press("Save")
    ana.is_at("/o/acme/")
    ana.heads("Acme")
    ana.finds("Created")
    ana.finds(str(timezone.localdate().year))


def view(ana: Follower) -> None:
    """*Viewing the organization info*: the option to create it is checked, *View Organization* leads there."""
    choose(ana, "Getting Started")
    ana.ticked("Create or join an organization")
    ana.misses("Add Organization")
    ana.follow("View Organization")
    ana.is_at("/o/acme/")


def add_member(ana: Follower) -> None:
    """*Add organization members*, steps 3 to 5."""
    ana.section("Members")
    ana.follow("Invite Member")
    ana.heads("Invite Member")
    assert ana.roles() == ["Admin", "Technical user"]
    ana.fill("E-mail address", TECHNICAL)
    ana.pick("Role", "Technical user")
    ana.press("Save")
    ana.finds(f"The invitation to {TECHNICAL} is queued; the mail leaves in a moment.", "body")


def is_technical(tom: Follower) -> None:
    """*Roles and permissions*: views users and organization, invites, and neither manages nor changes roles."""
    tom.section("Members")
    tom.line_says(ADMIN, "Admin")
    tom.misses("Edit")
    tom.misses("Remove")
    tom.follow("Invite Member")
    assert tom.roles() == ["Technical user"]
    ana = Membership.objects.get(user__email=ADMIN)
    assert tom.open(f"/o/acme/members/{ana.pk}/role/") == 403
    # Of the settings, only the servers that a Technical user connects are theirs to see.
    assert tom.open("/o/acme/settings/details/") == 403


def edit_roles(ana: Follower) -> None:
    """*Edit roles*: everybody's but one's own."""
    choose(ana, "Getting Started")
    ana.follow("View Organization")
    ana.section("Members")
    ana.line_misses(ADMIN, "Edit")
    assert ana.open("/o/acme/role/") == 404
    ana.section("Members")
    ana.in_line(TECHNICAL, "Edit")
    ana.heads("Edit Member")
    ana.follow("Cancel")
    edit_role(ana, TECHNICAL, "Admin")


def has_no_second_organization(tom: Follower) -> None:
    """*you cannot be member of multiple organizations or create more than one*."""
    tom.open("/o/acme/")
    tom.misses("New organization", tom.menu("switcher"))
    tom.open("/organizations/new/")
    tom.finds("You are in Acme")
    rita = somebody("rita.rival@example.com")
    rival = make_team("Rival", rita)
    invite_member(organization=rival, email=TECHNICAL, role="technical", by=rita.actor(rival))
    tom.open("/profile/organizations/")
    tom.misses("New organization")
    tom.press("Accept the invitation to Rival")
    tom.finds("You can be in 1 organization at a time. Leave it first.", "body")
    assert not is_member(TECHNICAL, "rival")
