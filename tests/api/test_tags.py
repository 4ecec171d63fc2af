"""ETag, If-Match, If-None-Match (RFC 9110; issue 5, Deliver 3)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.api.keying import Program, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def rename(program: Program, name: str, tag: str) -> tuple[int, str]:
    answer = program.send("PATCH", "/organization", {"name": name}, {"If-Match": tag})
    return (answer.status_code, answer.json().get("code", ""))


def test_who_has_it_already_gets_a_304_without_a_body(olivias: Program) -> None:
    shown = olivias.get("/organization")
    tag = shown.headers["ETag"]
    assert tag.startswith('"')
    assert shown.headers["Cache-Control"] == "private, no-cache"
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = olivias.get("/organization", {"If-None-Match": header})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["RateLimit-Limit"] == "600"
    for header in ('"other"', "nonsense", tag.strip('"'), ""):
        assert olivias.get("/organization", {"If-None-Match": header}).status_code == 200


def test_what_has_changed_since_is_not_touched(cast: Cast, olivias: Program) -> None:
    tag = olivias.get("/organization").headers["ETag"]
    assert rename(olivias, "Acme One", tag) == (200, "")
    assert rename(olivias, "Acme Two", tag) == (412, "changed")
    tag = olivias.get("/organization").headers["ETag"]
    # As what compresses an answer makes it; and among others.
    assert rename(olivias, "Acme Three", f'"a,b" , W/{tag}') == (200, "")
    assert rename(olivias, "Acme Four", "*") == (200, "")
    assert rename(olivias, "Acme Five", '"other"') == (412, "changed")
    for nonsense in ("", "Acme", tag.strip('"'), f"{tag},", f"{tag} {tag}", '"', "*, *", '"' + "a" * 4_000):
        assert rename(olivias, "Acme Five", nonsense) == (400, "entity-tag")
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Acme Four"


@pytest.mark.django_db(transaction=True)
@pytest.mark.waits
def test_of_two_that_saw_the_same_one_changes_it_and_the_other_is_told(cast: Cast) -> None:
    program, start = program_of(cast.olivia, cast.acme), Barrier(2)
    tag = program.get("/organization").headers["ETag"]

    def change(name: str) -> int:
        start.wait()
        try:
            return rename(Program(program.key, program.secret), name, tag)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(change, ["Left", "Right"])) == [200, 412]


@pytest.mark.django_db(transaction=True)
@pytest.mark.waits
def test_two_that_change_different_fields_both_do(cast: Cast) -> None:
    """What a PATCH leaves out stays as it is when it is done, not as it was when it came."""
    program, start = program_of(cast.olivia, cast.acme), Barrier(2)
    program.get("/organization")

    def change(body: dict[str, str]) -> int:
        start.wait()
        try:
            return int(Program(program.key, program.secret).send("PATCH", "/organization", body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(change, [{"name": "Left"}, {"description": "Right"}])) == [200, 200]
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.description) == ("Left", "Right")
