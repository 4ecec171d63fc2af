"""Attacks on projects, grants and services: by page, by key, as a backend gone bad or as who overheard it.

What each role, grant and stranger gets at each address is walked in tests/access/.
"""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from organizations.models import CustomRole, Membership, Organization
from organizations.roles import Permission
from projects.models import PersonGrant, Project, RoleGrant, Service, ServiceKind
from tests.api.keying import problem, program_of
from tests.cast import Cast, Person
from tests.outbox.calling import SECRET, make_endpoint, signed
from tests.projects.backing import Backend, as_it_is, ask_for, make_backend_kind, said, service_of
from tests.projects.making import make_kind, make_project, make_service
from tests.reading import body, main_words

pytestmark = pytest.mark.django_db

HERE = "/o/acme/projects/website/"
GRANT = f"{HERE}access/new/"
HIDDEN = "Zephyr"


@pytest.fixture
def kind(cast: Cast) -> ServiceKind:
    """What a backend makes."""
    return make_backend_kind(make_endpoint("https://backend.example.com/hook"))


def role_in(organization: Organization, *permissions: str) -> CustomRole:
    """A role of the organization's own that may do this, besides what every role may."""
    held = frozenset(Permission(name) for name in ("view_organization", "view_members", *permissions))
    return CustomRole.objects.create(organization=organization, name=" ".join(permissions)[:40], permissions=held)


def give(person: Person, role: CustomRole) -> None:
    members = Membership.objects.filter(organization=role.organization, user=person.user)
    members.update(role="custom", custom_role=role)


def test_21_raise_oneself_by_restricting_a_project(cast: Cast) -> None:
    """Who restricts a project is granted it, so that they still see it; that gives them no more than they had."""
    service = make_service(make_project(cast.acme))
    give(cast.mia, role_in(cast.acme, "view_projects", "manage_projects"))
    settings = {"name": "Website", "description": "", "tags": "", "visibility": "restricted"}
    for _attempt in (
        cast.mia.client.post(f"{HERE}settings/", settings),
        program_of(cast.mia, cast.acme).send("PATCH", "/projects/website", {"visibility": "restricted"}),
    ):
        assert not PersonGrant.objects.exists()
        assert Project.objects.get().visibility == "organization"
    assert cast.mia.client.post(f"{HERE}services/{service.pk}/outputs/").status_code == 403
    cast.mia.client.post(f"{HERE}settings/", {**settings, "name": "Shop", "visibility": "organization"})
    assert Project.objects.get().name == "Shop"


def test_21_raise_oneself_through_a_role_or_grant_to_whom_one_may_not(cast: Cast) -> None:
    make_project(cast.acme)
    own, foreign = role_in(cast.acme, "view_projects", "manage_projects"), role_in(cast.rival, "view_projects")
    give(cast.mia, own)
    rita = cast.rita.membership(cast.rival).pk
    gone = cast.bella.membership(cast.acme).pk
    Membership.objects.filter(pk=gone).update(ends_at=timezone.now() - timedelta(seconds=1))
    program = program_of(cast.mia, cast.acme)
    for form in (
        {"role": own.pk, "level": "operate"},
        {"role": "owner", "level": "manage"},
        {"role": foreign.pk, "level": "view"},
        {"membership": rita, "level": "view"},
        {"membership": gone, "level": "view"},
        {"membership": cast.mia.membership(cast.acme).pk, "level": "view"},
        {"membership": cast.theo.membership(cast.acme).pk, "level": "grant_manage"},
    ):
        assert cast.mia.client.post(GRANT, form).status_code == 200, form
        asked = {name: str(value) for name, value in form.items()}
        path = "people" if "membership" in form else "roles"
        assert program.post(f"/projects/website/access/{path}", asked).status_code in {409, 422}, form
    assert not PersonGrant.objects.exists()
    assert not RoleGrant.objects.exists()
    assert cast.mia.client.post(f"{HERE}access/roles/{foreign.pk}/removal/").status_code == 404


def test_19_what_one_may_not_know_of_is_nowhere_and_answers_as_what_is_not_there(cast: Cast) -> None:
    hidden = make_project(cast.acme, "zephyr", name=HIDDEN, visibility="restricted", search="zephyr")
    hidden.tags.create(name="zephyr-tag")
    service = make_service(hidden, f"{HIDDEN} database")
    client, program = cast.mia.client, program_of(cast.mia, cast.acme)
    for path in (
        "", "members/", "projects/", "projects/?q=zephyr", "projects/?tag=zephyr-tag",
        "projects/?visibility=restricted",
    ):  # fmt: skip
        assert HIDDEN not in main_words(client.get(f"/o/acme/{path}")).replace("Every tag Zephyr-tag", ""), path
    assert HIDDEN.encode() not in b"".join(client.get("/o/acme/projects/export/"))
    assert program.get("/projects", q="zephyr").json()["items"] == []
    for path in ("", "settings/", "access/", f"services/{service.pk}/", f"services/{service.pk}/timeline/"):
        answers = [client.get(f"/o/acme/projects/{slug}/{path}") for slug in ("zephyr", "nobody")]
        assert [answer.status_code for answer in answers] == [404, 404], path
        assert main_words(answers[0]) == main_words(answers[1])
    for path in ("/projects/{}", "/projects/{}/services", "/projects/{}/access"):
        there, nowhere = (program.get(path.format(slug)) for slug in ("zephyr", "nobody"))
        assert problem(there) == problem(nowhere) == (404, "not-found")
        assert "zephyr" not in json.dumps({**there.json(), "instance": ""})


def test_23_an_answer_that_was_kept_is_not_for_who_has_lost_the_grant(cast: Cast) -> None:
    make_kind()
    project = make_project(cast.acme, visibility="restricted")
    cast.olivia.client.post(GRANT, {"membership": cast.mia.membership(cast.acme).pk, "level": "operate"})
    program, once = program_of(cast.mia, cast.acme), {"Idempotency-Key": "again"}
    wanted = {"kind": "postgresql", "size": "small", "name": "Main"}
    assert program.post("/projects/website/services", wanted, once).status_code == 201
    shown = f"/services/{Service.objects.get().pk}/outputs"
    assert program.post(shown, None, once | {"Idempotency-Key": "shown"}).status_code == 201
    project.person_grants.get().delete()
    assert problem(program.post("/projects/website/services", wanted, once)) == (404, "not-found")
    assert problem(program.post(shown, None, once | {"Idempotency-Key": "shown"})) == (404, "not-found")
    assert cast.mia.client.get(HERE).status_code == 404


def test_26_send_what_a_request_does_not_have(cast: Cast) -> None:
    kind = make_kind(form={"type": "object", "properties": {"version": {"type": "string", "enum": ["17"]}}})
    other = make_project(cast.rival, "other")
    make_project(cast.acme)
    forged = {
        "project": str(other.pk), "state": "running", "price": "0", "kind": "free", "created_by": str(cast.mia.user.pk),
        "outputs": "x", "parameters": '{"version": "1"}', "parameters.version": "17", "parameters.root": "yes",
    }  # fmt: skip
    form = {"name": "Main", "size": "small", **forged}
    assert cast.theo.client.post(f"{HERE}services/new/postgresql/", form).status_code == 302
    service = Service.objects.get()
    assert (service.project.slug, service.kind, service.state, service.created_by, service.parameters) == (
        "website", kind, "requested", cast.theo.user, {"version": "17"},
    )  # fmt: skip
    wanted: dict[str, Any] = {"kind": "postgresql", "size": "small", "name": "Second"}
    program = program_of(cast.theo, cast.acme)
    deep: Any = "deep"
    for _level in range(15):
        deep = [deep]
    wrong: list[Any] = [
        {"version": deep}, {"version": {"$ref": "http://127.0.0.1/"}}, {"version": None, "__proto__": {}},
        {"version": "1" * 10_000}, {"version": 17}, {"version": ["17"]}, {"$ref": "file:///etc/passwd"}, {"root": True},
        ["version"],
    ]  # fmt: skip
    for parameters in wrong:
        answer = program.post("/projects/website/services", {**wanted, "parameters": parameters})
        assert answer.status_code in {409, 422}, parameters
    for extra in ({"state": "running"}, {"project": "other"}, {"price": 0}):
        assert program.post("/projects/website/services", {**wanted, **extra}).status_code == 422
    assert Service.objects.count() == 1


def test_29_send_what_was_overheard_to_another_place(cast: Cast, kind: ServiceKind) -> None:
    """The signature says nothing of the address: what it was taken for is kept, and our own calls are no reports."""
    first, second = ask_for(cast, kind), ask_for(cast, kind, "Second")
    backend = Backend()

    def send(operation: Any, message: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        return said(backend.send(f"{backend.path(operation)}/reports", message, headers))

    call = first.webhook.body.encode() if first.webhook else b""
    assert send(first, call, signed(SECRET, str(first.webhook_id), call)) == (422, "invalid")
    done = b'{"state": "done"}'
    heard = signed(SECRET, "heard", done)
    assert send(first, done, heard) == (202, True)
    assert send(second, done, heard) == (422, "webhook-id-reused")
    looked = signed(SECRET, "looked", b"")
    assert backend.client.get(backend.path(first), headers=looked).status_code == 200
    assert send(second, done, looked) == (401, "not-signed")
    assert send(second, b"", looked)[0] in {400, 422}
    mine = make_service(make_project(cast.acme, "ours"), state="provisioning", kind=make_kind())
    assert said(backend.report(mine.operations.get(), state="done")) == (404, "not-found")
    assert [as_it_is(one).state for one in (first, second)] == ["done", "open"]
    assert service_of(second).state == "requested"


def test_29_a_backend_gone_bad_says_too_much_too_late_and_of_what_is_gone(cast: Cast, kind: ServiceKind) -> None:
    operation, backend = ask_for(cast, kind), Backend()
    pages = f"{HERE}services/{operation.service_id}/"
    said_of_it = "<script>alert(1)</script> {{ 7*7 }} %(x)s \u202egnp.exe\x1b[31m"
    outputs = [{"name": said_of_it[:60], "value": said_of_it}, {"name": "\u202e", "value": "nameless"}]
    backend.report(operation, state="provisioning", progress=100, message=said_of_it)
    assert said(backend.report(operation, state="done", outputs=outputs)) == (202, True)
    page = body(cast.mia.client.get(pages))
    assert "<script>alert(1)" not in page
    assert "nameless" not in page
    assert "{{ 7*7 }} %(x)s gnp.exe [31m" in main_words(cast.mia.client.get(pages))
    cast.theo.client.post(f"{pages}deletion/", {"confirmation": "Orders"})
    deleting = operation.service.operations.get(verb="delete")
    assert said(backend.report(operation, state="failed", message="No.")) == (202, False)
    late = [{"name": "password", "value": "correct horse", "secret": True}]
    assert said(backend.report(deleting, state="done", outputs=late)) == (202, True)
    assert service_of(deleting).state == "deleted"
    assert not operation.service.outputs.exists()
    assert said(backend.report(deleting, state="done", outputs=late)) == (202, False)
    assert not operation.service.outputs.exists()


def test_34_names_that_are_templates_formats_and_formulas_stay_names(cast: Cast) -> None:
    name = "=50 %s %(name)s %d {x} {{ 7*7 }} <b>"
    project = make_project(cast.acme, name=name)
    service = make_service(project, "=%(project)s %s <b>", state="stopped")
    client, address = cast.olivia.client, f"{HERE}services/{service.pk}/"
    done: list[tuple[str, dict[str, str]]] = [
        (f"{HERE}archiving/", {}), (f"{HERE}restoration/", {}), (f"{address}start/", {}), (f"{address}stop/", {}),
        (f"{HERE}archiving/", {}), (GRANT, {"role": "member", "level": "view"}), (f"{HERE}deletion/", {"name": name}),
    ]  # fmt: skip
    for path, form in done:
        page = client.post(path, form, follow=True)
        assert page.status_code == 200, path
        assert "<b>" not in body(page), path
    for path in (HERE, f"{HERE}access/", address, "/o/acme/projects/", "/o/acme/settings/audit-log/"):
        answer = client.get(path)
        assert (answer.status_code, "<b>" in body(answer)) == (200, False), path
    for path in ("/o/acme/projects/export/", "/o/acme/settings/audit-log/export/"):
        assert not re.search(rb'(^|[,\n"])=', b"".join(client.get(path))), path


def test_35_no_secret_of_a_service_or_an_endpoint_lies_open(
    cast: Cast, kind: ServiceKind, caplog: pytest.LogCaptureFixture
) -> None:
    operation = ask_for(cast, kind)
    outputs = [{"name": "password", "value": "correct horse battery", "secret": True}]
    assert said(Backend().report(operation, state="done", outputs=outputs)) == (202, True)
    shown = cast.theo.client.post(f"{HERE}services/{operation.service_id}/outputs/")
    assert "correct horse battery" in body(shown)
    kept = "".join(str(list(model._base_manager.values())) for model in apps.get_models())
    for secret in ("correct horse battery", SECRET.removeprefix("whsec_")):
        assert secret not in kept
        assert secret not in caplog.text


def test_suspended_it_makes_nothing_whichever_way(cast: Cast) -> None:
    """By page, by key, from a tab that was open before, and by trying again what has failed."""
    make_kind()
    project = make_project(cast.acme)
    failed = make_service(project, "Failed", state="failed", reason="No room.")
    stopped, running = make_service(project, "Stopped", state="stopped"), make_service(project, "Running")
    wanted = {"kind": "postgresql", "size": "small", "name": "New"}
    Organization.objects.filter(pk=cast.acme.pk).update(status="suspended", suspended_for="past_due")
    program, client = program_of(cast.theo, cast.acme), cast.theo.client
    attempts: list[tuple[str, str, dict[str, str] | None]] = [
        ("../new/", "/projects", {"name": "New"}),
        ("services/new/postgresql/", "/projects/website/services", wanted),
        (f"services/{failed.pk}/retry/", f"/services/{failed.pk}/retry", None),
        (f"services/{stopped.pk}/start/", f"/services/{stopped.pk}/start", None),
        (f"services/{running.pk}/size/", f"/services/{running.pk}/size", {"size": "large"}),
    ]
    for page, operation, given in attempts:
        assert client.post(f"{HERE}{page}".replace("website/../", ""), given or {}).status_code == 403, page
        assert program.post(operation, given).status_code in {403, 409}, operation
    assert sorted(Service.objects.values_list("state", flat=True)) == ["failed", "running", "stopped"]
    assert Project.objects.count() == 1
    assert program.post(f"/services/{running.pk}/stop").status_code == 202


def test_closed_it_takes_nothing_but_what_its_backend_still_says(cast: Cast, kind: ServiceKind) -> None:
    operation = ask_for(cast, kind)
    program = program_of(cast.theo, cast.acme)
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
    tries: list[Callable[[], Any]] = [
        lambda: cast.theo.client.post(f"{HERE}services/{operation.service_id}/stop/"),
        lambda: cast.theo.client.post(f"{HERE}deletion/", {"name": "Website"}),
        lambda: program.post(f"/services/{operation.service_id}/stop"),
        lambda: program.send("DELETE", "/projects/website"),
    ]
    for attempt in tries:
        assert attempt().status_code in {401, 403, 404}
    assert said(Backend().report(operation, state="done")) == (202, True)
    assert (Project.objects.get().state, service_of(operation).state) == ("active", "running")


def test_secrets_are_asked_for_by_a_form_that_somebody_means(cast: Cast) -> None:
    """Not by a link, a picture, a page of another site, or a script in a browser that has proven nothing lately."""
    service = make_service(make_project(cast.acme))
    service.outputs.create(name="host", value="db.example")
    output = service.outputs.model(service=service, name="password", shown_once=True)
    output.close("correct horse")
    output.save()
    address = f"{HERE}services/{service.pk}/outputs/"
    for method in ("get", "head", "options", "put", "patch"):
        assert getattr(cast.theo.client, method)(address).status_code in {403, 405}
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = cast.theo.client.cookies
    assert strict.post(address).status_code == 403
    stale = Client()
    stale.force_login(cast.theo.user)
    for headers in ({}, {"HX-Request": "true"}, {"X-HTTP-Method-Override": "GET"}):
        assert "correct horse" not in body(stale.post(address, headers=headers))
    assert service.outputs.get(name="password").sealed
