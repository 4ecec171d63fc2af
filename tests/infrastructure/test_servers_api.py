"""What servers themselves send, and what keys do with servers (issue 8, Deliver 4)."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from audit.models import Event
from console.api.describing import document
from console.logs import JsonFormatter, LineFormatter
from infrastructure.models import Server
from organizations.actions import close_organization, remove_member
from organizations.models import Membership
from tests.api.keying import program_of, service_program
from tests.cast import Cast
from tests.infrastructure.making import make_server
from tests.infrastructure.serving import SAYS, SERVERS, Box, connected, token_of
from tests.organizations.custom_roles import give, make
from tests.reading import words

pytestmark = pytest.mark.django_db


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_token_works_once_and_for_thirty_minutes(cast: Cast) -> None:
    first, second = token_of(cast.theo, cast.acme), token_of(cast.theo, cast.acme)
    box = Box()
    assert told(box.connect(first, name="")) == (422, "invalid")
    answer = box.connect(first)
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{SERVERS}/{box.pk}")
    assert answer.json()["heartbeat_seconds"] == 60
    assert answer.headers["Cache-Control"] == "no-store"
    # A client that lost the answer is told to make another token.
    assert told(Box().connect(first)) == (401, "token-used")
    with time_machine.travel(timezone.now() + timedelta(minutes=30, seconds=1), tick=False):
        assert told(Box().connect(second, id="other")) == (401, "token-expired")
    assert Server.objects.count() == 1
    # What a job goes on sending fills no log.
    assert Event.objects.filter(action="server.connected", outcome="denied").count() == 0


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"url": "ftp://pmm.example.com/"}, "url"),
    ({"url": "javascript:alert(1)"}, "url"),
    ({"url": "https://admin:secret@pmm.example.com/"}, "url"),
    ({"url": "https://pmm.example.com:70000/"}, "url"),
    ({"url": "https://pmm.example.com/\u202e"}, "url"),
    ({"name": "\u200b\u200b"}, "name"),
    ({"version": "\t\n"}, "version"),
    ({"version": 3}, "version"),
    ({"id": "pmm\u00e9"}, "id"),
    ({"id": " "}, "id"),
    ({"id": "x" * 101}, "id"),
    ({"organization": "rival"}, "organization"),
]


def test_what_is_wrong_is_said_at_its_field_and_the_token_works_on(cast: Cast) -> None:
    # Of one token ten tries are taken in a minute.
    tokens = [token_of(cast.theo, cast.acme) for _number in range(2)]
    for number, (says, field) in enumerate(WRONG):
        answer = Box().connect(tokens[number % 2], **says)
        assert answer.status_code == 422, (says, answer.json())
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert Box().connect(tokens[0]).status_code == 201


def test_a_token_dies_with_the_membership_and_with_the_permission_of_its_maker(cast: Cast) -> None:
    theos, mias = token_of(cast.theo, cast.acme), token_of(cast.adam, cast.acme)
    remove_member(membership=cast.theo.membership(cast.acme), by=cast.olivia.actor(cast.acme))
    assert told(Box().connect(theos)) == (401, "wrong-token")
    Membership.objects.filter(user=cast.adam.user, organization=cast.acme).update(role="member", rank=4)
    assert told(Box().connect(mias)) == (403, "permission")
    assert Event.objects.get(action="server.connected").outcome == "denied"
    assert Server.objects.count() == 0


def test_a_token_does_nothing_for_a_locked_account_an_ended_membership_or_a_closed_organization(cast: Cast) -> None:
    adams, theos, owners = (token_of(person, cast.acme) for person in (cast.adam, cast.theo, cast.olivia))
    cast.adam.user.is_active = False
    cast.adam.user.save()
    assert told(Box().connect(adams)) == (401, "account-locked")
    Membership.objects.filter(user=cast.theo.user, organization=cast.acme).update(ends_at=timezone.now())
    assert told(Box().connect(theos)) == (401, "former-member")
    box = connected(cast.rita, cast.rival)
    close_organization(organization=cast.rival, name="Rival", acknowledged=True, by=cast.rita.actor(cast.rival))
    assert told(box.beat()) == (401, "closed")
    assert Box().connect(owners).status_code == 201


def test_the_same_id_again_is_the_same_server_with_another_secret(cast: Cast) -> None:
    first = connected(cast.theo, cast.acme)
    again = connected(cast.theo, cast.acme, name="Factory floor 2", version="3.2.0")
    assert again.pk == first.pk
    assert told(first.beat()) == (401, "not-connected")
    assert again.beat(version="3.2.0").status_code == 200
    assert Server.objects.get().name == "Factory floor 2"
    event = Event.objects.get(action="server.reconnected")
    assert (event.before["version"], event.after["version"]) == ("3.1.0", "3.2.0")
    # In another organization it is another server.
    assert connected(cast.rita, cast.rival).pk != first.pk


def test_nobody_takes_a_server_over_that_somebody_else_connected(cast: Cast) -> None:
    box = connected(cast.theo, cast.acme)
    give(cast, "mia", make(cast, "Connector", "connect_servers"))
    token = token_of(cast.mia, cast.acme)
    answer = Box().connect(token)
    assert told(answer) == (422, "id-taken")
    assert answer.json()["errors"][0]["field"] == "id"
    assert box.beat().status_code == 200
    # The token is not used up; and who manages servers may.
    assert Box().connect(token, id="pmm-2").status_code == 201
    assert connected(cast.adam, cast.acme).pk == box.pk


def test_heartbeats_keep_the_time_and_the_version_and_write_no_more_than_that(cast: Cast) -> None:
    box = connected(cast.theo, cast.acme)
    noon = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    with time_machine.travel(noon, tick=False) as clock, CaptureQueriesContext(connection) as captured:
        assert box.beat().json() == {"heartbeat_seconds": 60}
        assert len(captured) == 2
        assert box.beat().status_code == 200
        assert len(captured) == 3
        assert Server.objects.get().last_seen_at == noon
        clock.shift(60)
        for version in ("3.2.0", "3.3.0", "3.2.0"):
            assert box.beat(version=version).status_code == 200
        # At most one a minute is noted.
        assert Server.objects.get().version == "3.2.0"
        clock.shift(60)
        box.beat(version="3.3.0")
    events = Event.objects.filter(action="server.version_changed").order_by("id")
    assert [(event.before["version"], event.after["version"]) for event in events] == [
        ("3.1.0", "3.2.0"),
        ("3.2.0", "3.3.0"),
    ]
    assert {event.actor_kind for event in events} == {"system"}
    log = words(cast.olivia.client.get("/o/acme/settings/audit-log/"))
    assert "The server Factory floor runs version 3.3.0; it was 3.2.0" in log


def test_a_key_that_digests_are_made_with_can_be_taken_away_once_servers_have_reported(
    cast: Cast, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = ["former" * 10]
    box = connected(cast.theo, cast.acme)
    settings.ENCRYPTION_KEYS = ["newest" * 10, "former" * 10]
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert box.beat().status_code == 200
        settings.ENCRYPTION_KEYS = ["newest" * 10]
        assert box.beat().status_code == 200


def test_a_server_has_no_way_in_but_its_own(cast: Cast) -> None:
    box, token = connected(cast.theo, cast.acme), token_of(cast.theo, cast.acme)
    other = connected(cast.theo, cast.acme, id="pmm-2")
    beats = f"{SERVERS}/{box.pk}/heartbeats"
    assert told(box.send(beats, other.secret, {"version": "3.1.0"})) == (401, "not-connected")
    assert told(box.send(beats, token, {"version": "3.1.0"})) == (401, "bad-credentials")
    assert told(box.send(SERVERS, box.secret, SAYS)) == (401, "bad-credentials")
    assert told(box.client.post(beats, "{}", content_type="application/json")) == (401, "no-key")
    key = program_of(cast.theo, cast.acme)
    assert told(key.post(f"/servers/{box.pk}/heartbeats", {"version": "3.1.0"})) == (401, "no-key")
    # And its own opens nothing else.
    for secret in (box.secret, token):
        answer = box.client.get(SERVERS, headers={"Authorization": f"Bearer {secret}"})
        assert told(answer) == (401, "bad-credentials")
    huge = box.send(beats, box.secret, {"version": "x" * 20_000})
    assert told(huge) == (413, "too-large")
    assert "WWW-Authenticate" in box.send(beats, other.secret, {"version": "3.1.0"}).headers


def test_who_guesses_is_stopped_and_who_repeats_a_dead_token_does_not_lock_the_office_out(cast: Cast) -> None:
    with time_machine.travel(timezone.now().replace(second=1), tick=False):
        used = token_of(cast.theo, cast.acme)
        Box().connect(used)
        answers = [told(Box().connect(used)) for _number in range(12)]
        assert answers[8:] == [(401, "token-used"), (429, "too-many"), (429, "too-many"), (429, "too-many")]
        good = token_of(cast.theo, cast.acme)
        codes = [told(Box().connect(f"cnsl_connect_{number}"))[1] for number in range(60)]
        assert codes[-1] == "too-many-failures"
        refused = Box().connect(good, id="pmm-2")
        assert told(refused) == (429, "too-many-failures")
        assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_no_log_shows_a_token_or_a_secret(cast: Cast) -> None:
    token = token_of(cast.theo, cast.acme)
    box = Box()
    box.connect(token)
    for formatter in (LineFormatter(), JsonFormatter()):
        for secret in (token, box.secret):
            record = logging.makeLogRecord({"msg": f"Bad header: Bearer {secret}", "levelname": "ERROR"})
            line = formatter.format(record)
            assert secret not in line
            assert f"{secret[:13]}" not in line.replace("cnsl_connect_…", "").replace("cnsl_server_…", "")
    assert token not in repr(Box().connect(token).json())


def test_keys_list_show_and_disconnect_servers_as_far_as_they_may(cast: Cast) -> None:
    box = connected(cast.theo, cast.acme)
    make_server(cast.acme, "Old", last_seen_at=timezone.now() - timedelta(days=1))
    theirs = make_server(cast.rival)
    theos = program_of(cast.theo, cast.acme)
    assert [one["name"] for one in theos.get("/servers").json()["items"]] == ["Factory floor", "Old"]
    assert [one["name"] for one in theos.get("/servers", state="unreachable").json()["items"]] == ["Old"]
    assert [one["name"] for one in theos.get("/servers", sort="-name", limit="1").json()["items"]] == ["Old"]
    shown = theos.get(f"/servers/{box.pk}").json()
    assert (shown["connected_by"], shown["external_id"], shown["is_reachable"]) == ("Theo Tech", "pmm-1", True)
    assert "secret" not in shown
    for method in ("GET", "DELETE"):
        assert theos.send(method, f"/servers/{theirs.pk}").status_code == 404
    assert told(program_of(cast.mia, cast.acme).get("/servers")) == (403, "permission")
    # A key that only looks ends nothing, not even what its holder connected.
    reader = program_of(cast.theo, cast.acme, permissions={"view_infrastructure"})
    assert told(reader.send("DELETE", f"/servers/{box.pk}")) == (403, "permission")
    connecting = program_of(cast.theo, cast.acme, permissions={"view_infrastructure", "connect_servers"})
    assert connecting.send("DELETE", f"/servers/{box.pk}").status_code == 204
    assert told(box.beat()) == (401, "not-connected")
    service = service_program(cast.acme, permissions={"view_infrastructure", "manage_infrastructure"})
    old = Server.objects.get(name="Old")
    assert service.send("DELETE", f"/servers/{old.pk}").status_code == 204
    assert service.get("/servers").json()["items"] == []


def test_the_reference_names_the_ways_in_of_servers() -> None:
    described = document()
    connect = described["paths"]["/api/v1/servers"]["post"]
    beat = described["paths"]["/api/v1/servers/{id}/heartbeats"]["post"]
    assert (connect["security"], beat["security"]) == ([{"connection-token": []}], [{"server-secret": []}])
    # Neither takes an Idempotency-Key, nor what signed requests of backends have.
    assert [one for one in (*connect["parameters"], *beat["parameters"]) if "$ref" in one] == []
    assert described["components"]["securitySchemes"]["server-secret"]["scheme"] == "bearer"
