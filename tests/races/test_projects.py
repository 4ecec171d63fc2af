"""Two people change the projects of an organization at the same instant: one order, and both are told."""

from datetime import timedelta

import pytest
from django.http import HttpResponseBase
from django.utils import timezone

from projects.actions.projects import end_deleted_projects
from projects.models import Project
from tests.cast import Cast
from tests.projects.making import make_project, make_region, make_service
from tests.races.together import browser, statuses, together
from tests.reading import error_at, words

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NEW = "/o/acme/projects/new/"
HERE = "/o/acme/projects/website/"


def test_one_of_two_gets_the_address_and_the_last_place(cast: Cast) -> None:
    make_region()
    one, other = browser(cast.theo), browser(cast.adam)
    typed = {"name": "Shop", "slug": "shop", "region": "eu-west", "visibility": "organization"}
    answers = together(lambda: one.post(NEW, typed), lambda: other.post(NEW, typed))
    assert statuses(answers) == [200, 302]
    said = [error_at(answer, "slug") for answer in answers if answer.status_code == 200]
    assert said == ["Another project has this address. Choose another one."]

    cast.acme.allowances.create(name="projects", amount=2)
    typed["slug"] = ""
    answers = together(lambda: one.post(NEW, typed), lambda: other.post(NEW, typed))
    assert statuses(answers) == [200, 302]
    assert any("There can be 2 projects here, and there are." in words(answer) for answer in answers)
    assert Project.objects.count() == 2


def test_a_project_is_archived_or_something_starts_there_never_both(cast: Cast) -> None:
    project = make_project(cast.acme)
    service = make_service(project, state="stopped")
    one, other = browser(cast.theo), browser(cast.adam)
    for _round in range(3):
        together(
            lambda: one.post(f"{HERE}archiving/"),
            lambda: other.post(f"{HERE}services/{service.pk}/start/"),
        )
        project.refresh_from_db()
        service.refresh_from_db()
        assert (project.state, service.state) in {("archived", "stopped"), ("active", "provisioning")}
        if project.state == "active":
            break
        one.post(f"{HERE}restoration/")


def test_two_who_delete_it_and_who_undoes_it_are_all_told(cast: Cast) -> None:
    project = make_project(cast.acme)
    one, other = browser(cast.theo), browser(cast.adam)
    answers = together(
        lambda: one.post(f"{HERE}deletion/", {"name": "Website"}),
        lambda: other.post(f"{HERE}deletion/", {"name": "Website"}),
    )
    assert statuses(answers) == [200, 302]
    assert any("Website is being deleted already." in words(answer) for answer in answers)

    Project.objects.filter(pk=project.pk).update(ends_at=timezone.now() - timedelta(seconds=1))

    def undo_too_late() -> HttpResponseBase:
        end_deleted_projects()
        return other.post(f"{HERE}recovery/")

    answers = together(lambda: one.post(f"{HERE}recovery/"), undo_too_late)
    assert {answer.status_code for answer in answers} <= {302, 404}
    assert not Project.objects.exists()
