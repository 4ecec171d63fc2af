"""Storage engines on the pages: added, tested, changed, chosen for projects, removed."""

import re
import socket
from datetime import timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from audit.models import Detail, Event
from console.refusal import Refused
from infrastructure.actions.engines import change_engine
from infrastructure.connecting import Finding
from infrastructure.models import StorageEngine
from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Organization
from tests.cast import Cast
from tests.infrastructure.making import at, make_engine
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

STORED = {
    "host": "db.example.com",
    "port": 5432,
    "database": "data",
    "user": "console",
    "tls": "verify-full",
    "authority": "",
}


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch, public_names: None) -> list[tuple[Any, ...]]:
    """What would have been connected to, and nothing is: it works."""
    calls: list[tuple[Any, ...]] = []

    def try_engine(*arguments: Any) -> Finding:
        calls.append(arguments)
        return Finding("", "", 12)

    for module in ("infrastructure.views.engine_forms", "infrastructure.actions.engine_checks"):
        monkeypatch.setattr(f"{module}.try_engine", try_engine)
    return calls


def add(client: Client, organization: Organization, **typed: str) -> Any:
    return client.post(f"{at('engine_new', organization)}?kind=postgresql", TYPED | typed, follow=True)


def test_the_first_is_added_checked_and_the_default(cast: Cast, tried: list[Any]) -> None:
    client, acme = cast.theo.client, cast.acme
    assert "No storage engines yet" in main_words(client.get(at("engines", acme)))
    assert {"PostgreSQL", "S3"} <= set(main_words(client.get(at("engine_new", acme))).replace("A ", " ").split())
    page = add(client, acme)
    engine = StorageEngine.objects.get()
    assert page.redirect_chain[-1][0] == at("engine", acme, engine.pk)
    assert "Main database is saved." in words(page)
    assert (engine.is_default, engine.health, engine.secret) == (True, "healthy", SECRET)
    assert [(kind, config["host"], secret) for kind, config, secret in tried] == [
        ("postgresql", "db.example.com", SECRET)
    ]
    # A second is not the default, and has another name.
    again = add(client, acme, name="main DATABASE")
    assert error_at(again, "name") == "There is one of this name already."
    add(client, acme, name="Archive")
    assert StorageEngine.objects.get(name="Archive").is_default is False
    listed = main_words(client.get(at("engines", acme)))
    assert "Main database Default db.example.com:5432/data Healthy PostgreSQL 0" in listed
    assert Event.objects.filter(action="engine.added").earliest("id").after == {
        "kind": "postgresql",
        "is_default": True,
        "host": "db.example.com",
        "port": 5432,
        "database": "data",
        "tls": "verify-full",
    }


def test_a_secret_is_shown_nowhere(cast: Cast, tried: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    client = cast.adam.client
    pages = [add(client, cast.acme, test="1"), add(client, cast.acme)]
    engine = StorageEngine.objects.get()
    pages += [client.get(at(name, cast.acme, engine.pk)) for name in ("engine", "engine_edit")]
    pages += [client.post(at("engine_edit", cast.acme, engine.pk), TYPED | {"port": "1x"})]
    assert [SECRET in body(page) for page in pages] == [False] * 5
    assert SECRET not in str(list(Event.objects.values())) + str(list(Detail.objects.values())) + caplog.text
    assert SECRET not in engine.sealed_secret


def test_a_test_says_stage_by_stage_what_works_and_loses_nothing(
    cast: Cast, tried: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, acme = cast.adam.client, cast.acme

    def fail(*arguments: Any) -> Finding:
        tried.append(arguments)
        return Finding("sign_in", "The user name or the password is wrong.", 80)

    with monkeypatch.context() as patched:
        patched.setattr("infrastructure.views.engine_forms.try_engine", fail)
        page = add(client, acme, test="1")
    assert "It does not work yet. The user name or the password is wrong." in main_words(page)
    assert "Name (works) Network (works) TLS (works) Sign-in (failed) Rights (not tried)" in main_words(page)
    assert not StorageEngine.objects.exists()
    # What was typed is there, the password sealed; sent again without it, it is that one.
    kept = kept_in(page)
    page = add(client, acme, secret="", kept=kept, test="1")
    assert "It works." in main_words(page)
    assert 'value="db.example.com"' in body(page)
    assert [arguments[2] for arguments in tried] == [SECRET, SECRET]
    # For nobody else, in no other organization, and not for ever.
    olivias = add(cast.olivia.client, acme, secret="", kept=kept)
    ritas = add(cast.rita.client, cast.rival, secret="", kept=kept)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        late = add(client, acme, secret="", kept=kept)
    assert {error_at(one, "secret") for one in (olivias, ritas, late)} == {"That was too long ago. Type it again."}
    add(client, acme, secret="", kept=kept)
    assert StorageEngine.objects.get().secret == SECRET
    tested = Event.objects.filter(action="engine.tested")
    assert [event.after["host"] for event in tested] == ["db.example.com"] * 2


def test_tests_have_an_end(cast: Cast, tried: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infrastructure.actions.engine_checks.MOST_TRIES", 1)
    add(cast.adam.client, cast.acme, test="1")
    page = add(cast.adam.client, cast.acme, test="1")
    assert "That were many tests. Wait ten minutes" in main_words(page)
    assert len(tried) == 1


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"host": "169.254.169.254"}, "host", "The name leads to nobody on the public internet"),
        ({"host": "localhost,db.example.com"}, "host", "Enter the name of a host"),
        ({"host": "/var/run/postgresql"}, "host", "Enter the name of a host"),
        ({"tls": "disable"}, "tls", "Without encryption we connect only inside"),
        ({"port": "0"}, "port", "greater than or equal to 1"),
        ({"secret": ""}, "secret", "This field is required."),
        ({"authority": "-----BEGIN PRIVATE KEY-----\nMIIB"}, "authority", "There is a private key in it."),
        (
            {"authority": "-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----"},
            "authority",
            "Enter the certificate",
        ),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    cast: Cast, tried: list[Any], typed: dict[str, str], field: str, error: str
) -> None:
    page = add(cast.adam.client, cast.acme, **typed)
    assert error in error_at(page, field)
    assert "BEGIN PRIVATE" not in body(page) or field == "authority"
    assert (StorageEngine.objects.count(), tried) == (0, [])


def test_a_name_that_leads_inside_reads_like_one_that_nobody_knows(
    cast: Cast, tried: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", 5432))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    private = error_at(add(cast.adam.client, cast.acme), "host")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    assert private == error_at(add(cast.adam.client, cast.acme), "host")
    assert private.startswith("The name leads to nobody on the public internet")


def test_the_stored_secret_stays_where_it_was_given_for(cast: Cast, tried: list[Any]) -> None:
    """Who may change an engine does not learn its secret by sending it to a server of theirs."""
    engine = make_engine(cast.acme, "Main", config=STORED)
    here = at("engine_edit", cast.acme, engine.pk)
    kept = TYPED | {"name": "Main", "secret": ""}
    for moved in ({"host": "evil.example"}, {"port": "5433"}, {"user": "other"}, {"tls": "require"}):
        for button in ({}, {"test": "1"}):
            page = cast.theo.client.post(here, kept | moved | button)
            assert error_at(page, "secret").startswith("Type it again: it would go to another place than before")
    assert tried == []
    # Another database of the same server is the same place.
    page = cast.theo.client.post(here, kept | {"database": "other", "test": "1"})
    assert "It works." in main_words(page)
    cast.theo.client.post(here, kept | {"database": "other"})
    cast.theo.client.post(here, kept | {"host": "db2.example.com", "secret": "new one"})
    assert [(config["host"], config["database"], secret) for _kind, config, secret in tried] == [
        ("db.example.com", "other", "a secret of the engine"),
        ("db.example.com", "other", "a secret of the engine"),
        ("db2.example.com", "data", "new one"),
    ]
    changed = Event.objects.filter(action="engine.changed").order_by("id")
    assert [event.after["fields"] for event in changed] == [["database"], ["database", "host", "secret"]]
    with pytest.raises(Refused, match="Type it again"):
        change_engine(engine=engine, name="Main", config=STORED | {"port": 1}, by=cast.theo.actor(cast.acme))


def test_two_who_change_it_at_once_undo_nothing(cast: Cast, tried: list[Any]) -> None:
    engine = make_engine(cast.acme, "Main", config=STORED)
    here = at("engine_edit", cast.acme, engine.pk)
    seen = re.findall(r'name="seen" value="([^"]*)"', body(cast.adam.client.get(here)))[0]
    first = TYPED | {"name": "First", "secret": "", "seen": unescape(seen)}
    cast.theo.client.post(here, first)
    page = cast.adam.client.post(here, first | {"name": "Second"})
    assert "Somebody has changed this since you opened the page" in main_words(page)
    engine.refresh_from_db()
    assert engine.name == "First"


def test_suspended_none_is_added_and_the_rest_goes_on(cast: Cast, tried: list[Any]) -> None:
    engine = make_engine(cast.acme, "Main", config=STORED)
    suspend_organization(organization=cast.acme, reason="past_due", by=Actor.system())
    assert add(cast.adam.client, cast.acme).status_code == 403
    assert cast.adam.client.post(at("engine_edit", cast.acme, engine.pk), TYPED | {"secret": ""}).status_code == 302
    assert cast.adam.client.post(at("engine_removal", cast.acme, engine.pk)).status_code == 302


def test_secrets_move_to_a_new_key(cast: Cast, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["one" * 20]
    engine = make_engine(cast.acme)
    settings.ENCRYPTION_KEYS = ["two" * 20, "one" * 20]
    call_command("reseal", stdout=StringIO())
    settings.ENCRYPTION_KEYS = ["two" * 20]
    engine.refresh_from_db()
    assert engine.secret == "a secret of the engine"


def test_staff_find_engines_and_see_no_secrets(cast: Cast) -> None:
    engine = make_engine(cast.acme, "Main")
    cast.sam.user.is_staff = cast.sam.user.is_superuser = True
    cast.sam.user.save()
    listed = cast.sam.client.get(reverse("admin:infrastructure_storageengine_changelist") + "?health=unknown&q=acme")
    assert "db.example.com:5432/data" in body(listed)
    page = cast.sam.client.get(reverse("admin:infrastructure_storageengine_change", args=[engine.pk]))
    assert page.status_code == 200
    assert engine.sealed_secret not in body(page)


def kept_in(page: Any) -> str:
    """What a form that came back carries of the secret."""
    return unescape(re.findall(r'name="kept" value="([^"]*)"', body(page))[0])
