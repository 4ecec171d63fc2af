"""Projects go into the archive and come back, are deleted, and for seven days can be had back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from audit.models import Event
from projects.actions.projects import delete_project, end_deleted_projects, ending
from projects.actions.services import delete_service
from projects.models import Project, Service
from tests.cast import Cast, make_person
from tests.projects.conftest import Committing
from tests.projects.making import make_kind, make_project, make_service
from tests.reading import error_at, main_words, posts, words

pytestmark = pytest.mark.django_db

HERE = "/o/acme/projects/website/"


def press(client: Client, noun: str, **typed: str) -> str:
    """Press a button of the project, and read what the page then says."""
    return words(client.post(f"{HERE}{noun}/", typed, follow=True))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def test_it_is_archived_read_and_brought_back(cast: Cast, project: Project) -> None:
    theo = cast.theo.client
    assert "Website is in the archive now." in press(theo, "archiving")
    for page in (HERE, f"{HERE}settings/"):
        assert "This project is archived." in main_words(theo.get(page))
    assert f"{HERE}restoration/" in posts(theo.get(HERE))
    assert f"{HERE}restoration/" not in posts(cast.mia.client.get(HERE))
    assert "Website is in the archive already." in press(theo, "archiving")
    assert "Website is back from the archive." in press(theo, "restoration")
    assert "Website is not in the archive." in press(theo, "restoration")
    assert Project.objects.get().is_active


def test_what_still_runs_keeps_it_out_of_the_archive_by_name(cast: Cast, project: Project) -> None:
    for name, state in (("Cache", "running"), ("Mail", "provisioning"), ("Old", "stopped"), ("Older", "deleted")):
        make_service(project, name, state=state)
    assert "Something still runs in Website: Cache, Mail. Stop it first." in press(cast.theo.client, "archiving")
    assert "Cache, Mail" in main_words(cast.theo.client.get(f"{HERE}settings/"))
    assert Project.objects.get().is_active


def test_deleting_asks_for_the_name_stops_what_runs_and_can_be_undone(
    cast: Cast, project: Project, committing: Committing
) -> None:
    theo = cast.theo.client
    service = make_service(project)
    asked = main_words(theo.get(f"{HERE}deletion/"))
    assert "These services stop at once: Main database." in asked
    assert "Then 1 service and its data are deleted" in asked
    wrong = theo.post(f"{HERE}deletion/", {"name": "website"})
    assert error_at(wrong, "name") == "Type the name of the project, Website."
    with committing():
        said = press(theo, "deletion", name=" Website ")
    assert "Website is being deleted. For 7 days you can undo that here." in said
    assert "It is gone for good in " in said
    service.refresh_from_db()
    assert service.state == "stopped"
    assert "Website is being deleted already." in words(theo.post(f"{HERE}deletion/", {"name": "Website"}))
    assert "Website is being deleted: nothing can be changed in it." in press(
        theo, "settings", name="Late", visibility="organization"
    )
    assert "Website is being deleted: nothing can be changed in it." in press(theo, "archiving")
    assert "Website is back." in press(theo, "recovery")
    assert "Website is not being deleted." in press(theo, "recovery")
    project.refresh_from_db()
    assert (project.state, project.ends_at) == ("active", None)


def test_one_that_was_archived_comes_back_into_the_archive(cast: Cast) -> None:
    project = make_project(cast.acme, state="archived")
    delete_project(project=project, by=cast.theo.actor(cast.acme))
    press(cast.theo.client, "recovery")
    assert Project.objects.get().state == "archived"


@pytest.mark.embedded
def test_after_seven_days_it_is_gone_with_its_services_and_its_address_is_free(
    cast: Cast, project: Project, committing: Committing, clock: time_machine.Traveller
) -> None:
    make_service(project)
    with committing():
        delete_project(project=project, by=cast.theo.actor(cast.acme))
    clock.shift(timedelta(days=7) - timedelta(seconds=1))
    assert end_deleted_projects() == 0
    assert Service.objects.present().count() == 1
    clock.shift(timedelta(seconds=1))
    # Nobody has taken it away yet, but the time is over.
    assert "The time to undo the deletion of Website is over." in press(cast.theo.client, "recovery")
    with committing():
        assert end_deleted_projects() == 0
    assert not Service.objects.present().exists()
    assert end_deleted_projects() == 1
    assert end_deleted_projects() == 0
    assert not Project.objects.exists()
    assert cast.theo.client.get(HERE).status_code == 404
    event = Event.objects.get(action="project.ended")
    assert (event.organization_id, event.target_id, event.actor_kind) == (cast.acme.pk, project.pk, "system")
    make_project(cast.acme)


def test_what_comes_to_run_after_the_deletion_is_stopped(cast: Cast, project: Project, committing: Committing) -> None:
    service = make_service(project, state="provisioning")
    with committing():
        delete_project(project=project, by=cast.theo.actor(cast.acme))
    # The backend says so only now.
    service.operations.update(state="done", ended_at=timezone.now())
    Service.objects.filter(pk=service.pk).update(state="running")
    with committing():
        end_deleted_projects()
    service.refresh_from_db()
    assert service.state == "stopped"


def test_more_services_than_one_transaction_takes_all_stop_and_all_go(
    cast: Cast, project: Project, committing: Committing, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "SERVICES", 2)
    for number in range(5):
        make_service(project, f"Service {number}")
    with committing():
        delete_project(project=project, by=cast.theo.actor(cast.acme))
    assert set(Service.objects.values_list("state", flat=True)) == {"stopped"}
    clock.shift(timedelta(days=8))
    with committing():
        end_deleted_projects()
    assert set(Service.objects.values_list("state", flat=True)) == {"deleted"}
    assert end_deleted_projects() == 1


def test_a_service_that_its_backend_cannot_delete_keeps_the_project_and_is_asked_for_again_later(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    project = make_project(cast.acme)
    service = make_service(project, state="stopped")
    delete_project(project=project, by=cast.theo.actor(cast.acme))
    clock.shift(timedelta(days=8))
    end_deleted_projects()
    end_deleted_projects()
    deletion = service.operations.get(verb="delete")
    # While it is being done, nobody asks again; once it failed, not at once.
    service.operations.filter(pk=deletion.pk).update(state="failed", ended_at=timezone.now())
    Service.objects.filter(pk=service.pk).update(state="failed", reason="No answer.")
    end_deleted_projects()
    assert service.operations.filter(verb="delete").count() == 1
    clock.shift(timedelta(hours=7))
    end_deleted_projects()
    assert service.operations.filter(verb="delete").count() == 2
    assert Project.objects.exists()


def test_what_failed_while_it_was_there_may_run_and_is_stopped_like_what_does(
    cast: Cast, project: Project, committing: Committing
) -> None:
    resized = make_service(project, "Resized", state="failed", reason="No room.")
    never = make_service(project, "Never", state="failed", reason="No room.")
    never.operations.update(state="failed")
    assert "Something still runs in Website: Resized. Stop it first." in press(cast.theo.client, "archiving")
    with committing():
        delete_project(project=project, by=cast.theo.actor(cast.acme))
    states = {service.name: service.state for service in Service.objects.all()}
    assert states == {resized.name: "stopped", never.name: "failed"}


def test_staff_settle_a_deletion_of_which_the_backend_says_nothing_any_more(cast: Cast, project: Project) -> None:
    gone, here = make_service(project, "Gone"), make_service(project, "Here")
    delete_service(service=gone, by=cast.theo.actor(cast.acme))
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    chosen = {"action": "declare_gone", "_selected_action": [str(gone.pk), str(here.pk)]}
    said = words(stella.post("/admin/projects/service/", chosen, follow=True))
    assert "1 service is deleted." in said
    assert "Here: Nobody has asked for its deletion." in said
    assert set(Service.objects.values_list("name", "state")) == {("Gone", "deleted"), ("Here", "running")}
    assert gone.operations.get(verb="delete").state == "done"
    assert Event.objects.get(action="service.declared_gone", outcome="done").actor_kind == "staff"


def test_what_nobody_can_delete_now_keeps_nothing_else_from_going(
    cast: Cast, committing: Committing, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings lost the provisioner of a kind: its services are in nobody's way."""
    monkeypatch.setattr(ending, "SERVICES", 2)
    monkeypatch.setattr(ending, "BATCH", 1)
    lost = make_kind("lost", provisioner="gone")
    stuck, other = make_project(cast.acme, "stuck"), make_project(cast.acme, "other")
    for number in range(3):
        make_service(stuck, f"Lost {number}", kind=lost)
    runs = make_service(stuck, "Runs")
    for project in (stuck, other):
        with committing():
            delete_project(project=project, by=cast.theo.actor(cast.acme))
    with committing():
        end_deleted_projects()
    runs.refresh_from_db()
    assert runs.state == "stopped"
    clock.shift(timedelta(days=8))
    for _run in range(2):
        with committing():
            end_deleted_projects()
    assert [project.slug for project in Project.objects.all()] == ["stuck"]
    assert list(stuck.services.present().values_list("kind__key", flat=True).distinct()) == ["lost"]
    # What cannot be asked is not asked again and again, in the log of an organization that can do nothing about it.
    assert not Event.objects.filter(outcome="denied", actor_kind="system").exists()


def test_staff_find_it_and_bring_it_back(cast: Cast, project: Project) -> None:
    delete_project(project=project, by=cast.theo.actor(cast.acme))
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    assert "Website" in words(stella.get("/admin/projects/project/?q=acme"))
    chosen = {"action": "recover", "_selected_action": str(project.pk)}
    assert "1 project is back." in words(stella.post("/admin/projects/project/", chosen, follow=True))
    assert Event.objects.get(action="project.recovered").actor_kind == "staff"
    made = stella.post(
        "/admin/projects/region/add/", {"key": "ap-south", "name": "Mumbai", "is_offered": "on", "order": "5"}
    )
    assert made.status_code == 302
    assert "Mumbai" in words(cast.theo.client.get("/o/acme/projects/new/"))


def test_keys_of_kinds_that_nobody_offers_any_more_do_not_keep_a_project(cast: Cast, project: Project) -> None:
    make_service(project, kind=make_kind("redis", is_offered=False), state="deleted")
    delete_project(project=project, by=cast.theo.actor(cast.acme))
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert end_deleted_projects() == 1
