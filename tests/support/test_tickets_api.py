"""Tickets through the API: those of a key's holder, those of the organization, and their files."""

import base64
from typing import Any

import pytest

from support.models import Attachment, Message, Ticket
from tests.api.keying import logged, problem, program_of, service_program
from tests.cast import Cast
from tests.support.making import make_level, make_product, make_ticket

pytestmark = pytest.mark.django_db

ASKED = {"title": "It does not start", "body": "It says nothing."}


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> None:
    """A storage of the test's own."""
    settings.MEDIA_ROOT = tmp_path


def test_a_program_asks_reads_the_answer_writes_and_says_that_it_is_solved(cast: Cast) -> None:
    program = program_of(cast.mia, cast.acme)
    make_level("standard", is_standard=True)
    make_product("database")
    log = {"name": "../server.log", "content": base64.b64encode(b"It died.\n").decode()}
    answer = program.post("/tickets", {**ASKED, "product": "database", "priority": "high", "files": [log]})
    made = answer.json()
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/tickets/{ticket.pk}")
    assert {name: made[name] for name in ("number", "title", "state", "priority", "product", "level", "raised_by")} == {
        "number": 1, "title": "It does not start", "state": "open", "priority": "high", "product": "database",
        "level": "standard", "raised_by": "Mia Member",
    }  # fmt: skip
    assert logged("ticket.raised")["key"] == program.key.pk
    sams = {"ticket": ticket, "author_name": "Sam", "is_staff": True, "via": "staff"}
    Message.objects.create(body="Which one?", **sams)
    Message.objects.create(body="Angry.", is_internal=True, **sams)
    said = program.get(f"/tickets/{ticket.pk}/messages").json()["items"]
    assert [(one["body"], one["is_staff"], one["via"]) for one in said] == [
        ("It says nothing.", False, "api"), ("Which one?", True, "staff")
    ]  # fmt: skip
    (file,) = said[0]["attachments"]
    assert (file["name"], file["content_type"], file["size"]) == ("server.log", "text/plain", 9)
    fetched = program.get(f"/tickets/{ticket.pk}/attachments/{file['id']}")
    assert (fetched.content, fetched.headers["Content-Disposition"]) == (
        b"It died.\n", 'attachment; filename="server.log"'
    )  # fmt: skip
    assert program.post(f"/tickets/{ticket.pk}/messages", {"body": "The first."}).json()["author"] == "Mia Member"
    assert program.post(f"/tickets/{ticket.pk}/solution").json()["state"] == "solved"
    assert program.post(f"/tickets/{ticket.pk}/reopening").json()["state"] == "open"
    Ticket.objects.update(state="closed", closed_at="2026-11-01T00:00:00Z")
    assert problem(program.post(f"/tickets/{ticket.pk}/messages", {"body": "And?"})) == (409, "closed")


def test_what_was_sent_wrong_is_named_and_nothing_of_it_stays(cast: Cast) -> None:
    program = program_of(cast.mia, cast.acme)
    run = {"name": "run.exe", "content": base64.b64encode(b"MZ\x90\0").decode()}
    for wrong, field in (
        ({"product": "none"}, "product"),
        ({"priority": "mad"}, "priority"),
        ({"title": " "}, "title"),
        ({"files": [run]}, "files"),
        ({"files": [{"name": "a", "content": "?"}]}, "files"),
        ({"files": [run] * 6}, "files"),
        ({"organization": str(cast.rival.pk)}, "organization"),
    ):
        answer = program.post("/tickets", {**ASKED, **wrong})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert not Ticket.objects.exists()
    assert not Attachment.objects.exists()


def test_a_key_sees_its_holders_tickets_and_the_organizations_what_it_says(cast: Cast) -> None:
    mias, theos = make_ticket(cast.acme, cast.mia.user), make_ticket(cast.acme, cast.theo.user)
    make_ticket(cast.rival, cast.rita.user)
    mia, adam = program_of(cast.mia, cast.acme), program_of(cast.adam, cast.acme)
    asks = service_program(cast.acme, permissions={"view_organization", "raise_tickets"})
    robot = service_program(cast.acme)
    for program, numbers in ((mia, [1]), (adam, [1, 2]), (asks, []), (robot, [1, 2])):
        assert [one["number"] for one in program.get("/tickets", sort="number").json()["items"]] == numbers
    assert problem(mia.get(f"/tickets/{theos.pk}")) == (404, "not-found")
    assert problem(mia.post(f"/tickets/{theos.pk}/messages", {"body": "Hello"})) == (404, "not-found")
    assert adam.get(f"/tickets/{mias.pk}").json()["number"] == 1
    # What a service key asks is the organization's: it is nobody's own.
    assert asks.post("/tickets", ASKED).json()["raised_by"] == str(asks.key)
    ticket = Ticket.objects.get(number=3)
    assert (ticket.raised_by, asks.get(f"/tickets/{ticket.pk}").status_code) == (None, 404)
    assert robot.post(f"/tickets/{ticket.pk}/messages", {"body": "I watch."}).status_code == 201
