"""Projects where organizations and accounts end, are taken along, or are looked at by staff."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.actions import close_account
from accounts.portrait import parts_of
from audit.models import Event
from console.refusal import Refused
from organizations.actions import end_closed_organizations, reopen_organization
from organizations.models import Organization
from projects.actions import closing as project_closing
from projects.levels import Level
from projects.models import Operation, Project, Service
from projects.models.grant import set_person_level, set_role_level
from projects.models.service import State
from tests.cast import Cast, Person, make_person
from tests.organizations.owning import CLOSING, close, download_path, exported, opened
from tests.projects.making import make_project, make_service
from tests.reading import body, links, main_words

pytestmark = pytest.mark.django_db

SECRET = "hunter2-hunter2"


def test_who_closes_an_organization_knows_that_its_projects_go_with_it(cast: Cast) -> None:
    make_project(cast.acme, "one")
    make_project(cast.acme, "two")
    assert "2 projects are closed with it, and deleted once it can no longer" in main_words(
        cast.olivia.client.get(CLOSING)
    )


def test_they_are_there_again_when_it_is_opened_again(cast: Cast) -> None:
    make_project(cast.acme)
    close(cast.acme, cast.olivia)
    assert cast.olivia.client.get("/o/acme/projects/website/").status_code == 404
    end_closed_organizations()
    reopen_organization(organization=cast.acme, by=cast.olivia.actor(cast.acme))
    assert cast.olivia.client.get("/o/acme/projects/website/").status_code == 200


def test_they_go_with_it_for_good_however_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_closing, "BATCH", 2)
    for number in range(5):
        make_service(make_project(cast.acme, f"p-{number}"), state=State.DELETED)
    make_project(cast.rival)
    close(cast.acme, cast.olivia)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert end_closed_organizations() == 1
    assert list(Project.objects.values_list("organization__slug", flat=True)) == ["rival"]
    assert not Service.objects.exists()
    assert Event.objects.filter(action="project.ended", organization_id=cast.acme.pk, actor_kind="system").count() == 5
    assert Organization.objects.filter(pk=cast.acme.pk).exists()


def test_a_personal_accounts_projects_end_with_it_once_no_service_is_there(cast: Cast) -> None:
    personal = cast.sam.user.personal_account
    service = make_service(make_project(personal))
    # What is owed would keep it, too.
    service.kind.sizes.update(price=0)
    page = cast.sam.client.get("/profile/preferences/deletion/")
    assert "1 service is still there in your personal account. Delete it first." in main_words(page)
    assert "/o/personal/projects/" in links(page)
    with pytest.raises(Refused, match="still has 1 service"):
        close_account(user=cast.sam.user, by=cast.sam.actor())
    Service.objects.filter(pk=service.pk).update(state=State.DELETED)
    close_account(user=cast.sam.user, by=cast.sam.actor())
    assert not Project.objects.exists()


def test_what_somebody_made_for_others_stays_without_them(cast: Cast) -> None:
    project = make_project(cast.acme, created_by=cast.theo.user)
    service = make_service(project, created_by=cast.theo.user)
    Operation.objects.update(asked_by=cast.theo.user)
    set_person_level(project, cast.theo.user.pk, Level.MANAGE)
    close_account(user=cast.theo.user, by=cast.theo.actor())
    project.refresh_from_db()
    service.refresh_from_db()
    assert (project.created_by, service.created_by, project.person_grants.count()) == (None, None, 0)


class TestTakenAlong:
    @pytest.fixture
    def project(self, cast: Cast) -> Project:
        project = make_project(cast.acme, description="=1+1", created_by=cast.theo.user)
        project.tags.create(name="production")
        service = make_service(project, created_by=cast.theo.user, parameters={"version": "17"})
        secret = service.outputs.model(service=service, name="password")
        secret.close(SECRET)
        secret.save()
        service.outputs.create(name="host", value="db.example.com")
        service.changes.create(state=State.RUNNING, by=cast.theo.user, by_kind="user")
        Operation.objects.update(asked_by=cast.theo.user)
        set_person_level(project, cast.mia.user.pk, Level.OPERATE)
        set_role_level(project, cast.bella.membership(cast.acme).held_role, Level.VIEW)
        make_project(cast.rival, "rivals")
        return project

    def test_the_export_of_an_organization_has_all_but_secrets(self, cast: Cast, project: Project) -> None:
        export = exported(cast.acme, cast.adam)
        archive = opened(cast.adam.client.get(download_path(export)))

        def rows(subject: str) -> list[dict[str, Any]]:
            assert f"{subject}.csv" in archive.namelist()
            found: list[dict[str, Any]] = json.loads(archive.read(f"{subject}.json"))
            return found

        (exported_project,) = rows("projects")
        assert exported_project["slug"] == "website"
        assert exported_project["created_by_email"] == "theo.tech@example.com"
        assert [row["name"] for row in rows("project_tags")] == ["production"]
        assert [(r["email"], r["level"]) for r in rows("project_grants_to_people")] == [
            ("mia.member@example.com", "operate")
        ]
        assert [(r["role"], r["level"]) for r in rows("project_grants_to_roles")] == [("billing", "view")]
        (service,) = rows("services")
        assert (service["kind_key"], service["size_key"], service["state"]) == ("postgresql", "small", "running")
        assert service["parameters"] == {"version": "17"}
        outputs = {row["name"]: (row["value"], row["is_secret"]) for row in rows("service_outputs")}
        assert outputs == {"password": ("", True), "host": ("db.example.com", False)}
        assert [row["by_email"] for row in rows("service_changes")] == ["theo.tech@example.com"]
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert SECRET.encode() not in everything
        assert b"rivals" not in everything
        # A cell that a spreadsheet would run is inert.
        assert "'=1+1" in archive.read("projects.csv").decode("utf-8-sig")
        default_storage.delete(f"organization-exports/{export.file}")

    def test_the_export_of_a_person_says_what_they_were_granted_and_asked_for(
        self, cast: Cast, project: Project
    ) -> None:
        theirs = {subject: list(rows) for subject, rows in parts_of(cast.theo.user)}
        assert [row["id"] for row in theirs["projects_created"]] == [project.pk]
        assert [(row["verb"], row["project_id"]) for row in theirs["services_asked_for"]] == [("create", project.pk)]
        assert theirs["project_grants"] == []
        mias = {subject: list(rows) for subject, rows in parts_of(cast.mia.user)}
        assert [(row["level"], row["organization_id"]) for row in mias["project_grants"]] == [("operate", cast.acme.pk)]


def test_staff_find_projects_and_services_from_the_organizations_page(cast: Cast) -> None:
    service = make_service(make_project(cast.acme))
    make_service(make_project(cast.rival, "rivals"), "Rival database")
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    page = body(stella.client.get(f"/admin/organizations/organization/{cast.acme.pk}/change/"))
    for kind, label, found, other in (
        ("project", "Projects: 1", "Website", "Rivals"),
        ("service", "Services: 1", "Main database", "Rival database"),
    ):
        href = f"/admin/projects/{kind}/?q={cast.acme.pk}"
        assert f'<a href="{href}">{label}</a>' in page
        listed = body(stella.client.get(href))
        assert found in listed
        assert other not in listed
    stella.client.get(f"/admin/projects/service/{service.pk}/change/")
    looks = Event.objects.filter(action="staff.viewed", organization_id=cast.acme.pk)
    assert set(looks.values_list("target_type", flat=True)) == {
        "organizations.organization",
        "projects.service",
    }


def test_the_log_can_be_filtered_by_projects_and_services(cast: Cast) -> None:
    make_project(cast.acme)
    theo: Person = cast.theo
    theo.client.post("/o/acme/projects/website/archiving/")
    log = "/o/acme/settings/audit-log/"
    assert "Archived the project Website" in main_words(cast.olivia.client.get(f"{log}?what=projects"))
    assert "Archived the project" not in main_words(cast.olivia.client.get(f"{log}?what=services"))
