"""What addresses of pages may say: the key of a row, or nonsense; nonsense is the first page, never an error."""

import base64
import json
from typing import Any

import pytest

from tests.cast import Cast
from tests.reading import rows

pytestmark = pytest.mark.django_db

ID = "0" * 32


def key(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


NONSENSE = {
    "nothing": "",
    "no base64": "!!!",
    "no JSON": base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    "a number": key(7),
    "a list of one": key(["a"]),
    "a list of three": key(["a", ID, ID]),
    "an object": key({"a": 1, "b": 2}),
    "no id": key(["a", "b"]),
    "an id of other letters": key(["a", "g" * 32]),
    "an id with a sign": key(["a", "+" + "0" * 31]),
    "an id that is a number": key(["a", 7]),
    "a value that is a number": key([7, ID]),
    "a value that is a list": key([["a"], ID]),
    "null": key([None, ID]),
    "a zero byte": key(["a\x00", ID]),
    "half a character": key(["\ud800", ID]),
    "deep nesting": base64.urlsafe_b64encode(b"[" * 6000).decode(),
    "a long number": base64.urlsafe_b64encode(b"9" * 6000).decode(),
    "a time without zone": key(["2027-01-01T00:00:00", ID]),
    "a time beyond all": key(["9999-12-31T23:59:59-23:59", ID]),
    "a time before all": key(["0001-01-01T00:00:00+23:59", ID]),
    "a time that is none": key(["yesterday", ID]),
}


@pytest.mark.parametrize("sort", ["name", "-joined", "active"])
@pytest.mark.parametrize("direction", ["after", "before"])
def test_nonsense_is_no_error(cast: Cast, sort: str, direction: str) -> None:
    for kind, text in NONSENSE.items():
        response = cast.mia.client.get("/o/acme/members/", {"sort": sort, direction: text})
        assert response.status_code == 200, kind


def test_nonsense_shows_the_first_page(cast: Cast) -> None:
    first = rows(cast.mia.client.get("/o/acme/members/"))
    for kind, text in NONSENSE.items():
        # What is no time may well be a name.
        if not kind.startswith("a time"):
            assert rows(cast.mia.client.get("/o/acme/members/", {"after": text})) == first, kind
            assert rows(cast.mia.client.get("/o/acme/members/", {"before": text})) == first, kind


def test_a_key_of_another_order_shows_no_error(cast: Cast) -> None:
    """Somebody edits the address: a name's key, sorted by time."""
    name = key(["mia member", ID])
    assert rows(cast.mia.client.get("/o/acme/members/", {"sort": "joined", "after": name})) == rows(
        cast.mia.client.get("/o/acme/members/", {"sort": "joined"})
    )


def test_before_the_first_row_and_after_the_last_stands_the_first_page(cast: Cast) -> None:
    """Those who stood there are gone; the list does not say that there is nobody."""
    first = rows(cast.mia.client.get("/o/acme/members/"))
    assert rows(cast.mia.client.get("/o/acme/members/", {"before": key(["aaa", ID])})) == first
    assert rows(cast.mia.client.get("/o/acme/members/", {"after": key(["zzz", ID])})) == first


@pytest.mark.embedded
def test_a_key_of_a_row_that_is_gone_goes_on_where_it_was(cast: Cast) -> None:
    assert rows(cast.mia.client.get("/o/acme/members/", {"after": key(["mia", ID])})) == [
        "mia.member@example.com",
        "olivia.owner@example.com",
        "theo.tech@example.com",
    ]
