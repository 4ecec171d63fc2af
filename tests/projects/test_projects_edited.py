"""Projects are edited: by who may, without undoing what another has just changed."""

import re

import pytest
from django.http import HttpResponseBase

from audit.models import Event
from organizations.roles import Permission
from projects.models import Project
from tests.cast import Cast, Person
from tests.projects.making import make_project
from tests.reading import body, error_at, main_words, words

pytestmark = pytest.mark.django_db

SETTINGS = "/o/acme/projects/website/settings/"
TYPED = {"name": "Website", "description": "", "tags": "", "visibility": "organization"}


def seen_by(person: Person) -> str:
    """What the form carries of the values that it was opened with."""
    match = re.search(r'name="seen" value="([^"]*)"', body(person.client.get(SETTINGS)))
    assert match
    return match[1].replace("&quot;", '"').replace("&#34;", '"')


def save(person: Person, seen: str = "", **fields: str) -> HttpResponseBase:
    """Send the form."""
    return person.client.post(SETTINGS, {**TYPED, "seen": seen, **fields})


def test_what_was_typed_is_saved_found_and_written_down_and_the_address_stays(cast: Cast) -> None:
    make_project(cast.acme)
    answer = save(cast.theo, name="Shop", description="Sells things", tags="b, A", slug="other", region="us-east")
    assert answer["Location"] == SETTINGS
    project = Project.objects.get()
    assert (project.slug, project.region.key) == ("website", "eu-west")
    assert "Shop Sells things" in main_words(cast.mia.client.get("/o/acme/projects/website/"))
    for term in ("shop", "things", "website"):
        assert "Shop" in main_words(cast.mia.client.get(f"/o/acme/projects/?q={term}"))
    event = Event.objects.get(action="project.edited")
    assert event.after == {"fields": ["name", "description", "tags"]}
    assert event.detail.texts["tags"] == ["", "a, b"]
    save(cast.theo, name="Shop", description="Sells things", tags="b")
    assert list(project.tags.values_list("name", flat=True)) == ["b"]
    # Nothing new, no event.
    save(cast.theo, name="Shop", description="Sells things", tags="b")
    assert Event.objects.filter(action="project.edited").count() == 2


def test_the_second_to_save_is_told_what_the_first_changed(cast: Cast) -> None:
    make_project(cast.acme)
    seen = seen_by(cast.adam)
    save(cast.theo, seen_by(cast.theo), name="Shop", tags="new")
    answer = save(cast.adam, seen, name="Fair")
    assert answer.status_code == 200
    assert "Somebody has changed these since you opened the page: Name, Tags." in words(answer)
    assert error_at(answer, "name") == "It is “Shop” by now. Save once more to keep yours."
    project = Project.objects.get()
    assert project.name == "Shop"
    assert list(project.tags.values_list("name", flat=True)) == ["new"]


def test_who_restricts_a_project_keeps_it_and_can_open_it_again(cast: Cast) -> None:
    project = make_project(cast.acme)
    save(cast.theo, visibility="restricted")
    assert cast.mia.client.get("/o/acme/projects/website/").status_code == 404
    assert cast.theo.client.get(SETTINGS).status_code == 200
    assert project.person_grants.get().user == cast.theo.user
    save(cast.theo, visibility="organization")
    assert cast.mia.client.get("/o/acme/projects/website/").status_code == 200
    # Who manages the organization loses nothing from sight.
    save(cast.olivia, visibility="restricted")
    assert project.person_grants.count() == 1


def test_who_may_only_see_it_changes_nothing(cast: Cast) -> None:
    make_project(cast.acme)
    assert save(cast.mia, name="Mine").status_code == 403
    assert save(cast.rita, name="Mine").status_code == 404
    assert Project.objects.get().name == "Website"
    page = cast.mia.client.get("/o/acme/projects/website/")
    assert SETTINGS not in body(page)


def test_an_archived_project_is_not_edited_by_a_tab_that_was_opened_before(cast: Cast) -> None:
    project = make_project(cast.acme)
    seen = seen_by(cast.theo)
    Project.objects.update(state="archived", archived_at=project.created_at)
    answer = save(cast.theo, seen, name="Late")
    assert "Website is archived: nothing can be changed in it." in words(answer)
    assert Project.objects.get().name == "Website"
    assert Permission.MANAGE_PROJECTS in project.permissions_of(cast.theo.actor(cast.acme))
