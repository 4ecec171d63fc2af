"""Services through the API (issue 6, Deliver 6)."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from organizations.actions import suspend_organization
from organizations.actors import Actor
from projects.actions.services import carry_out, note_done, note_progress
from projects.levels import Level
from projects.models import Operation, Project, Service
from projects.models.grant import set_person_level
from projects.provisioners.base import Found
from tests.api.keying import Program, logged, problem, program_of, service_program
from tests.api.signing import Signer
from tests.cast import Cast
from tests.projects.making import make_kind, make_project, make_service

pytestmark = pytest.mark.django_db

FORM = {
    "type": "object",
    "properties": {"version": {"type": "string", "enum": ["16", "17"]}, "replicas": {"type": "integer", "maximum": 3}},
    "required": ["version"],
}
DATABASE = {"kind": "postgresql", "size": "small", "name": "Main database", "parameters": {"version": "17"}}
ONCE = {"Idempotency-Key": "main-database"}
SERVICES = "/projects/website/services"


@pytest.fixture
def website(cast: Cast) -> Project:
    """A project of Acme, and a kind that asks for a version."""
    make_kind(form=FORM)
    return make_project(cast.acme)


def finish(service: Service) -> None:
    """What our worker does after the commit."""
    carry_out(Operation.objects.open().get(service=service).pk)
    service.refresh_from_db()


def test_a_service_is_requested_watched_stopped_started_resized_and_deleted(
    cast: Cast, adams: Program, website: Project
) -> None:
    answer = adams.post(SERVICES, DATABASE)
    made = answer.json()
    service = Service.objects.get()
    path = f"/services/{service.pk}"
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1{path}")
    assert (made["id"], made["project"], made["kind"], made["name"], made["size"]["key"], made["state"]) == (
        str(service.pk), "website", "postgresql", "Main database", "small", "requested",
    )  # fmt: skip
    assert (made["parameters"], made["outputs"], made["created_by"]) == ({"version": "17"}, [], "Adam Admin")
    doing = made["operation"]
    assert (doing["verb"], doing["size"], doing["progress"], doing["asked_by"]) == ("create", "small", 0, "Adam Admin")
    assert adams.get(path).json() == made
    assert logged("service.requested") == {
        "actor": cast.adam.user.pk, "key": adams.key.pk, "target": service.pk, "outcome": "done"
    }  # fmt: skip

    finish(service)
    shown = adams.get(path).json()
    assert (shown["state"], shown["operation"]) == ("running", None)
    for noun, body, leads_to in (
        ("stop", None, "stopped"), ("start", None, "running"), ("size", {"size": "large"}, "running"),
    ):  # fmt: skip
        answer = adams.post(f"{path}/{noun}", body)
        assert (answer.status_code, answer.json()["operation"]["progress"]) == (202, 0)
        assert problem(adams.post(f"{path}/{noun}", body)) == (409, "busy")
        finish(service)
        assert adams.get(path).json()["state"] == leads_to
    assert adams.get(path).json()["size"]["key"] == "large"

    assert adams.send("DELETE", path).status_code == 204
    assert adams.get(path).json()["operation"]["verb"] == "delete"
    finish(service)
    assert adams.get(path).json()["state"] == "deleted"
    assert problem(adams.send("DELETE", path)) == (409, "gone")
    assert adams.get(SERVICES).json()["items"] == []
    assert [one["id"] for one in adams.get(SERVICES, state="deleted").json()["items"]] == [str(service.pk)]
    lines = adams.get(f"{path}/changes", limit="100").json()["items"]
    assert [(line["verb"], line["state"], line["by"]["name"]) for line in lines[::-1]][:2] == [
        ("create", "requested", "Adam Admin"), ("create", "provisioning", ""),
    ]  # fmt: skip
    assert (lines[0]["verb"], lines[0]["state"], lines[0]["by"]["kind"]) == ("delete", "deleted", "system")


def test_what_the_kind_does_not_take_is_named_by_its_field(cast: Cast, adams: Program, website: Project) -> None:
    make_service(website, "Taken")
    for change, code, field in (
        ({"kind": "oracle"}, "kind", "kind"),
        ({"size": "huge"}, "size", "size"),
        ({"name": "taken"}, "taken", "name"),
        ({"name": 7}, "invalid", "name"),
        ({"parameters": {}}, None, "parameters.version"),
        ({"parameters": {"version": "9"}}, None, "parameters.version"),
        ({"parameters": {"version": "17", "replicas": 9}}, None, "parameters.replicas"),
        ({"parameters": [1]}, "invalid", "parameters"),
        ({"price": 0}, "invalid", "price"),
    ):
        answer = adams.post(SERVICES, DATABASE | change)
        status, given = problem(answer)
        assert (status, answer.json()["errors"][0]["field"]) == (422, field), answer.json()
        assert code in {given, None}
    assert Service.objects.get().name == "Taken"


def test_sent_twice_a_service_is_requested_once(cast: Cast, adams: Program, website: Project) -> None:
    first, second = (adams.post(SERVICES, DATABASE, ONCE) for _time in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (Service.objects.count(), Operation.objects.count()) == (1, 1)
    assert problem(adams.post(SERVICES, DATABASE | {"name": "Other"}, ONCE)) == (422, "idempotency-key-reused")


def test_a_backend_s_progress_is_seen_and_changes_what_was_seen(cast: Cast, adams: Program, website: Project) -> None:
    service = make_service(website, state="provisioning")
    path, operation = f"/services/{service.pk}", Operation.objects.get()
    seen = adams.get(path).headers["ETag"]
    note_progress(operation.pk, progress=40, message="Copying")
    shown = adams.get(path, {"If-None-Match": seen})
    assert (shown.status_code, shown.json()["operation"]["progress"]) == (200, 40)
    assert problem(adams.send("DELETE", path, None, {"If-Match": seen})) == (412, "changed")
    (line, *_others) = adams.get(f"{path}/changes").json()["items"]
    assert (line["note"], line["progress"], line["operation_id"]) == ("Copying", 40, str(operation.pk))
    assert adams.get(path, {"If-None-Match": shown.headers["ETag"]}).status_code == 304
    assert adams.send("DELETE", path, None, {"If-Match": shown.headers["ETag"]}).status_code == 204


def test_secrets_are_given_to_who_shows_the_secret_and_stand_in_the_log(
    cast: Cast, adams: Program, website: Project
) -> None:
    service = make_service(website, state="provisioning")
    note_done(
        Operation.objects.get().pk,
        [
            Found(name="host", value="db.example.com"),
            Found(name="token", value="kept-secret", is_secret=True),
            Found(name="password", value="once-secret", is_secret=True, shown_once=True),
        ],
    )
    path = f"/services/{service.pk}"
    shown = adams.get(path)
    assert [(one["name"], one["value"], one["is_secret"]) for one in shown.json()["outputs"]] == [
        ("host", "db.example.com", False), ("token", None, True), ("password", None, True),
    ]  # fmt: skip
    assert b"-secret" not in shown.content

    token = adams.post("/tokens").json()["token"]
    for caught in ({"Authorization": f"Bearer {token}"}, {"Authorization": f"Bearer {token}", **ONCE}):
        assert problem(adams.post(f"{path}/outputs", None, caught)) == (409, "by-token")
    mias = program_of(cast.mia, cast.acme)
    assert problem(mias.post(f"{path}/outputs")) == (403, "permission")
    assert not Event.objects.filter(action="service.outputs_shown").exists()

    opened = adams.post(f"{path}/outputs", None, ONCE)
    assert {one["name"]: one["value"] for one in opened.json()["items"]} == {
        "host": "db.example.com", "token": "kept-secret", "password": "once-secret",
    }  # fmt: skip
    assert opened.headers["Cache-Control"] == "no-store"
    assert logged("service.outputs_shown")["key"] == adams.key.pk
    # An answer that got lost can be asked for again with the same Idempotency-Key; else it is gone.
    assert adams.post(f"{path}/outputs", None, ONCE).json() == opened.json()
    again = {one["name"]: one["value"] for one in adams.post(f"{path}/outputs").json()["items"]}
    assert (again["token"], again["password"]) == ("kept-secret", "")
    assert problem(adams.post(f"{path}/outputs", None, {"Authorization": f"Bearer {token}", **ONCE})) == (
        409,
        "by-token",
    )


def test_what_failed_says_why_and_is_tried_again_by_who_may(cast: Cast, adams: Program, website: Project) -> None:
    service = make_service(website, state="failed", reason="There is no room left.")
    path = f"/services/{service.pk}"
    assert adams.get(path).json()["reason"] == "There is no room left."
    Operation.objects.update(state="failed")
    stopping = service_program(cast.acme, permissions={"view_organization", "view_projects", "operate_services"})
    assert problem(stopping.post(f"{path}/retry")) == (409, "permission")
    assert adams.post(f"{path}/retry").json()["operation"]["verb"] == "create"


def test_a_grant_lets_a_key_do_what_its_level_says_and_a_suspension_less(cast: Cast, website: Project) -> None:
    Project.objects.update(visibility="restricted")
    service = make_service(website, "Cache")
    path, mias = f"/services/{service.pk}", program_of(cast.mia, cast.acme)
    allowed: dict[Level | None, tuple[int, int, int]] = {
        None: (404, 404, 404), Level.VIEW: (200, 403, 403), Level.OPERATE: (200, 202, 201),
    }  # fmt: skip
    for level, expected in allowed.items():
        if level:
            set_person_level(website, cast.mia.user.pk, level)
        sent = (mias.get(path), mias.post(f"{path}/stop"), mias.post(SERVICES, DATABASE))
        assert tuple(answer.status_code for answer in sent) == expected, level
    suspend_organization(organization=cast.acme, reason="unfunded", by=Actor.system())
    assert problem(mias.post(SERVICES, DATABASE | {"name": "Second"})) == (403, "permission")
    assert problem(mias.post(f"{path}/start")) == (403, "permission")
    assert mias.send("DELETE", path).status_code == 204


def test_in_an_archived_project_nothing_is_requested_and_what_is_there_is_seen(
    cast: Cast, adams: Program, website: Project
) -> None:
    service = make_service(website, state="stopped")
    adams.post("/projects/website/archiving")
    assert problem(adams.post(SERVICES, DATABASE)) == (409, "archived")
    assert problem(adams.post(f"/services/{service.pk}/start")) == (409, "archived")
    assert adams.get(f"/services/{service.pk}").json()["state"] == "stopped"


def test_signed_requests_get_secrets_too(cast: Cast, adams: Program, website: Project) -> None:
    service = make_service(website)
    signer = Signer(adams)
    answer = signer.send("POST", f"/services/{service.pk}/outputs")
    assert (answer.status_code, answer.json()) == (201, {"items": []})


# Once a minute the use of a key is written down.
@time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False)
def test_lists_take_as_many_queries_for_a_full_page_as_for_one_row(
    cast: Cast, adams: Program, website: Project
) -> None:
    def taken(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert adams.get(path, limit="100").status_code == 200
        return len(captured)

    def fill(*numbers: int) -> Any:
        for number in numbers:
            make_service(website, f"Service {number}", state="provisioning", created_by=cast.mia.user)
        service = Service.objects.latest("id")
        operation = service.operations.get()
        service.changes.bulk_create(
            service.changes.model(
                service=service, operation=operation, state="running", by_kind="user", by=cast.mia.user
            )
            for _number in numbers
        )
        return service

    adams.get("/key")
    first = fill(0)
    with_one = (taken(SERVICES), taken(f"/services/{first.pk}/changes"))
    last = fill(*range(1, 30))
    assert (taken(SERVICES), taken(f"/services/{last.pk}/changes")) == with_one
    assert max(with_one) <= 7
