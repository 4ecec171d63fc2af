"""Signed requests in Exoscale's form: vectors, and what a signature must not let through (issue 5, Deliver 2)."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine

from audit.models import Event
from console.sealing import seal
from organizations.api.authentication.signature import message_of
from tests.api.keying import Program, problem, service_program
from tests.api.signing import Signer
from tests.cast import Cast

pytestmark = pytest.mark.django_db

EXPIRES = 1_800_000_000
SECRET = "example-secret"


@pytest.fixture
def of_the_vectors(adams: Program) -> Program:
    """Adam's program with the secret that the vectors were made with."""
    adams.key.secret = seal(SECRET, purpose="organizations.api_key")
    adams.key.save()
    adams.secret = SECRET
    return adams


# The first two with openssl, as `printf 'GET /api/v1/members\n\n50mia\n\n1800000000' | openssl dgst -sha256 -hmac
# example-secret -binary | base64`; the others with requests-exoscale-auth 1.1.2, which Exoscale publishes on PyPI.
VECTORS = {
    "by hand, arguments": (
        "GET", "/api/v1/members?q=mia&limit=50", b"", ",signed-query-args=limit;q",
        "V62i8rfq+JrhOhag672d5BP67RkKgieutQFy0kVdFuM=",
    ),
    "by hand, a body": (
        "POST", "/api/v1/tokens", b'{"minutes": 5}', "", "8wnf+AimIGqXbz6aVriKlYFqDpRLBstrDDB2fA6NCRc=",
    ),
    "by a client, arguments": (
        "GET", "/api/v1/members?q=m%C3%ADa+%C3%A9%2B1&limit=50", b"", ",signed-query-args=limit;q",
        "Sx/7tlBlq9Df7HROuu4pWgKVCB0EulaZOdjjO8AzQkw=",
    ),
    "by a client, a body": (
        "POST", "/api/v1/tokens", b'{"minutes": 7}', "", "gM5EDUJvWJkkYiXOqBzO9GtbtvHpoius8FsaK7Ke/kg=",
    ),
    "by a client, an encoded path": (
        "GET", "/api/v1/tokens%2Fcurrent", b"", "", "klZ2lvILn9hNoAzus+fz7poxlA0vTl4QYlMbDgsE4X8=",
    ),
}  # fmt: skip


@pytest.mark.parametrize("vector", VECTORS)
def test_a_vector_gets_in(vector: str, of_the_vectors: Program) -> None:
    method, address, body, signed, signature = VECTORS[vector]
    header = (
        f"EXO2-HMAC-SHA256 credential={of_the_vectors.key.access_id}{signed},expires={EXPIRES},signature={signature}"
    )
    with time_machine.travel(datetime.fromtimestamp(EXPIRES, UTC) - timedelta(minutes=10), tick=False):
        answer = of_the_vectors.client.generic(
            method, address, body, content_type="application/json", headers={"Authorization": header}, RAW_URI=address
        )
    # No token came with the last one, so there is none to show.
    expected = {"GET": 404 if "tokens" in address else 200, "POST": 201}[method]
    assert answer.status_code == expected, answer.content


def test_the_description_of_the_scheme_has_an_example_and_we_sign_it_alike() -> None:
    """The request of *API request signature*; the signature by openssl, and by clients of others."""
    message = message_of(
        method="GET",
        path="/v2/resource/a02baf5a-a3e4-49a0-857b-8a08d276c1c0",
        body=b"",
        arguments={"p2": "v2", "p1": "v1"},
        expires=1599140767,
    )
    assert message == b"GET /v2/resource/a02baf5a-a3e4-49a0-857b-8a08d276c1c0\n\nv1v2\n\n1599140767"


def test_a_signature_counts_for_a_window_of_ten_minutes(adams: Program) -> None:
    now = int(time.time())
    with time_machine.travel(now, tick=False):
        told = {
            ahead: Signer(adams, expires=now + ahead).send("GET", "/organization")
            for ahead in (-31, -30, 1, 600, 630, 631, 10**9)
        }
    assert {ahead: answer.status_code for ahead, answer in told.items() if answer.status_code == 200} == {
        -30: 200, 1: 200, 600: 200, 630: 200,
    }  # fmt: skip
    assert problem(told[-31]) == (401, "signature-expired")
    assert problem(told[631]) == (401, "signature-too-long")
    assert problem(told[10**9]) == (401, "signature-too-long")


OTHER: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "another body": ({"signed_body": b'{"minutes": 6}'}, {}, "wrong-signature"),
    "no body": ({"signed_body": b""}, {}, "wrong-signature"),
    "another path": ({"signed_path": "/api/v1/organization"}, {}, "wrong-signature"),
    "two slashes": ({"signed_path": "/api/v1//tokens"}, {}, "wrong-signature"),
    "an encoded dot": ({"signed_path": "/api/v1/%2e/tokens"}, {}, "wrong-signature"),
    "an argument that is not signed": ({}, {"query": "minutes=60"}, "unsigned-arguments"),
    "an empty one": ({}, {"query": "minutes="}, "unsigned-arguments"),
    "a signed one that is not there": ({"signed_names": ["q"]}, {}, "unsigned-arguments"),
    "one twice": ({"signed_names": ["q"]}, {"query": "q=1&q=2"}, "repeated-arguments"),
    "a name twice": ({"signed_names": ["q", "q"]}, {"query": "q="}, "repeated-arguments"),
    "a rewritten path": ({"environment": {"RAW_URI": "/tokens"}}, {}, "wrong-signature"),
}


@pytest.mark.parametrize("other", OTHER)
def test_a_signature_of_something_else_is_refused(other: str, adams: Program) -> None:
    wrong, sent, code = OTHER[other]
    assert problem(Signer(adams, **wrong).send("POST", "/tokens", b'{"minutes": 5}', **sent)) == (401, code)
    event = Event.objects.get(action="api_key.denied")
    assert (event.after, event.actor_kind, event.target_id) == ({"code": code}, "visitor", adams.key.pk)


def test_the_method_is_signed_and_no_header_changes_it(adams: Program) -> None:
    header = Signer(adams).header("GET", "/api/v1/tokens", b"", {})
    sent = adams.send("POST", "/tokens", headers={"Authorization": header, "X-HTTP-Method-Override": "GET"})
    assert problem(sent) == (401, "wrong-signature")
    look = Signer(adams).header("GET", "/api/v1/organization", b"", {})
    assert adams.send("HEAD", "/organization", headers={"Authorization": look}).status_code == 401


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("credential=KEY,expires=1", "“signature” is missing"),
        ("credential=KEY,signature=QQ==", "“expires” is missing"),
        ("credential=,expires=1,signature=QQ==", "“credential” is missing"),
        ("credential=KEY,expires=1.5,signature=QQ==", "“expires” is not a number"),
        ("credential=KEY,expires=-1,signature=QQ==", "“expires” is not a number"),
        ("credential=KEY,expires=\u0661,signature=QQ==", "“expires” is not a number"),
        ("credential=KEY,expires=1,signature=Q", "“signature” is not base64"),
        ("credential=KEY,expires=1,expires=2,signature=QQ==", "each of them once"),
        ("credential=KEY,expires=1,signed-headers=host,signature=QQ==", "each of them once"),
        ("credential", "each of them once"),
    ],
)
def test_a_header_that_cannot_be_read_says_which_part(header: str, named: str, adams: Program) -> None:
    value = "EXO2-HMAC-SHA256 " + header.replace("KEY", adams.key.access_id)
    answer = adams.get("/organization", headers={"Authorization": value})
    assert problem(answer) == (401, "bad-credentials")
    assert named in answer.json()["detail"]


def test_a_signature_that_changes_something_counts_once(adams: Program) -> None:
    """Who has caught it cannot do it again; looking changes nothing."""
    signer = Signer(adams, expires=int(time.time()) + 60)
    assert signer.send("POST", "/tokens").status_code == 201
    assert problem(signer.send("POST", "/tokens")) == (401, "signature-used")
    assert [signer.send("GET", "/organization").status_code for _ in "12"] == [200, 200]


def test_what_is_sent_again_with_its_idempotency_key_is_answered_as_the_first_time(adams: Program) -> None:
    expires = int(time.time()) + 60
    sent = ("POST", "/invitations", b'{"email": "ada@example.com", "role": "tech"}')
    first, second = (Signer(adams, expires=expires, headers={"Idempotency-Key": "one"}).send(*sent) for _ in "12")
    assert (first.status_code, second.json()) == (201, first.json())
    other = Signer(adams, expires=expires, headers={"Idempotency-Key": "two"})
    assert problem(other.send(*sent)) == (401, "signature-used")


def test_a_signature_with_another_keys_secret_is_refused(cast: Cast, adams: Program) -> None:
    ritas = service_program(cast.rival)
    ritas.key = adams.key
    assert problem(Signer(ritas).send("GET", "/organization")) == (401, "wrong-signature")


def test_a_path_is_signed_as_it_is_sent(adams: Program) -> None:
    """Servers hand the address over as it came, under a name of their own; it must be the one that is answered."""
    path = quote("/api/v1/organization").replace("organ", "%6Frgan")
    for name, value in (("RAW_URI", path), ("REQUEST_URI", f"https://console.example.com{path}")):
        signer = Signer(adams, signed_path=path, environment={name: value})
        assert signer.send("GET", "/organization").status_code == 200
