"""Attacks across tenants and roles: each is tried over HTTP; its number stands in ATTACKS.md."""

from typing import Any

import pytest

from accounts.models import User
from organizations.actions import remove_member
from organizations.models import Invitation, Membership, Organization
from tests.accounts.signing import prove
from tests.cast import Cast, make_team
from tests.organizations.asking import ask, make_public
from tests.organizations.batching import give, page_of
from tests.organizations.inviting import NEW, invite
from tests.organizations.owning import download_path, exported, offer
from tests.reading import body, main_words

pytestmark = pytest.mark.django_db


def roles(organization: Organization) -> dict[str, str]:
    return dict(organization.memberships.values_list("user__email", "role"))


def test_19_reach_another_organization_through_its_ids(cast: Cast) -> None:
    """The whole walk is in tests/access/; here, that nothing of Rival shows or changes through Acme's addresses."""
    rita = cast.rita.membership(cast.rival)
    before = roles(cast.rival)
    for method in ("get", "post", "put", "delete", "patch"):
        for path in (
            f"/o/acme/members/{rita.pk}/role/",
            f"/o/acme/members/{rita.pk}/removal/",
            "/o/rival/",
            "/o/rival/settings/",
        ):
            response = getattr(cast.olivia.client, method)(path)
            assert response.status_code in (404, 405)
            assert "Rita" not in body(response)
    assert roles(cast.rival) == before


def test_20_post_with_a_role_that_may_only_read(cast: Cast) -> None:
    before = roles(cast.acme)
    for person in (cast.mia, cast.theo, cast.bella):
        for path in (
            "/o/acme/settings/",
            NEW,
            f"/o/acme/members/{cast.adam.membership(cast.acme).pk}/role/",
            f"/o/acme/members/{cast.adam.membership(cast.acme).pk}/removal/",
        ):
            response = person.client.post(path, {"name": "x", "slug": "x", "email": "x@example.com", "role": "member"})
            assert response.status_code == 403
    assert roles(cast.acme) == before
    assert not Invitation.objects.exists()


def test_21_raise_oneself_by_the_form(cast: Cast) -> None:
    for person, role in ((cast.adam, "owner"), (cast.mia, "admin"), (cast.theo, "owner")):
        own = person.membership(cast.acme)
        person.client.post(f"/o/acme/members/{own.pk}/role/", {"role": role})
        assert person.membership(cast.acme).role == own.role


def test_21_raise_oneself_by_inviting_another_own_address(cast: Cast) -> None:
    """Refused for an own address; an address added afterwards finds that one is a member already."""
    cast.adam.client.post(NEW, {"email": "adam.admin@example.com", "role": "admin"})
    assert not Invitation.objects.exists()
    invitation = invite(cast, "adam.two@example.com", "admin", by=cast.adam)
    prove(cast.adam.client).post(f"/invitations/{invitation.token('copied')}/address/")
    User.objects.get(pk=cast.adam.user.pk)
    cast.adam.user.emailaddress_set.update(verified=True)  # type: ignore[attr-defined] # allauth has no types
    assert cast.adam.client.post(f"/invitations/{invitation.token('copied')}/acceptance/").status_code == 409
    # And nobody is invited as more than the inviter.
    cast.adam.client.post(NEW, {"email": "adam.three@example.com", "role": "owner"})
    assert not Invitation.objects.filter(role="owner").exists()


def test_23_go_on_after_being_removed(cast: Cast) -> None:
    client = cast.adam.client
    assert client.get("/o/acme/settings/").status_code == 200
    invitation = invite(cast, "new.face@example.com", by=cast.adam)
    remove_member(membership=cast.adam.membership(cast.acme), by=cast.olivia.actor(cast.acme))
    for path in ("/o/acme/", "/o/acme/members/", "/o/acme/settings/", f"/o/acme/members/invitations/{invitation.pk}/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"name": "Mine", "slug": "mine"}).status_code == 404
    assert client.post(NEW, {"email": "other.face@example.com", "role": "member"}).status_code == 404
    assert "Acme" not in body(client.get("/profile/organizations/"))
    assert "Acme" not in body(client.get("/o/personal/"))


def test_23_what_waited_for_who_was_removed_is_gone_too(cast: Cast) -> None:
    """Files, lists, offers and requests that were theirs to fetch or to answer the moment before."""
    adam = cast.adam.client
    export = exported(cast.acme, cast.olivia)
    batch = give(cast, "one.of.many@example.com", by=cast.adam)
    transfer = offer(cast)
    make_public(cast.acme)
    request = ask(cast.sam)
    pages = [
        download_path(export),
        page_of(batch),
        f"{page_of(batch)}confirmation/",
        f"/transfers/{transfer.pk}/acceptance/",
        f"/o/acme/members/requests/{request.pk}/approval/",
    ]
    assert "Acme" in main_words(adam.get("/notifications/"))
    remove_member(membership=cast.adam.membership(cast.acme), by=cast.olivia.actor(cast.acme))
    for path in pages:
        adam.post(path, {"role": "admin"})
        assert adam.get(path).status_code in {404, 405}, path
    assert adam.get(pages[0]).status_code == 404
    assert roles(cast.acme).get("sam.stranger@example.com") is None
    assert "adam.admin@example.com" not in roles(cast.acme)
    assert not Invitation.objects.filter(email="one.of.many@example.com").exists()
    notifications = main_words(adam.get("/notifications/"))
    assert "Sam" not in notifications
    assert "Acme" not in notifications


def test_25_send_a_form_of_one_organization_after_switching_to_another(cast: Cast) -> None:
    vega = make_team("Vega", cast.olivia)
    client = cast.olivia.client
    client.get(NEW)
    client.get("/o/vega/")
    client.post(NEW, {"email": "new.face@example.com", "role": "member"})
    assert [i.organization for i in Invitation.objects.all()] == [cast.acme]
    # With the other's slug and the one's ids: not there.
    mia = cast.mia.membership(cast.acme)
    assert client.post(f"/o/vega/members/{mia.pk}/role/", {"role": "owner"}).status_code == 404
    assert cast.mia.membership(cast.acme).role == "member"
    assert roles(vega) == {"olivia.owner@example.com": "owner"}


EXTRA: dict[str, Any] = {
    "organization": "", "kind": "personal", "status": "closed", "suspended_for": "staff", "person": "", "person_id": "",
    "role": "owner", "state": "accepted", "nonce": "9", "user": "", "user_id": "", "invited_by": "", "is_staff": "on",
    "is_superuser": "on", "is_active": "", "email": "extra@example.com", "id": "0", "pk": "0", "balance": "1000000",
    "allowances-0-amount": "1000", "expires_at": "2099-01-01", "created_at": "2001-01-01",
}  # fmt: skip


def test_26_send_fields_that_a_form_does_not_have(cast: Cast) -> None:
    """Each form gets every field that there is; only its own have an effect."""
    rival = {"organization": str(cast.rival.pk), "organization_id": str(cast.rival.pk), "user": str(cast.mia.user.pk)}
    extra = {**EXTRA, **rival}
    olivia = cast.olivia.client
    olivia.post("/o/acme/settings/", {**extra, "name": "Acme", "slug": "acme", "description": "New."})
    cast.acme.refresh_from_db()
    assert (cast.acme.kind, cast.acme.status, cast.acme.person, cast.acme.description) == (
        "team",
        "active",
        None,
        "New.",
    )
    olivia.post(NEW, {**extra, "email": "new.face@example.com", "role": "member"})
    invitation = Invitation.objects.get()
    assert (invitation.organization, invitation.state, invitation.nonce, invitation.invited_by) == (
        cast.acme,
        "pending",
        1,
        cast.olivia.user,
    )
    assert invitation.expires_at.year < 2099
    theo = cast.theo.membership(cast.acme)
    olivia.post(f"/o/acme/members/{theo.pk}/role/", {**extra, "role": "billing"})
    theo = Membership.objects.get(pk=theo.pk)
    assert (theo.role, theo.organization_id, theo.user_id) == ("billing", cast.acme.pk, cast.theo.user.pk)
    olivia.post("/profile/preferences/", {**extra, "first_name": "Olive", "last_name": "Owner"})
    user = User.objects.get(pk=cast.olivia.user.pk)
    assert (user.first_name, user.is_staff, user.is_superuser, user.is_active, user.email) == (
        "Olive",
        False,
        False,
        True,
        "olivia.owner@example.com",
    )
    cast.sam.client.post("/organizations/new/", {**extra, "name": "Vega", "slug": "vega"})
    vega = Organization.objects.get(slug="vega")
    assert (vega.kind, vega.status, vega.person, roles(vega)) == (
        "team",
        "active",
        None,
        {"sam.stranger@example.com": "owner"},
    )
    assert roles(cast.rival) == {"rita.rival@example.com": "owner"}
