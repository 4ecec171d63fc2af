"""The list of projects: search, filters, order, pages, a file; and nothing of what one may not know of."""

import csv
import re
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from organizations.models import Membership
from projects.actions.projects import create_project
from projects.levels import Level
from projects.models import Project
from projects.models.grant import set_person_level
from tests.cast import Cast, Person
from tests.projects.making import make_region, make_service
from tests.reading import body, follow_all, links, main_words, words_at

pytestmark = pytest.mark.django_db

LIST = "/o/acme/projects/"


def listed(client: Client, query: str = "") -> list[str]:
    """The names that the list shows, in their order."""
    return names_on(client.get(LIST + query))


def names_on(response: Any) -> list[str]:
    """The names of the projects on a page of the list."""
    table = body(response).partition("<tbody")[2].partition("</tbody>")[0]
    return re.findall(r'<a href="/o/[\w-]+/projects/[\w-]+/">([^<]*)</a>', table)


def make(cast: Cast, name: str, **fields: Any) -> Project:
    """A project of Acme that Olivia made."""
    return create_project(organization=cast.acme, name=name, by=cast.olivia.actor(cast.acme), **fields)


@pytest.fixture
def some(cast: Cast) -> Cast:
    """Acme with four projects in two regions."""
    make_region("us-east")
    make_region("eu-west")
    make(cast, "Étude", region="us-east", tags=["data", "lab"], description="Maps of towns")
    make(cast, "beta", region="eu-west", tags=["shop"])
    make(cast, "Gamma", region="eu-west", tags=["data"], visibility="restricted")
    archived = make(cast, "Alpha", region="eu-west")
    Project.objects.filter(pk=archived.pk).update(state="archived", archived_at=archived.created_at)
    return cast


def test_search_and_filters_narrow_it_and_nonsense_does_not(some: Cast) -> None:
    client = some.olivia.client
    everything = ["Alpha", "beta", "Étude", "Gamma"]
    for query, found in {
        "": everything,
        "?q=etude": ["Étude"],
        "?q=TOWNS+maps": ["Étude"],
        "?q=lab": ["Étude"],
        "?q=bet": ["beta"],
        "?q=nowhere": [],
        "?q=%00": everything,
        "?state=archived": ["Alpha"],
        "?state=gone": everything,
        "?region=us-east": ["Étude"],
        "?region=mars": everything,
        "?visibility=restricted": ["Gamma"],
        "?tag=data": ["Étude", "Gamma"],
        "?tag=DATA&region=eu-west": ["Gamma"],
        "?tag=nothing": [],
        "?sort=-name": everything[::-1],
        "?sort=created": ["Étude", "beta", "Gamma", "Alpha"],
        "?sort=-changed": ["Alpha", "Gamma", "beta", "Étude"],
        "?sort=secret&after=x": everything,
    }.items():
        assert listed(client, query) == found, query
    nothing = client.get(f"{LIST}?q=nowhere")
    assert "No project found" in main_words(nothing)
    assert LIST in links(nothing)


def test_a_script_gets_the_list_alone(some: Cast) -> None:
    fragment = some.olivia.client.get(f"{LIST}?q=beta", headers={"HX-Request": "true", "HX-Target": "projects"})
    assert names_on(fragment) == ["beta"]
    assert "<html" not in body(fragment)
    assert words_at(fragment, "id", "projects-found") == "1 project"


def test_each_sees_what_they_may_know_of_and_can_find_no_more(some: Cast) -> None:
    assert listed(some.mia.client) == ["Alpha", "beta", "Étude"]
    for query in ("?q=gamma", "?visibility=restricted", "?tag=data&region=eu-west"):
        assert listed(some.mia.client, query) == []
    set_person_level(Project.objects.get(slug="gamma"), some.mia.user.pk, Level.VIEW)
    assert listed(some.mia.client, "?q=gamma") == ["Gamma"]
    assert names_on(some.rita.client.get("/o/rival/projects/")) == []
    assert some.rita.client.get(LIST).status_code == 404


def test_a_row_says_how_many_services_are_how(some: Cast) -> None:
    beta = Project.objects.get(slug="beta")
    for name, state in (("a", "running"), ("b", "running"), ("c", "deleted")):
        make_service(beta, name, state=state)
    make_service(beta, "d", state="failed", reason="No room.")
    page = main_words(some.mia.client.get(f"{LIST}?q=beta"))
    assert "beta shop 1 failed 2 running Eu West" in page
    assert "Deleted" not in page


def test_it_has_pages_that_hold_each_project_once(cast: Cast) -> None:
    region = make_region()
    Project.objects.bulk_create(
        Project(
            organization=cast.acme, slug=f"p-{n}", name=f"Project {n:03}", sort_name=f"project {n:03}", region=region
        )
        for n in range(120)
    )
    seen = [name for _path, page in follow_all(cast.mia.client, "next", LIST) for name in names_on(page)]
    assert seen == [f"Project {n:03}" for n in range(120)]


def test_empty_it_says_what_it_is_for_and_offers_the_first_to_who_may_make_it(cast: Cast) -> None:
    page = cast.theo.client.get(LIST)
    assert "No projects yet" in main_words(page)
    assert f"{LIST}new/" in links(page)
    page = cast.mia.client.get(LIST)
    assert "There is none so far that you may see." in main_words(page)
    assert f"{LIST}new/" not in links(page)


def file_of(person: Person, query: str = "") -> list[list[str]]:
    """The rows of the file, with its header."""
    answer: Any = person.client.get(f"{LIST}export/{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_the_file_holds_what_the_same_filters_find(some: Cast) -> None:
    make_service(Project.objects.get(slug="etude"))
    make(some, "=1+1", region="eu-west")
    header, etude = file_of(some.mia, "?q=etude")
    assert header[:8] == ["Name", "Address", "Description", "State", "Region", "Visible to", "Tags", "Services"]
    assert etude[:8] == [
        "Étude",
        "etude",
        "Maps of towns",
        "active",
        "Us East",
        "the organization",
        "data, lab",
        "1 running",
    ]
    assert file_of(some.mia, "?q=1%2B1")[1][0] == "'=1+1"
    assert len(file_of(some.mia)) == 5
    assert len(file_of(some.olivia)) == 6


def test_the_file_ends_when_its_reader_is_no_longer_a_member(some: Cast) -> None:
    answer: Any = some.mia.client.get(f"{LIST}export/")
    Membership.objects.filter(user=some.mia.user, organization=some.acme).delete()
    assert b"beta" not in b"".join(answer.streaming_content)
