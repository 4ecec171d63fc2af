"""How far a key reaches: one that is nobody's, one that is limited, one whose holder has just become less."""

from typing import Any

import pytest

from console.refusal import Refused
from organizations.actions import invite_member
from organizations.actors import Actor
from organizations.models import ApiKey, JoinRequest
from organizations.roles import Permission
from tests.api.keying import Program, logged, problem, program_of, service_program
from tests.cast import Cast, make_person
from tests.reading import mails_to

pytestmark = pytest.mark.django_db


def test_the_organizations_own_key_invites_in_its_name(cast: Cast, robot: Program) -> None:
    answer = robot.post("/invitations", {"email": "ada@example.com", "role": "tech"})
    assert (answer.status_code, answer.json()["invited_by"]) == (201, "")
    (mail,) = mails_to("ada@example.com")
    assert mail.subject == "Acme invites you to Acme"
    invitation = cast.acme.invitations.get()
    assert logged("invitation.created") == {
        "actor": None, "key": robot.key.pk, "target": invitation.pk, "outcome": "done"
    }  # fmt: skip
    # Accepting needs nobody who invited.
    ada = make_person("ada@example.com")
    token = invitation.token("mailed")
    assert ada.client.get(f"/invitations/{token}/").status_code == 200
    ada.client.post(f"/invitations/{token}/acceptance/")
    assert ada.membership(cast.acme).invited_by is None


def test_who_only_invites_sees_what_they_sent(cast: Cast, adams: Program) -> None:
    """A service key that only invites has sent what the organization's own keys have."""
    cast.acme.members_may_invite = True
    cast.acme.save()
    theirs = adams.post("/invitations", {"email": "ada@example.com", "role": "member"}).json()["id"]
    mias = program_of(cast.mia, cast.acme)
    inviting = service_program(
        cast.acme,
        permissions={"view_organization", "view_members", "invite_members", "view_projects", "raise_tickets"},
    )
    for program in (mias, inviting):
        own = program.post("/invitations", {"email": f"{program.key.kind}@example.com", "role": "member"}).json()["id"]
        assert [i["id"] for i in program.get("/invitations").json()["items"]] == [own]
        assert problem(program.get(f"/invitations/{theirs}")) == (404, "not-found")
        assert problem(program.post(f"/invitations/{theirs}/revocation")) == (404, "not-found")
        assert program.post(f"/invitations/{own}/sending").status_code == 200
        assert program.post(f"/invitations/{own}/revocation").status_code == 200


def test_a_limited_key_confirms_no_list_with_roles_above_its_own(cast: Cast) -> None:
    """The member gave it on the page, where it was right."""
    adams = program_of(cast.adam, cast.acme)
    shown = adams.post("/invitation-batches", {"role": "admin", "rows": [{"email": "ada@example.com"}]}).json()
    limited = program_of(cast.adam, cast.acme, permissions={"view_organization", "view_members", "invite_members"})
    path = f"/invitation-batches/{shown['id']}"
    assert problem(limited.post(f"{path}/confirmation")) == (409, "above-own-role")
    assert limited.get(path).json()["state"] == "checked"


def test_no_key_gives_or_takes_the_founders_role(cast: Cast) -> None:
    """On the pages that asks who one is: whoever has it may give the organization away."""
    olivias = program_of(cast.olivia, cast.acme)
    cast.acme.memberships.filter(user=cast.bella.user).update(role="owner", rank=0)
    mia, bella = (p.membership(cast.acme).pk for p in (cast.mia, cast.bella))
    asked = JoinRequest.objects.create(organization=cast.acme, user=cast.sam.user)
    assert problem(olivias.send("PATCH", f"/members/{mia}", {"role": "owner"})) == (422, "above-own-role")
    assert problem(olivias.send("PATCH", f"/members/{bella}", {"role": "member"})) == (422, "above-own-role")
    assert problem(olivias.send("DELETE", f"/members/{bella}")) == (409, "above-own-role")
    assert problem(olivias.post("/invitations", {"email": "ada@example.com", "role": "owner"})) == (
        422, "above-own-role",
    )  # fmt: skip
    assert problem(olivias.post(f"/requests/{asked.pk}/approval", {"role": "owner"})) == (422, "above-own-role")
    assert sorted(cast.acme.memberships.filter(role="owner").values_list("user__first_name", flat=True)) == [
        "Bella", "Olivia",
    ]  # fmt: skip


def test_a_service_key_stands_for_no_member(robot: Program) -> None:
    assert problem(robot.get("/members/me")) == (409, "person")
    assert problem(robot.send("DELETE", "/members/me")) == (409, "person")


def test_a_key_of_who_was_lowered_meanwhile_may_do_less_at_once(cast: Cast, adams: Program) -> None:
    assert adams.get("/invitations").status_code == 200
    cast.acme.memberships.filter(user=cast.adam.user).update(role="member", rank=4)
    assert problem(adams.get("/invitations")) == (403, "permission")
    assert problem(adams.post("/invitations", {"email": "bob@example.com", "role": "member"})) == (403, "permission")


def test_a_key_that_changed_while_it_waited_for_the_lock_counts_as_it_is_now(cast: Cast, robot: Program) -> None:
    """Between the check in front of the operation and the action."""
    waiting = Actor.program(ApiKey.objects.select_related("organization", "membership").get(pk=robot.key.pk))
    given: dict[str, Any] = {"organization": cast.acme, "email": "ada@example.com", "role": "member", "by": waiting}
    ApiKey.objects.filter(pk=robot.key.pk).update(permissions=frozenset({Permission.VIEW_ORGANIZATION}))
    with pytest.raises(Refused) as refused:
        invite_member(**given)
    assert refused.value.code == "permission"
    ApiKey.objects.filter(pk=robot.key.pk).end()
    with pytest.raises(Refused) as refused:
        invite_member(**given)
    assert refused.value.code == "key"
    assert not cast.acme.invitations.exists()
