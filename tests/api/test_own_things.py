"""The organization, its log and the keys through the API."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from audit.chaining import link_events
from audit.models import Event
from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.log import as_json
from organizations.models import ApiKey, Domain, Organization
from tests.access.table import ROLES
from tests.api.keying import Program, problem, program_of, service_program
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_program_asks_first_which_key_it_has(cast: Cast, adams: Program) -> None:
    shown = adams.get("/key").json()
    assert (shown["id"], shown["key"], shown["kind"]) == (str(adams.key.pk), adams.key.access_id, "pair")
    assert (shown["organization"]["slug"], shown["organization"]["status"]) == ("acme", "active")
    assert (shown["holder"]["name"], shown["holder"]["role"]) == ("Adam Admin", "admin")
    assert shown["permissions"] == sorted(ROLES["admin"])
    robot = service_program(cast.acme, permissions={"pay"}, expires_at=timezone.now() + timedelta(days=1))
    shown = robot.get("/key").json()
    assert (shown["holder"], shown["permissions"], shown["expires_at"] is None) == (None, ["pay"], False)


def test_the_organization_is_called_something_else(cast: Cast, adams: Program) -> None:
    answer = adams.send("PATCH", "/organization", {"name": "Acme Robotics", "slug": "acme-robotics"})
    assert answer.json() == adams.get("/organization").json()
    assert (answer.json()["name"], answer.json()["slug"]) == ("Acme Robotics", "acme-robotics")
    event = Event.objects.get(action="organization.edited")
    assert (event.actor_id, event.key_id, event.after) == (
        cast.adam.user.pk, adams.key.pk, {"fields": ["name", "slug"]},
    )  # fmt: skip
    for body, code in (
        ({"slug": "rival"}, "slug-taken"), ({"slug": "admin"}, "slug-reserved"), ({"slug": "A b"}, "slug"),
        ({"name": " "}, "name"), ({"name": None}, "invalid"), ({"description": "x" * 281}, "invalid"),
    ):  # fmt: skip
        assert problem(adams.send("PATCH", "/organization", body)) == (422, code)


def test_the_rules_for_joining_are_changed_one_by_one(cast: Cast, adams: Program) -> None:
    assert adams.get("/organization/joining").json() == {
        "discoverability": "off", "members_may_invite": False, "reminds_invited": True,
    }  # fmt: skip
    adams.send("PATCH", "/organization/joining", {"members_may_invite": True})
    changed = adams.send("PATCH", "/organization/joining", {"discoverability": "public", "reminds_invited": False})
    assert changed.json() == {"discoverability": "public", "members_may_invite": True, "reminds_invited": False}
    assert [event.key_id for event in Event.objects.filter(action__contains="joining_edited")] == [adams.key.pk] * 2
    assert Event.objects.get(action="organization.reminders_set").key_id == adams.key.pk
    # Nobody lets others do what they may not: a key that edits the settings and does not invite.
    Organization.objects.filter(pk=cast.acme.pk).update(members_may_invite=False)
    limited = service_program(cast.acme, permissions={"view_organization", "edit_settings"})
    answer = limited.send("PATCH", "/organization/joining", {"members_may_invite": True, "reminds_invited": True})
    assert problem(answer) == (422, "above-own-role")
    assert adams.get("/organization/joining").json()["reminds_invited"] is False


def test_the_details_are_filled_in_and_changed(cast: Cast, adams: Program) -> None:
    assert set(adams.get("/organization/details").json().values()) == {""}
    filled = {
        "company": "Acme SA", "country": "CH", "street_address": "Rue du Lac 1", "city": "Lausanne",
        "postal_code": "1003",
    }  # fmt: skip
    assert adams.send("PATCH", "/organization/details", filled).status_code == 200
    changed = adams.send("PATCH", "/organization/details", {"street_address": "Rue du Lac 2"}).json()
    assert {name: changed[name] for name in filled} == {**filled, "street_address": "Rue du Lac 2"}
    assert Event.objects.filter(action="details.edited", key_id=adams.key.pk).count() == 2
    for body, code in (
        ({"country": "XX"}, "country"), ({"postal_code": "no"}, "address"), ({"company": ""}, "company"),
        ({"vat_number": "1"}, "vat"), ({"sorting_code": 7}, "invalid"),
    ):  # fmt: skip
        status, given = problem(adams.send("PATCH", "/organization/details", body))
        assert (status, given.startswith(code)) == (422, True), body


def test_domains_are_listed(cast: Cast, adams: Program) -> None:
    Domain.objects.create(organization=cast.acme, name="example.com", role="member", verified_at=timezone.now())
    Domain.objects.create(organization=cast.rival, name="rival.example", role="member")
    listed = [(one["name"], one["is_verified"], one["joining"]) for one in adams.get("/domains").json()["items"]]
    assert listed == [("example.com", True, "off")]


def test_a_further_key_is_made_changed_rotated_and_revoked(cast: Cast, adams: Program) -> None:
    given = {"name": "Deployment", "permissions": ["view_members"], "networks": ["127.0.0.0/8"]}
    answer = adams.post("/api-keys", given)
    made = answer.json()
    path = f"/api-keys/{made['id']}"
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1{path}")
    key = ApiKey.objects.get(pk=made["id"])
    program = Program(key, made.pop("secret"))
    assert program.get("/members").status_code == 200
    assert (made["kind"], made["permissions"]) == ("named", ["view_members", "view_organization"])
    assert adams.get(path).json() == made
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    changed = adams.send("PATCH", path, {"name": "Deploy", "expires_on": day}).json()
    assert (changed["name"], changed["expires_at"][:10], changed["networks"]) == ("Deploy", day, ["127.0.0.0/8"])
    rotated = adams.post(f"{path}/rotation", {"overlap_hours": 1}).json()
    assert rotated["former_secret_until"]
    assert (program.get("/key").status_code, Program(key, rotated["secret"]).get("/key").status_code) == (200, 200)
    assert adams.post(f"{path}/revocation").json()["revoked_at"]
    assert problem(program.get("/key"))[0] == 401
    done = set(Event.objects.filter(target_id=key.pk, key_id=adams.key.pk).values_list("action", flat=True))
    assert done >= {"api_key.created", "api_key.edited", "api_key.rotated", "api_key.revoked"}


def test_no_key_makes_one_that_may_do_more_than_itself(cast: Cast) -> None:
    limited = program_of(cast.olivia, cast.acme, permissions={"view_organization", "view_members"})
    robot = service_program(cast.acme, permissions={"view_organization", "view_members", "manage_service_keys"})
    more = {"name": "More", "permissions": ["pay"]}
    assert problem(limited.post("/api-keys", more)) == (422, "above-own-role")
    assert problem(robot.post("/api-keys", {**more, "kind": "service"})) == (422, "above-own-role")
    assert problem(robot.post("/api-keys", {**more, "permissions": []})) == (409, "no-member")
    assert problem(limited.post("/api-keys", {**more, "permissions": [], "kind": "service"}))[0] == 409
    for program in (limited, robot):
        changed = program.send("PATCH", f"/api-keys/{program.key.pk}", {"permissions": ["pay"]})
        assert problem(changed) == (422, "above-own-role")
    # Nor does it take the secret of one that may do more: the holder's first pair is not there for it.
    pair = ApiKey.objects.get(membership=cast.olivia.membership(cast.acme), kind="pair")
    assert problem(limited.post(f"/api-keys/{pair.pk}/secret")) == (404, "not-found")
    made = robot.post("/api-keys", {"name": "Less", "permissions": ["view_members"], "kind": "service"})
    assert (made.status_code, made.json()["kind"]) == (201, "service")
    assert ApiKey.objects.get(pk=made.json()["id"]).created_by is None


def test_a_limited_key_knows_of_none_that_may_do_more_than_itself(cast: Cast, adams: Program) -> None:
    held = {"view_organization", "view_members", "manage_service_keys"}
    limited = program_of(cast.adam, cast.acme, permissions=held)
    less = program_of(cast.adam, cast.acme, permissions={"view_organization"}).key.pk
    more = program_of(cast.adam, cast.acme, permissions={"view_organization", "pay"}).key.pk
    robot = service_program(cast.acme, permissions={"view_organization", "view_members"}).key.pk
    stronger = service_program(cast.acme, permissions={"view_organization", "view_members", "pay"}).key.pk

    def seen(program: Program) -> set[str]:
        return {one["id"] for one in program.get("/api-keys").json()["items"]}

    assert seen(limited) == {str(pk) for pk in (limited.key.pk, less, robot)}
    assert seen(adams) == {str(pk) for pk in (adams.key.pk, limited.key.pk, less, more, robot, stronger)}
    assert problem(limited.get(f"/api-keys/{more}")) == (404, "not-found")
    assert problem(limited.post(f"/api-keys/{stronger}/revocation")) == (404, "not-found")


def test_while_staff_have_suspended_it_a_program_still_stops_a_service_key(cast: Cast, adams: Program) -> None:
    """As its member does on the page: what got out must be stopped at once (docs/decisions/0026)."""
    robot = service_program(cast.acme, permissions={"view_organization"})
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    path = f"/api-keys/{robot.key.pk}"
    assert adams.get(path).status_code == 200
    assert adams.post(f"{path}/rotation").status_code == 201
    assert problem(adams.send("PATCH", path, {"name": "Other"})) == (409, "permission")
    assert adams.post(f"{path}/revocation").json()["revoked_at"]
    assert problem(program_of(cast.theo, cast.acme).get(path)) == (404, "not-found")


def test_of_a_first_pair_only_the_networks_change(cast: Cast, adams: Program) -> None:
    path = f"/api-keys/{adams.key.pk}"
    assert adams.send("PATCH", path, {"networks": ["127.0.0.1"]}).json()["networks"] == ["127.0.0.1/32"]
    assert problem(adams.send("PATCH", path, {"name": "Mine"})) == (409, "pair")
    assert problem(adams.send("PATCH", path, {"networks": ["nowhere"]})) == (422, "networks")


def test_the_log_is_read_from_the_newest(cast: Cast, adams: Program) -> None:
    adams.post("/invitations", {"email": "ada@example.com", "role": "member"})
    program_of(cast.mia, cast.acme).get("/events")
    newest = adams.get("/events", limit="1").json()
    assert [(one["action"], one["outcome"]) for one in newest["items"]] == [("permission.denied", "denied")]
    seen: list[dict[str, Any]] = newest["items"]
    while newest["next"]:
        newest = adams.get("/events", limit="2", after=newest["next"]).json()
        seen += newest["items"]
    expected = Event.objects.filter(organization_id=cast.acme.pk).order_by("-id")
    assert [one["id"] for one in seen] == [str(event.pk) for event in expected]
    (invited,) = adams.get("/events", action="invitation.created").json()["items"]
    assert (invited["actor"]["name"], invited["actor"]["key_id"], invited["target"]["name"]) == (
        "Adam Admin", str(adams.key.pk), "ada@example.com",
    )  # fmt: skip
    assert adams.get(f"/events/{invited['id']}").json() == invited
    # As in the file and the stream: a field that the API left out would be missed there.
    told = as_json(Event.objects.select_related("detail").get(pk=invited["id"]))
    assert told == invited
    assert len(adams.get("/events", outcome="denied").json()["items"]) == 1
    assert adams.get("/events", until="2020-01-01T00:00:00Z").json()["items"] == []
    assert problem(adams.get("/events", since="yesterday")) == (422, "invalid")
    assert problem(adams.get("/events", since="2020-01-01T00:00:00")) == (422, "invalid")
    assert problem(adams.get("/events", after="nonsense")) == (422, "cursor")


def test_a_moment_is_written_in_one_way_at_a_whole_second_too(adams: Program) -> None:
    with time_machine.travel("2027-03-01T12:00:00Z", tick=False):
        adams.post("/invitations", {"email": "ada@example.com", "role": "member"})
        (invited,) = adams.get("/events", action="invitation.created").json()["items"]
    assert invited["at"] == "2027-03-01T12:00:00.000000Z"


def test_who_follows_the_log_gets_each_event_once_and_in_order(cast: Cast, adams: Program) -> None:
    """What is not linked yet comes later, and nothing ever comes before what was seen."""
    link_events()
    page = adams.get("/events", order="oldest", limit="100").json()
    before = len(page["items"])
    adams.post("/invitations", {"email": "ada@example.com", "role": "member"})
    quiet = adams.get("/events", order="oldest", after=page["next"]).json()
    assert (quiet["items"], quiet["next"]) == ([], page["next"])
    link_events()
    news = adams.get("/events", order="oldest", after=page["next"]).json()
    assert "invitation.created" in [one["action"] for one in news["items"]]
    again = adams.get("/events", order="oldest", limit="100").json()["items"]
    assert again == page["items"] + news["items"]
    assert before < len(again)
    assert int(news["next"]) > int(page["next"])
    # Who looks for what never happens does not read all of it again each time.
    nothing = adams.get("/events", order="oldest", action="organization.closed").json()
    assert (nothing["items"], nothing["next"]) == ([], news["next"])
    for nonsense in ("-1", "x", "9" * 40, "\u0661"):
        assert problem(adams.get("/events", order="oldest", after=nonsense)) == (422, "cursor")
