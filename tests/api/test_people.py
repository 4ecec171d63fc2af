"""Members, invitations, roles and requests through the API: what happens, and what stands in the log about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event
from organizations.models import JoinRequest
from tests.api.keying import Program, logged, problem, program_of, service_program
from tests.cast import Cast, make_person, make_team
from tests.reading import mails_to

pytestmark = pytest.mark.django_db


def test_a_program_invites_as_its_member(cast: Cast, adams: Program) -> None:
    answer = adams.post("/invitations", {"email": "Ada@Example.com", "role": "tech", "note": "Welcome"})
    shown = answer.json()
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/invitations/{shown['id']}")
    assert (shown["email"], shown["role"], shown["role_name"], shown["state"], shown["invited_by"]) == (
        "ada@example.com", "tech", "Tech", "pending", "Adam Admin",
    )  # fmt: skip
    assert adams.get(f"/invitations/{shown['id']}").json() == shown
    assert logged("invitation.created") == {
        "actor": cast.adam.user.pk, "key": adams.key.pk, "target": cast.acme.invitations.get().pk, "outcome": "done",
    }  # fmt: skip
    (mail,) = mails_to("ada@example.com")
    assert mail.subject == "Adam Admin invites you to Acme"


def test_an_invitation_is_sent_again_and_taken_back(cast: Cast, adams: Program) -> None:
    made = adams.post("/invitations", {"email": "ada@example.com", "role": "member"}).json()
    path = f"/invitations/{made['id']}"
    sent = adams.post(f"{path}/sending")
    assert (sent.status_code, logged("invitation.resent")["key"]) == (200, adams.key.pk)
    assert sent.json()["sent_at"] > made["sent_at"]
    assert adams.post(f"{path}/revocation").json()["state"] == "revoked"
    assert logged("invitation.revoked")["key"] == adams.key.pk
    assert problem(adams.post(f"{path}/revocation")) == (409, "revoked")
    assert problem(adams.post(f"{path}/sending")) == (409, "revoked")
    assert [i["state"] for i in adams.get("/invitations", state="revoked").json()["items"]] == ["revoked"]
    assert adams.get("/invitations", state="pending").json()["items"] == []
    assert problem(adams.get("/invitations", state="lost"))[0] == 422


def test_a_member_gets_another_role_and_an_end(cast: Cast, adams: Program) -> None:
    mia = cast.mia.membership(cast.acme)
    path, day = f"/members/{mia.pk}", (timezone.localdate() + timedelta(days=30)).isoformat()
    shown = adams.send("PATCH", path, {"role": "tech", "last_day": day}).json()
    assert (shown["role"], shown["role_name"], shown["last_day"], shown["has_second_factor"]) == (
        "tech", "Tech", day, False,
    )  # fmt: skip
    assert (logged("membership.role_changed")["key"], logged("membership.end_set")["target"]) == (adams.key.pk, mia.pk)
    # What is left out stays; null takes the end away.
    assert adams.send("PATCH", path, {"role": "member"}).json()["last_day"] == day
    assert adams.send("PATCH", path, {"last_day": None}).json()["last_day"] is None
    assert adams.get(path).json()["role"] == "member"
    for nonsense in ("1999-01-01", "2999-01-01"):
        assert problem(adams.send("PATCH", path, {"last_day": nonsense})) == (422, "last-day")
    for wrong in ("tomorrow", 7, "2027-02-30", "20270101", "86400", ""):
        assert problem(adams.send("PATCH", path, {"last_day": wrong})) == (422, "invalid")


def test_a_member_is_removed_and_another_leaves(cast: Cast, adams: Program) -> None:
    mia, theos = cast.mia.membership(cast.acme), program_of(cast.theo, cast.acme)
    assert adams.send("DELETE", f"/members/{mia.pk}").status_code == 204
    assert logged("membership.removed") == {
        "actor": cast.adam.user.pk, "key": adams.key.pk, "target": mia.pk, "outcome": "done"
    }  # fmt: skip
    assert problem(adams.get(f"/members/{mia.pk}")) == (404, "not-found")
    me = theos.get("/members/me").json()
    assert (me["name"], me["role"], me["has_second_factor"]) == ("Theo Tech", "tech", None)
    assert theos.send("DELETE", "/members/me").status_code == 204
    assert not cast.acme.memberships.filter(user=cast.theo.user).exists()
    assert theos.get("/members/me").status_code == 401


def test_members_are_found_filtered_and_sorted(cast: Cast, adams: Program) -> None:
    def names(**query: str) -> list[str]:
        return [member["name"].split()[0] for member in adams.get("/members", None, **query).json()["items"]]

    assert names() == ["Adam", "Bella", "Mia", "Olivia", "Theo"]
    assert names(sort="-role") == ["Mia", "Theo", "Bella", "Adam", "Olivia"]
    assert names(q="mia.member") == ["Mia"]
    assert names(role="tech") == ["Theo"]
    assert problem(adams.get("/members", role="king")) == (422, "role")
    first = adams.get("/members", limit="2").json()
    assert names(limit="2", after=first["next"]) == ["Mia", "Olivia"]
    # Whoever may not change roles does not learn who has a second factor.
    seen = program_of(cast.mia, cast.acme).get("/members").json()["items"]
    assert {member["has_second_factor"] for member in seen} == {None}


def test_a_role_is_made_changed_given_and_deleted(cast: Cast, adams: Program) -> None:
    answer = adams.post("/roles", {"name": "Guest", "permissions": ["view_members"]})
    key = answer.json()["key"]
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/roles/{key}")
    assert answer.json()["permissions"] == ["view_members", "view_organization"]
    assert adams.send("PATCH", f"/roles/{key}", {"name": "Visitor"}).json() == adams.get(f"/roles/{key}").json()
    mia = cast.mia.membership(cast.acme).pk
    assert adams.send("PATCH", f"/members/{mia}", {"role": key}).json()["role_name"] == "Visitor"
    counted = {role["name"]: role["members"] for role in adams.get("/roles").json()["items"]}
    assert counted == {"Owner": 1, "Admin": 1, "Billing": 1, "Tech": 1, "Member": 0, "Visitor": 1}
    assert problem(adams.send("DELETE", f"/roles/{key}")) == (422, "replacement-missing")
    assert adams.send("DELETE", f"/roles/{key}?replacement=member").status_code == 204
    assert adams.get(f"/members/{mia}").json()["role"] == "member"
    keys = {logged(action)["key"] for action in ("role.created", "role.edited", "role.deleted")}
    assert keys == {adams.key.pk}


def test_a_request_to_join_is_approved_and_another_declined(cast: Cast, adams: Program, robot: Program) -> None:
    asked = [JoinRequest.objects.create(organization=cast.acme, user=p.user) for p in (cast.sam, cast.rita)]
    listed = adams.get("/requests").json()["items"]
    assert [one["name"] for one in listed] == ["Rita Rival", "Sam Stranger"]
    shown = adams.post(f"/requests/{asked[0].pk}/approval", {"role": "member"}).json()
    assert (shown["state"], shown["decided_by"]) == ("approved", "Adam Admin")
    assert cast.sam.membership(cast.acme).invited_by == cast.adam.user
    declined = robot.post(f"/requests/{asked[1].pk}/declination", {"reason": "Not now"}).json()
    assert (declined["state"], declined["reason"], declined["decided_by"]) == ("declined", "Not now", "")
    assert (logged("join_request.approved")["key"], logged("join_request.declined")["actor"]) == (adams.key.pk, None)
    assert problem(robot.post(f"/requests/{asked[1].pk}/approval", {"role": "member"})) == (409, "declined")
    assert adams.get(f"/requests/{asked[1].pk}").json() == declined
    assert adams.get("/requests").json()["items"] == []


def test_a_list_of_people_is_checked_confirmed_and_stopped(cast: Cast, adams: Program, robot: Program) -> None:
    rows = [
        {"email": "ada@example.com"},
        {"email": "bob@example.com", "role": "tech", "note": "Hello"},
        {"email": "mia.member@example.com"},
        {"email": "nobody"},
        {"email": "eve@example.com", "role": "owner"},
    ]
    answer = adams.post("/invitation-batches", {"role": "member", "rows": rows})
    shown = answer.json()
    assert (answer.status_code, shown["state"]) == (202, "checked")
    assert shown["rows"] == {"total": 5, "ready": 2, "wrong": 3, "invited": 0, "refused": 0}
    path = f"/invitation-batches/{shown['id']}"
    wrong = adams.get(f"{path}/rows", state="wrong").json()["items"]
    assert [(row["number"], row["problem"]) for row in wrong] == [
        (3, "already-member"), (4, "email"), (5, "above-own-role"),
    ]  # fmt: skip
    confirmed = adams.post(f"{path}/confirmation")
    assert (confirmed.status_code, confirmed.json()["state"]) == (202, "sending")
    assert problem(adams.post(f"{path}/confirmation")) == (409, "sending")
    assert adams.post(f"{path}/cancellation").json()["state"] == "stopped"
    # A list is sent in somebody's name.
    assert problem(robot.post("/invitation-batches", {"role": "member", "rows": rows})) == (409, "person")
    assert problem(robot.post(f"{path}/confirmation")) == (409, "person")
    assert problem(adams.post("/invitation-batches", {"role": "member", "rows": []}))[0] == 422


def test_the_rules_of_the_pages_hold_for_programs(cast: Cast, adams: Program) -> None:
    mia, olivia, adam = (p.membership(cast.acme).pk for p in (cast.mia, cast.olivia, cast.adam))
    refused = [
        (adams.send("PATCH", f"/members/{olivia}", {"role": "member"}), (422, "above-own-role")),
        (adams.send("DELETE", f"/members/{olivia}"), (409, "above-own-role")),
        (adams.send("DELETE", f"/members/{adam}"), (409, "own-membership")),
        (adams.send("PATCH", f"/members/{adam}", {"last_day": "2027-01-01"}), (422, "own-end")),
        (adams.send("PATCH", f"/members/{mia}", {"role": "king"}), (422, "role")),
        (adams.post("/invitations", {"email": "mia.member@example.com", "role": "member"}), (422, "already-member")),
        (adams.post("/invitations", {"email": "adam.admin@example.com", "role": "member"}), (422, "own-address")),
        (adams.post("/invitations", {"email": "no address", "role": "member"}), (422, "email")),
        (adams.post("/roles", {"name": "Boss", "permissions": ["close_organization"]}), (422, "above-own-role")),
        (adams.post("/roles", {"name": "Boss", "permissions": ["everything"]}), (422, "permission")),
        (adams.post("/roles", {"name": "Admin", "permissions": []}), (422, "name-built-in")),
        (program_of(cast.olivia, cast.acme).send("DELETE", "/members/me"), (409, "last-founder")),
    ]
    assert [problem(answer) for answer, _expected in refused] == [expected for _answer, expected in refused]
    assert Event.objects.filter(outcome="denied", key_id=adams.key.pk, action="membership.removed").count() == 2


def test_what_was_decided_on_an_older_state_is_not_done(cast: Cast, adams: Program) -> None:
    path = f"/members/{cast.mia.membership(cast.acme).pk}"
    seen = adams.get(path).headers["ETag"]
    # To be active is no change.
    cast.acme.memberships.update(last_active_at=timezone.now())
    assert adams.get(path).headers["ETag"] == seen
    assert adams.send("PATCH", path, {"role": "tech"}, {"If-Match": seen}).status_code == 200
    for method, body in (("PATCH", {"role": "billing"}), ("DELETE", None)):
        assert problem(adams.send(method, path, body, {"If-Match": seen})) == (412, "changed")


@pytest.mark.parametrize(
    "extra",
    [
        {"organization": "x"}, {"status": "active"}, {"is_staff": True}, {"rank": 0}, {"user_id": "x"},
        {"permissions": []}, {"custom_role": None},
    ],
)  # fmt: skip
def test_what_an_operation_does_not_take_is_refused(cast: Cast, adams: Program, extra: dict[str, Any]) -> None:
    path = f"/members/{cast.mia.membership(cast.acme).pk}"
    assert problem(adams.send("PATCH", path, {"role": "tech", **extra})) == (422, "invalid")
    given = {"email": "ada@example.com", "role": "tech", **extra}
    assert problem(adams.post("/invitations", given)) == (422, "invalid")
    assert cast.mia.membership(cast.acme).role == "member"
    assert not cast.acme.invitations.exists()


def test_ids_of_another_organization_in_a_body_mean_nothing(cast: Cast, adams: Program) -> None:
    theirs = program_of(cast.rita, cast.rival).post("/roles", {"name": "Guest", "permissions": []}).json()["key"]
    mia = cast.mia.membership(cast.acme).pk
    assert problem(adams.send("PATCH", f"/members/{mia}", {"role": theirs})) == (422, "role")
    assert problem(adams.post("/invitations", {"email": "ada@example.com", "role": theirs})) == (422, "role")
    assert problem(adams.get("/members", role=theirs)) == (422, "role")
    own = adams.post("/roles", {"name": "Guest", "permissions": []}).json()["key"]
    assert problem(adams.send("DELETE", f"/roles/{own}?replacement={theirs}")) == (422, "role")


def test_a_key_that_may_not_give_a_role_is_told_what_it_lacks(cast: Cast) -> None:
    robot = service_program(cast.acme, permissions={"view_organization", "invite_members", "view_members"})
    refused = robot.post("/invitations", {"email": "ada@example.com", "role": "tech"})
    assert problem(refused) == (422, "above-own-role")
    assert refused.json()["detail"] == (
        "An API key only gives what it may do itself. For the role Tech it also needs: "
        "add_infrastructure, connect_servers, create_projects, manage_infrastructure, manage_projects, "
        "operate_services, raise_tickets, start_services, view_infrastructure, view_projects."
    )
    refused = robot.post("/invitations", {"email": "ada@example.com", "role": "owner"})
    assert refused.json()["detail"] == "An API key never gives the role Owner: a person does that."


def test_a_policy_without_a_directory_has_no_requests_and_its_own_roles(
    db: None, install: Callable[[str], None]
) -> None:
    install("percona")
    anna, tom = make_person("anna.admin@example.com"), make_person("tom.technical@example.com")
    team = make_team("Acme", anna, {"technical": tom})
    annas, toms = program_of(anna, team), program_of(tom, team)
    assert problem(annas.get("/requests")) == (404, "not-found")
    assert problem(annas.get(f"/requests/{team.pk}")) == (404, "not-found")
    assert [role["key"] for role in toms.get("/roles").json()["items"]] == ["admin", "technical"]
    assert toms.post("/invitations", {"email": "ada@example.com", "role": "technical"}).status_code == 201
    assert problem(toms.post("/invitations", {"email": "bob@example.com", "role": "admin"})) == (422, "above-own-role")
    assert problem(toms.send("PATCH", f"/members/{anna.membership(team).pk}", {"role": "technical"})) == (
        403, "permission",
    )  # fmt: skip
