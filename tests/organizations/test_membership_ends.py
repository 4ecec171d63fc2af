"""Removing members and leaving; the last owner stays, whichever way somebody tries."""

import pytest
from django.test import Client

from audit.models import Event
from organizations import signals
from organizations.actions import invite_member
from organizations.models import Membership
from outbox.models import Mail
from tests.cast import Cast, Person, make_person
from tests.reading import body, link_in, links, mails_to, posts, words

pytestmark = pytest.mark.django_db

LAST = "Acme needs at least one Owner. Give somebody else that role first."


def remove(by: Person, whose: Person, cast: Cast) -> str:
    membership = whose.membership(cast.acme)
    return words(by.client.post(f"/o/acme/members/{membership.pk}/removal/", follow=True))


def is_member(person: Person, cast: Cast) -> bool:
    return Membership.objects.filter(organization=cast.acme, user=person.user).exists()


RULES = [
    ("olivia", "mia", None),
    ("olivia", "adam", None),
    ("adam", "mia", None),
    ("adam", "bella", None),
    ("adam", "olivia", "Olivia Owner may do more than you. Ask somebody with the role Owner."),
    ("adam", "adam", "You cannot remove yourself. Leave the organization instead."),
    ("olivia", "olivia", "You cannot remove yourself. Leave the organization instead."),
]


@pytest.mark.parametrize(("who", "whose", "error"), RULES)
def test_one_removes_only_who_may_do_no_more(cast: Cast, who: str, whose: str, error: str | None) -> None:
    by, member = getattr(cast, who), getattr(cast, whose)
    page = remove(by, member, cast)
    assert is_member(member, cast) == (error is not None)
    if error is None:
        assert f"{member.user.name} is no longer a member." in page
    else:
        assert error in page
        assert Event.objects.get(outcome="denied").action == "membership.removed"
        assert not Mail.objects.exists()


def test_looking_at_the_page_removes_nobody(cast: Cast) -> None:
    page = words(cast.adam.client.get(f"/o/acme/members/{cast.mia.membership(cast.acme).pk}/removal/"))
    assert "Remove Mia Member?" in page
    assert is_member(cast.mia, cast)


def test_the_removed_is_told_by_mail_and_it_is_written_down(cast: Cast) -> None:
    pk = cast.mia.membership(cast.acme).pk
    remove(cast.adam, cast.mia, cast)
    [mail] = mails_to("mia.member@example.com")
    assert mail.subject == "You are no longer a member of Acme"
    for part in (mail.text, mail.html):
        assert "You were removed from Acme." in part
        assert "You get this mail because you were a member of Acme." in part
    assert cast.mia.client.get(link_in(mail)).status_code == 200
    event = Event.objects.get(action="membership.removed")
    assert (event.before, event.organization_id, event.actor_id) == (
        {"user": str(cast.mia.user.pk), "role": "member"},
        cast.acme.pk,
        cast.adam.user.pk,
    )
    # Which membership, and whose account it concerns, can be told from the log.
    assert event.target_id == pk
    assert event.detail.target == "Mia Member · Acme"


def test_the_apps_above_hear_of_the_end_before_it_comes(cast: Cast) -> None:
    heard = []

    def listen(membership: Membership, **_: object) -> None:
        heard.append((membership.user.email, Membership.objects.filter(pk=membership.pk).exists()))

    signals.membership_ended.connect(listen)
    try:
        remove(cast.adam, cast.mia, cast)
        cast.theo.client.post("/o/acme/leaving/")
    finally:
        signals.membership_ended.disconnect(listen)
    assert heard == [("mia.member@example.com", True), ("theo.tech@example.com", True)]


def test_one_leaves_and_is_a_stranger(cast: Cast) -> None:
    client = cast.theo.client
    assert "Leave Acme?" in words(client.get("/o/acme/leaving/"))
    assert is_member(cast.theo, cast)
    response = client.post("/o/acme/leaving/", follow=True)
    assert response.redirect_chain == [("/profile/organizations/", 302)]
    assert "You have left Acme." in words(response)
    assert client.get("/o/acme/").status_code == 404
    event = Event.objects.get(action="membership.left")
    assert (event.actor_id, event.organization_id, event.before) == (
        cast.theo.user.pk,
        cast.acme.pk,
        {"user": str(cast.theo.user.pk), "role": "tech"},
    )


def test_one_who_looked_for_somebody_comes_back_to_what_was_found(cast: Cast) -> None:
    found = "/o/acme/members/?q=m&role=member&sort=-name"
    removal = next(href for href in links(cast.olivia.client.get(found)) if "/removal/" in href)
    assert found in links(cast.olivia.client.get(removal))
    assert cast.olivia.client.post(removal).headers["Location"] == found


def test_a_script_gets_the_question_as_a_dialog(cast: Cast) -> None:
    path = f"/o/acme/members/{cast.mia.membership(cast.acme).pk}/removal/?next=/o/acme/members/%3Fq%3Dm"
    dialog = cast.olivia.client.get(path, headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert body(dialog).lstrip().startswith('<dialog class="dialog" id="question"')
    assert "Remove Mia Member?" in words(dialog)
    assert posts(dialog) == [path]
    assert is_member(cast.mia, cast)


def test_leaving_twice_is_no_error_page(cast: Cast) -> None:
    cast.theo.client.post("/o/acme/leaving/")
    assert cast.theo.client.post("/o/acme/leaving/").status_code == 404


def test_whoever_left_can_be_invited_again_and_comes_back_as_who_they_are_then(cast: Cast) -> None:
    cast.theo.client.post("/o/acme/leaving/")
    cast.olivia.client.post("/o/acme/members/invitations/new/", {"email": "theo.tech@example.com", "role": "member"})
    [mail] = mails_to("theo.tech@example.com", "invitation")
    cast.theo.client.post(f"{link_in(mail)}acceptance/")
    assert cast.theo.membership(cast.acme).role == "member"


def test_invitations_of_whoever_was_removed_are_revoked(cast: Cast) -> None:
    """Else they could come back through one to an address of their own (ATTACKS 21, 23)."""
    invite_member(organization=cast.acme, email="sam.stranger@example.com", role="admin", by=cast.adam.actor(cast.acme))
    remove(cast.olivia, cast.adam, cast)
    assert cast.acme.invitations.get().state == "revoked"


def test_invitations_beyond_a_lowered_role_are_revoked(cast: Cast) -> None:
    for email, role in (("one@example.com", "admin"), ("two@example.com", "member")):
        invite_member(organization=cast.acme, email=email, role=role, by=cast.adam.actor(cast.acme))
    pk = cast.adam.membership(cast.acme).pk
    cast.olivia.client.post(f"/o/acme/members/{pk}/role/", {"role": "tech"})
    assert dict(cast.acme.invitations.values_list("email", "state")) == {
        "one@example.com": "revoked",
        "two@example.com": "pending",
    }


def test_invitations_of_whoever_left_end_too(cast: Cast) -> None:
    """Or one could leave before one is removed, and come back as somebody else."""
    invitation = invite_member(
        organization=cast.acme, email="sam.stranger@example.com", role="member", by=cast.adam.actor(cast.acme)
    )
    cast.adam.client.post("/o/acme/leaving/")
    cast.sam.client.post(f"/invitations/{invitation.token('mailed')}/acceptance/")
    assert not is_member(cast.sam, cast)
    assert not mails_to("adam.admin@example.com")


class TestTheLastOwnerStays:
    """PRODUCT: an organization of kind team never loses its last founder-role member, whichever way."""

    def test_leaving(self, cast: Cast) -> None:
        response = cast.olivia.client.post("/o/acme/leaving/", follow=True)
        assert LAST in words(response)
        assert is_member(cast.olivia, cast)
        assert Event.objects.get(outcome="denied").action == "membership.left"

    def test_stepping_down(self, cast: Cast) -> None:
        pk = cast.olivia.membership(cast.acme).pk
        response = cast.olivia.client.post(f"/o/acme/members/{pk}/role/", {"role": "admin"})
        assert LAST in words(response)
        assert cast.olivia.membership(cast.acme).role == "owner"

    def test_removed_by_staff(self, cast: Cast, staff: Client) -> None:
        pk = cast.olivia.membership(cast.acme).pk
        response = staff.post(
            "/admin/organizations/membership/",
            {"action": "remove", "_selected_action": [str(pk)], "index": "0"},
            follow=True,
        )
        assert LAST in words(response)
        assert is_member(cast.olivia, cast)

    def test_staff_cannot_remove_both_of_two_at_once(self, cast: Cast, staff: Client) -> None:
        Membership.objects.filter(organization=cast.acme, user=cast.theo.user).update(role="owner")
        chosen = [str(p.membership(cast.acme).pk) for p in (cast.olivia, cast.theo)]
        response = staff.post(
            "/admin/organizations/membership/",
            {"action": "remove", "_selected_action": chosen, "index": "0"},
            follow=True,
        )
        assert LAST in words(response)
        assert cast.acme.memberships.filter(role="owner").count() == 1

    def test_staff_have_no_form_that_edits_or_deletes(self, cast: Cast, staff: Client) -> None:
        pk = cast.olivia.membership(cast.acme).pk
        url = f"/admin/organizations/membership/{pk}"
        assert staff.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
        staff.post(f"{url}/change/", {"role": "member", "organization": str(cast.rival.pk)})
        assert cast.olivia.membership(cast.acme).role == "owner"
        assert staff.post(f"/admin/accounts/user/{cast.olivia.user.pk}/delete/", {"post": "yes"}).status_code == 403
        assert staff.post(f"/admin/organizations/organization/{cast.acme.pk}/delete/").status_code == 403

    def test_with_two_one_may_go_and_the_other_may_not(self, cast: Cast) -> None:
        Membership.objects.filter(organization=cast.acme, user=cast.theo.user).update(role="owner")
        cast.olivia.client.post("/o/acme/leaving/")
        cast.theo.client.post("/o/acme/leaving/")
        assert [m.user for m in cast.acme.memberships.filter(role="owner")] == [cast.theo.user]


@pytest.fixture
def staff(db: None) -> Client:
    """A browser of the company's staff."""
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
