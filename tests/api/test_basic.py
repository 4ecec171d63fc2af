"""HTTP Basic: the key and its secret (issue 5, *Three ways to use them*)."""

import base64
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from audit.models import Event
from console.credentials import make
from organizations.actions import rotate_secret
from tests.api.keying import Program, basic, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.embedded
def test_a_key_and_its_secret_open_the_organization_of_the_key(cast: Cast, adams: Program) -> None:
    answer = adams.get("/organization")
    assert (answer.status_code, answer.json()["slug"]) == (200, "acme")
    adams.key.refresh_from_db()
    assert adams.key.last_used_from == "127.0.0.1"
    used = Event.objects.get(action="api_key.used")
    assert (used.organization_id, used.key_id, used.actor_id) == (cast.acme.pk, adams.key.pk, cast.adam.user.pk)


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic =",
        "Basic cnsl_key_plain:secret",
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"cnsl_key_\x00" + b"a" * 25 + b":secret").decode(),
        "Basic " + "QQ" * 60_000,
        "Bearer ",
        "Bearer cnsl_token_short",
        "Bearer \u2603",
        "Digest a=b",
        "",
        "basic\tx",
    ],
)
def test_what_is_no_credential_is_a_problem_that_names_the_ways_in(db: None, client: Client, header: str) -> None:
    answer = client.get("/api/v1/organization", headers={"Authorization": header})
    status, code = problem(answer)
    assert status == 401
    assert code in {"bad-credentials", "no-key", "wrong-key"}
    for way in ("Basic", "Bearer", "EXO2-HMAC-SHA256"):
        assert way in answer.headers["WWW-Authenticate"]


def test_a_wrong_secret_and_a_key_that_is_not_there_are_answered_alike(adams: Program) -> None:
    def told(access_id: str, secret: str) -> dict[str, object]:
        answer = adams.client.get("/api/v1/organization", headers={"Authorization": basic(access_id, secret)})
        assert problem(answer) == (401, "wrong-key")
        return {**answer.json(), "request_id": ""}

    wrong = [
        told(adams.key.access_id, ""),
        told(adams.key.access_id, adams.secret[:-1]),
        told(adams.key.access_id, adams.secret + "é"),
        told(adams.key.access_id, adams.key.secret),
        told(make("cnsl_key_", 20), adams.secret),
        told(adams.key.access_id[:-1] + "x", adams.secret),
    ]
    assert all(one == wrong[0] for one in wrong)


def test_the_former_secret_goes_on_until_the_overlap_is_over(cast: Cast, adams: Program) -> None:
    issued = rotate_secret(key=adams.key, overlap_hours=2, by=cast.adam.actor(cast.acme))
    now = Program(issued.key, issued.secret)
    assert (adams.get("/organization").status_code, now.get("/organization").status_code) == (200, 200)
    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=1), tick=False):
        assert problem(adams.get("/organization")) == (401, "wrong-key")
        assert now.get("/organization").status_code == 200
