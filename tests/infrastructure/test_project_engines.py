"""Which storage engine a project keeps its data in: the default, or one that was chosen; while it does, that stays."""

from datetime import timedelta

import pytest
from django.db.models import RestrictedError
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from console.refusal import Refused
from infrastructure.actions.project_engines import link_engine, unlink_engine
from infrastructure.models import ProjectEngine, StorageEngine
from projects.models import Project
from tests.cast import Cast
from tests.infrastructure.making import at, link, make_engine
from tests.projects.making import make_project
from tests.reading import error_at, main_words, words

pytestmark = pytest.mark.django_db


def test_a_project_uses_the_default_until_another_is_chosen(cast: Cast) -> None:
    project = make_project(cast.acme)
    page = reverse("projects:project", args=[cast.acme.slug, project.slug])
    client = cast.theo.client
    assert "Storage" not in main_words(client.get(page))
    make_engine(cast.acme, "Main", is_default=True)
    other, rivals = make_engine(cast.acme, "Archive"), make_engine(cast.rival, "Theirs")
    here = at("project_engine", cast.acme, project.slug)
    assert "Main Not checked yet the organization's default" in main_words(client.get(page))
    assert "Archive (not checked yet)" in main_words(client.get(here))
    assert "db.example.com" not in main_words(client.get(here))
    client.post(here, {"engine": str(other.pk)})
    assert ProjectEngine.objects.get().engine == other
    assert error_at(client.post(here, {"engine": str(rivals.pk)}), "engine") == (
        "Somebody has removed this storage engine meanwhile."
    )
    assert "Website" in main_words(client.get(at("engine", cast.acme, other.pk)))
    client.post(here, {"engine": ""})
    assert not ProjectEngine.objects.exists()
    # Who may neither choose it nor see the engines is told nothing of them.
    assert "Storage" not in main_words(cast.mia.client.get(page))
    actions = Event.objects.filter(action__startswith="engine.").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["engine.linked", "engine.unlinked"]


def test_an_engine_stays_while_projects_are_linked_to_it(cast: Cast) -> None:
    engine = make_engine(cast.acme, "Main")
    open_one = make_project(cast.acme, "website")
    hidden = make_project(cast.acme, "secret-plans", visibility="restricted")
    for project in (open_one, hidden):
        link(project, engine)
    removal = at("engine_removal", cast.acme, engine.pk)
    assert "Remove Main?" in words(cast.theo.client.get(removal))
    page = words(cast.theo.client.post(removal, follow=True))
    assert "Projects keep their data in it: Website, 1 project more. Let them use another one first." in page
    assert "Secret plans" not in page
    with pytest.raises(RestrictedError):
        engine.delete()
    # What is being deleted is in nobody's way.
    unlink_engine(project=open_one, by=cast.olivia.actor(cast.acme))
    Project.objects.filter(pk=hidden.pk).update(state="deleting", ends_at=timezone.now() + timedelta(days=7))
    assert "Main is removed." in words(cast.theo.client.post(removal, follow=True))
    assert not StorageEngine.objects.exists()
    # Whoever chose it a moment ago is told so.
    with pytest.raises(Refused, match="removed this storage engine meanwhile"):
        link_engine(project=open_one, engine=engine, by=cast.olivia.actor(cast.acme))


def test_the_default_is_one_and_goes_last(cast: Cast) -> None:
    main, archive = make_engine(cast.acme, "Main", is_default=True), make_engine(cast.acme, "Archive")
    client = cast.adam.client
    page = words(client.post(at("engine_removal", cast.acme, main.pk), follow=True))
    assert "This is the default. Make another one the default first." in page
    assert "Archive is the default now." in words(client.post(at("engine_default", cast.acme, archive.pk), follow=True))
    assert list(StorageEngine.objects.filter(is_default=True)) == [archive]
    client.post(at("engine_removal", cast.acme, main.pk))
    client.post(at("engine_removal", cast.acme, archive.pk))
    assert not StorageEngine.objects.exists()
