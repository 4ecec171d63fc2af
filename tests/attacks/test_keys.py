"""Attacks with API keys: what somebody does who has caught a token, a request, or a secret that was replaced."""

import json
import logging
import time
from io import StringIO
from typing import Any

import pytest
from django.apps import apps

from audit.models import Event
from console.logs import JsonFormatter
from organizations.api.authentication import guesses
from organizations.models import ApiKey
from tests.api.keying import Program, problem, program_of, service_program
from tests.api.signing import Signer
from tests.cast import Cast
from tests.organizations.keys import fill_in, secret_in

pytestmark = pytest.mark.django_db

ISSUING: list[tuple[str, dict[str, Any] | None]] = [
    ("/api-keys", {"name": "For ever", "permissions": ["view_members"]}),
    ("/api-keys/{key}/rotation", {"overlap_hours": 24}),
    ("/api-keys/{pair}/secret", None),
    ("/tokens", {"minutes": 60}),
]


@pytest.fixture
def adams(cast: Cast) -> Program:
    return program_of(cast.adam, cast.acme, permissions={"view_organization", "view_members"})


def test_a_caught_token_gets_no_secret_that_outlives_it(cast: Cast, adams: Program) -> None:
    """Parts of a program that must not hold the secret have a token."""
    by_token = {"Authorization": f"Bearer {adams.post('/tokens').json()['token']}", "Idempotency-Key": "again"}
    pair = ApiKey.objects.get(membership=adams.key.membership, kind="pair")
    before = list(ApiKey.objects.order_by("pk").values_list("pk", "secret"))
    for path, body in ISSUING:
        place = path.format(key=adams.key.pk, pair=pair.pk)
        assert problem(adams.post(place, body, by_token)) == (409, "by-token"), path
    assert list(ApiKey.objects.order_by("pk").values_list("pk", "secret")) == before


def test_a_caught_token_gets_no_answer_that_was_kept_for_the_secret(adams: Program) -> None:
    """Whoever has the token and reads the requests that are sent knows the `Idempotency-Key` and the body."""
    once = {"Idempotency-Key": "deployment-2027"}
    made = adams.post("/api-keys", ISSUING[0][1], once)
    token = adams.post("/tokens").json()["token"]
    caught = adams.post("/api-keys", ISSUING[0][1], {"Authorization": f"Bearer {token}", **once})
    assert problem(caught) == (409, "by-token")
    assert adams.post("/api-keys", ISSUING[0][1], once).json() == made.json()


def test_a_caught_signed_request_sent_again_shows_no_secret(adams: Program) -> None:
    """The secret never travels with a signature: who reads requests must not be answered with another one."""
    for path, body in (("/api-keys", b'{"name": "Next", "permissions": []}'), ("/tokens", b"{}")):
        caught, later = (
            Signer(adams, expires=int(time.time()) + seconds, headers={"Idempotency-Key": path}) for seconds in (60, 90)
        )
        first = caught.send("POST", path, body)
        assert first.status_code == 201
        assert problem(caught.send("POST", path, body)) == (401, "signature-used")
        # Whoever can sign gets the same answer again.
        assert later.send("POST", path, body).json() == first.json()


def test_a_secret_that_was_replaced_makes_no_secret(adams: Program) -> None:
    """It goes on for the overlap, and does not take the key over, nor leaves another behind."""
    former, rotation = adams.basic, f"/api-keys/{adams.key.pk}/rotation"
    once = {"Idempotency-Key": "rotation"}
    rotated = adams.post(rotation, {"overlap_hours": 24}, once)
    with_former = {"Authorization": former}
    assert adams.get("/organization", with_former).status_code == 200
    assert problem(adams.post(rotation, None, with_former)) == (409, "former-secret")
    assert problem(adams.post("/api-keys", ISSUING[0][1], with_former)) == (409, "former-secret")
    # Who got no answer has nothing else to ask again with.
    assert adams.post(rotation, {"overlap_hours": 24}, {**with_former, **once}).json() == rotated.json()
    adams.secret = rotated.json()["secret"]
    assert adams.post(rotation).status_code == 201


def test_a_loop_that_may_not_floods_no_log(cast: Cast) -> None:
    mias = program_of(cast.mia, cast.acme)
    for _ in range(5):
        assert mias.get("/events").status_code == 403
        assert cast.mia.client.get("/o/acme/settings/audit-log/").status_code == 403
    assert mias.post("/roles", {"name": "x", "permissions": []}).status_code == 403
    denied = Event.objects.filter(action="permission.denied", organization_id=cast.acme.pk)
    assert sorted((event.key_id is None, event.after["code"]) for event in denied) == [
        (False, "manage_roles"), (False, "view_audit_log"), (True, "view_audit_log"),
    ]  # fmt: skip


def test_a_forgotten_job_with_a_dead_key_locks_nobody_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "MOST", 2)
    dead, lives = (service_program(cast.acme) for _ in "12")
    ApiKey.objects.filter(pk=dead.key.pk).end()
    assert {problem(dead.get("/organization")) for _ in "1234"} == {(401, "revoked")}
    assert lives.get("/organization").status_code == 200


def test_a_narrow_key_does_not_end_the_membership_of_its_holder(cast: Cast) -> None:
    """Every key sees the organization; leaving asks for no more."""
    narrow = program_of(cast.mia, cast.acme, permissions={"view_organization"})
    assert problem(narrow.send("DELETE", "/members/me")) == (409, "limited")
    assert program_of(cast.mia, cast.acme).send("DELETE", "/members/me").status_code == 204


def test_no_secret_stands_in_a_table_or_in_the_log_wherever_somebody_puts_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """35: sessions, messages, mails, events, kept answers and lines of the log, down to the last detail."""
    written = logging.StreamHandler(StringIO())
    written.setFormatter(JsonFormatter())
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [written])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    adams = program_of(cast.adam, cast.acme)
    once = {"Idempotency-Key": "once"}
    token = adams.post("/tokens", headers=once).json()["token"]
    named = adams.post("/api-keys", {"name": "Next", "permissions": []}, {"Idempotency-Key": "twice"}).json()["secret"]
    shown = secret_in(fill_in(cast.adam, permissions=["view_members"]))
    for path in (f"/members/{adams.secret}", f"/members?q={token}", f"/{named}", f"/tokens/{token}/"):
        assert adams.client.get(f"/api/v1{path}", headers={"Authorization": adams.basic}).status_code in {200, 404}
    assert cast.adam.client.get(f"/o/acme/api-keys/{shown}/").status_code == 404
    assert adams.post("/invitations", {"email": token, "role": named, shown: 1}).status_code == 422
    everything = "".join(json.dumps(list(m._default_manager.values()), default=str) for m in apps.get_models())
    for secret in (adams.secret, token, named, shown):
        assert secret not in everything
        assert secret not in written.stream.getvalue()
