"""Storage engines on the pages: added, tested, changed, chosen for projects, removed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Detail, Event
from infrastructure.connecting import Finding
from infrastructure.models import ProjectEngine, StorageEngine
from organizations.models import Organization
from projects.models import Project
from tests.cast import Cast
from tests.infrastructure.making import link, make_engine
from tests.projects.making import make_project
from tests.reading import body, error_at, main_words, words

pytestmark = pytest.mark.django_db

SECRET = "correct horse battery"
TYPED = {
    "name": "Main database",
    "host": "db.example.com",
    "port": "5432",
    "database": "data",
    "user": "console",
    "secret": SECRET,
    "tls": "verify-full",
    "authority": "",
}


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch, public_names: None) -> Iterator[list[tuple[Any, ...]]]:
    """What would have been connected to, and nothing is: it works."""
    calls: list[tuple[Any, ...]] = []

    def try_engine(*arguments: Any) -> Finding:
        calls.append(arguments)
        return Finding("", "", 12)

    for module in ("infrastructure.views.engine_forms", "infrastructure.actions.engine_checks"):
        monkeypatch.setattr(f"{module}.try_engine", try_engine)
    yield calls


def at(name: str, organization: Organization, *arguments: Any) -> str:
    return reverse(f"infrastructure:{name}", args=[organization.slug, *arguments])


def add(client: Client, organization: Organization, **typed: str) -> Any:
    return client.post(f"{at('engine_new', organization)}?kind=postgresql", TYPED | typed, follow=True)


def test_smoke(cast: Cast, tried: list[Any]) -> None:
    r = cast.adam.client.get(at("engines", cast.acme))
    assert "No storage engines yet" in main_words(r)
    r = cast.adam.client.get(at("engine_new", cast.acme))
    print(main_words(r))
    r = cast.adam.client.get(at("engine_new", cast.acme) + "?kind=s3")
    print(main_words(r))
    r = add(cast.adam.client, cast.acme, test="1")
    print(main_words(r))
    r = add(cast.adam.client, cast.acme)
    print(main_words(r))
    e = StorageEngine.objects.get()
    r = cast.adam.client.get(at("engine_edit", cast.acme, e.pk))
    print(main_words(r))
    p = make_project(cast.acme)
    r = cast.adam.client.get(at("project_engine", cast.acme, p.slug))
    print(main_words(r))
    r = cast.adam.client.get(reverse("projects:project", args=[cast.acme.slug, p.slug]))
    print(main_words(r))
    r = cast.adam.client.get(at("engines", cast.acme))
    print(main_words(r))
    assert 0
