"""Attacks on projects, grants and services, each tried as somebody would: by page, by key, as a backend gone bad."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from organizations.models import CustomRole, Membership, Organization
from projects.actions.projects import end_deleted_projects
from projects.models import Operation, Project, Service
from projects.models.grant import person_level
from tests.api.keying import problem, program_of, service_program
from tests.cast import Cast, Person
from tests.outbox.calling import SECRET, make_endpoint, signed
from tests.projects.backing import Backend, as_it_is, ask_for, make_backend_kind, said, service_of
from tests.projects.making import make_kind, make_project, make_service
from tests.reading import body, main_words

pytestmark = pytest.mark.django_db


def give_role(person: Person, organization: Organization, *permissions: str) -> CustomRole:
    """A role of the organization's own, with just that, and what every role holds."""
    role = CustomRole.objects.create(
        organization=organization, name="Own", permissions=frozenset({"view_organization", *permissions})
    )
    Membership.objects.filter(organization=organization, user=person.user).update(role="custom", custom_role=role)
    return role


def test_raise_oneself_by_restricting_a_project(cast: Cast) -> None:
    project = make_project(cast.acme)
    service = make_service(project)
    give_role(cast.mia, cast.acme, "view_projects", "manage_projects")
    settings = {"name": "Website", "description": "", "tags": "", "visibility": "restricted"}
    answer = cast.mia.client.post("/o/acme/projects/website/settings/", settings)
    print(answer.status_code, main_words(answer)[:300])
    print(person_level(project, cast.mia.user.pk))
    shown = cast.mia.client.post(f"/o/acme/projects/website/services/{service.pk}/outputs/")
    print(shown.status_code)
    assert 0


def test_stuck_projects_keep_others(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr("projects.actions.projects.ending.BATCH", 2)
    endpoint = make_endpoint("https://b.example.com/")
    kind = make_backend_kind(endpoint)
    past = timezone.now() - timedelta(minutes=1)
    for n in range(3):
        p = make_project(cast.acme, f"stuck-{n}", state="deleting", ends_at=past - timedelta(days=1))
        make_service(p, kind=kind)
    make_project(cast.acme, "gone", state="deleting", ends_at=past)
    for _ in range(5):
        print(end_deleted_projects())
    print(list(Project.objects.values_list("slug", flat=True)))
    assert 0


def test_names(cast):
    name = "50 %s %(name)s {x} {{ 7*7 }} <b>"
    project = make_project(cast.acme, name=name)
    s = make_service(project, "%(project)s %s <i>", state="stopped")
    c = cast.olivia.client
    here = "/o/acme/projects/website/"
    for path in ("archiving/", "restoration/", f"services/{s.pk}/start/", f"services/{s.pk}/start/", f"services/{s.pk}/stop/", "archiving/"):
        r = c.post(here + path, follow=True)
        print(path, r.status_code)
    r = c.post(here + "deletion/", {"name": name}, follow=True)
    print(r.status_code, main_words(r)[:200])
    for p in ("", "settings/", "access/", f"services/{s.pk}/", f"services/{s.pk}/deletion/"):
        r = c.get(here + p)
        assert r.status_code in (200, 302), p
        assert "<i>" not in body(r) and "<b>" not in body(r) and " 49 " not in body(r)
    r = c.get("/o/acme/projects/export/")
    print(b"".join(r.streaming_content))
    assert 0


def test_reflected(cast):
    endpoint = make_endpoint("https://b.example.com/")
    kind = make_backend_kind(endpoint)
    op = ask_for(cast, kind)
    op2 = ask_for(cast, kind, "Other")
    b = Backend()
    call = op.webhook.body.encode()
    r = b.send(b.path(op) + "/reports", call, signed(SECRET, str(op.webhook_id), call))
    print(said(r))
    import json
    m = json.dumps({"state": "done"}).encode()
    h = signed(SECRET, "m1", m)
    print(said(b.send(b.path(op) + "/reports", m, h)), said(b.send(b.path(op2) + "/reports", m, h)))
    bad = json.dumps({"state": "done", "x": 1}).encode()
    for out in ([{"name": "a\u202eb", "value": "\u202e<script>=1"}, {"name": "\u202e", "value": "x"}], [{"name": "a", "value": "\x1b[31m\r\n"}]):
        print(said(b.report(op2, state="done", outputs=out)))
    r = cast.theo.client.get(f"/o/acme/projects/website/services/{op2.service_id}/")
    print(r.status_code, main_words(r)[:600])
    assert 0


def test_returning(cast):
    p = make_project(cast.acme, visibility="restricted")
    c = cast.olivia.client
    mia = cast.mia.membership(cast.acme)
    r = c.post("/o/acme/projects/website/access/new/", {"membership": mia.pk, "level": "manage"})
    assert cast.mia.client.get("/o/acme/projects/website/").status_code == 200
    Membership.objects.filter(pk=mia.pk).update(ends_at=timezone.now() - timedelta(seconds=5))
    print(cast.mia.client.get("/o/acme/projects/website/").status_code)
    from tests.organizations.inviting import invite
    inv = invite(cast, "mia.member@example.com")
    r = cast.mia.client.post(f"/invitations/{inv.token('mailed')}/", {"decision": "accept"})
    print(r.status_code)
    print(cast.mia.client.get("/o/acme/").status_code, cast.mia.client.get("/o/acme/projects/website/").status_code)
    print(person_level(p, cast.mia.user.pk))
    assert 0
