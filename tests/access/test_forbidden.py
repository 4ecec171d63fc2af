"""The page of somebody who may not: which permission is missing, and who can give it."""

import pytest

from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Membership
from tests.cast import Cast, make_person
from tests.reading import words


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        ("/o/acme/settings/", "edit the settings"),
        ("/o/acme/members/invitations/new/", "invite members"),
        ("/o/acme/members/invitations/", "see and revoke invitations"),
        ("/o/acme/members/{member}/role/", "change the roles of members"),
        ("/o/acme/members/{member}/removal/", "remove members"),
    ],
)
def test_the_page_names_the_permission_and_who_can_give_it(cast: Cast, path: str, permission: str) -> None:
    member = cast.theo.membership(cast.acme).pk
    response = cast.mia.client.get(path.format(member=member))
    assert response.status_code == 403
    page = words(response)
    assert f"“{permission}”" in page
    assert "Your role here, Member, does not have it." in page
    # Owners and admins hold it, and may change roles; nobody else is named.
    assert "Somebody who can give it to you: Adam Admin, Olivia Owner." in page
    assert "Bella Billing" not in page


def test_people_of_other_organizations_are_not_named(cast: Cast) -> None:
    assert "Rita" not in words(cast.mia.client.get("/o/acme/settings/"))


def test_at_most_five_are_named(cast: Cast) -> None:
    for number in range(8):
        person = make_person(f"a{number}.admin@example.com")
        Membership.build(organization=cast.acme, user=person.user, role="admin").save()
    page = words(cast.mia.client.get("/o/acme/settings/"))
    assert page.partition("give it to you: ")[2].partition(".")[0].count(", ") == 4


def test_posting_without_the_permission_changes_nothing(cast: Cast) -> None:
    """Attack 20: a role that may only read posts to a view that serves both."""
    for person in (cast.bella, cast.theo, cast.mia):
        client = person.client
        assert client.post("/o/acme/settings/", {"name": "Mine", "slug": "mine"}).status_code == 403
        assert (
            client.post("/o/acme/members/invitations/new/", {"email": "a@b.example", "role": "member"}).status_code
            == 403
        )
        own = person.membership(cast.acme)
        assert client.post(f"/o/acme/members/{own.pk}/role/", {"role": "owner"}).status_code == 403
        assert client.post(f"/o/acme/members/{own.pk}/removal/").status_code == 403
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.slug) == ("Acme", "acme")
    assert sorted(cast.acme.memberships.values_list("role", flat=True)) == [
        "admin",
        "billing",
        "member",
        "owner",
        "tech",
    ]
    assert not cast.acme.invitations.exists()


def test_a_suspension_says_that_it_is_one_and_blames_no_role(cast: Cast) -> None:
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    for path in ("/o/acme/settings/joining/", "/o/acme/members/invitations/new/"):
        page = words(cast.olivia.client.get(path))
        assert "Your role allows it, but Acme is suspended" in page
        assert "does not have it" not in page
        assert "Somebody who can give it" not in page


def test_under_a_suspension_by_staff_invitations_are_revoked_and_none_is_sent(cast: Cast) -> None:
    client = cast.olivia.client
    client.post("/o/acme/members/invitations/new/", {"email": "new.face@example.com", "role": "member"})
    invitation = cast.acme.invitations.get()
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    page = f"/o/acme/members/invitations/{invitation.pk}/"
    for path in ("/o/acme/", "/o/acme/members/", "/o/acme/members/invitations/", page):
        text = words(client.get(path))
        assert "Invite member" not in text, path
        assert "Send again" not in text, path
    assert client.post(f"{page}sending/").status_code == 403
    assert "Revoke" in words(client.get(page))
    assert "is revoked" in words(client.post(f"{page}revocation/", follow=True))
