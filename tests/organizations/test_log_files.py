"""The log as a file: CSV and JSON lines, with the same filters, written down before anything is handed out."""

import csv
import io
import json
from typing import Any

import pytest
import time_machine
from django.http import HttpResponseBase, StreamingHttpResponse

from audit.models import Event
from console.ids import uuid7
from organizations.actions import change_role, remove_member
from tests.cast import Cast
from tests.organizations.logging_events import LOG, day, write

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

EXPORT = f"{LOG}export/"


def text_of(response: HttpResponseBase) -> str:
    assert isinstance(response, StreamingHttpResponse)
    return response.getvalue().decode("utf-8-sig")


def table(response: HttpResponseBase) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(response), newline="")))


def lines(response: HttpResponseBase) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(response).split("\n")[:-1]]


@pytest.fixture
def told(cast: Cast) -> Event:
    """Adam renames a role with a key, at a time that can be typed by hand."""
    with time_machine.travel(day("2026-03-04T05:06:07.000089"), tick=False):
        return write(
            cast.acme,
            cast.adam,
            action="role.edited",
            target_type="organizations.customrole",
            target_id=uuid7(),
            target="Wächter",
            key_id=uuid7(),
            key_name="Nightly build",
            before={"permissions": ["pay"]},
            after={"permissions": []},
            texts={"name": ["Guard", "Wächter"]},
            request_id="0af7651916cd43dd8448eb211c80319c",
            device="curl/8.5",
        )


def test_a_line_of_json_says_all_that_is_known(cast: Cast, told: Event) -> None:
    response = cast.adam.client.get(EXPORT, {"format": "jsonl", "what": "roles"})
    assert response.headers["Content-Type"] == "application/x-ndjson"
    assert response.headers["Content-Disposition"] == 'attachment; filename="audit-log-acme.jsonl"'
    assert response.headers["Cache-Control"] == "no-store, private"
    assert lines(response) == [
        {
            "id": str(told.pk),
            "at": "2026-03-04T05:06:07.000089Z",
            "action": "role.edited",
            "outcome": "done",
            "actor": {
                "kind": "user",
                "id": str(cast.adam.user.pk),
                "name": "Adam Admin",
                "key_id": str(told.key_id),
                "key_name": "Nightly build",
            },
            "target": {"type": "organizations.customrole", "id": str(told.target_id), "name": "Wächter"},
            "subject_id": None,
            "before": {"permissions": ["pay"]},
            "after": {"permissions": []},
            "texts": {"name": {"before": "Guard", "after": "Wächter"}},
            "address": "203.0.113.9",
            "device": "curl/8.5",
            "request_id": "0af7651916cd43dd8448eb211c80319c",
        }
    ]


def test_a_row_of_the_table_says_the_same(cast: Cast, told: Event) -> None:
    response = cast.adam.client.get(EXPORT, {"format": "csv", "what": "roles"})
    assert response.headers["Content-Disposition"] == 'attachment; filename="audit-log-acme.csv"'
    assert table(response) == [
        {
            "Time": "2026-03-04T05:06:07.000089Z",
            "What": "Edited the role Wächter",
            "Event": "role.edited",
            "Outcome": "done",
            "Actor": "user",
            "Name": "Adam Admin",
            "User": str(cast.adam.user.pk),
            "API key": "Nightly build",
            "Key": str(told.key_id),
            "Target": "Wächter",
            "Kind of target": "organizations.customrole",
            "Id of the target": str(told.target_id),
            "Before": '{"permissions": ["pay"]}',
            "After": '{"permissions": []}',
            "Texts": '{"name": {"before": "Guard", "after": "Wächter"}}',
            "IP address": "203.0.113.9",
            "Device": "curl/8.5",
            "Request": "0af7651916cd43dd8448eb211c80319c",
            "Id": str(told.pk),
        }
    ]


def test_a_cell_begins_no_formula_and_a_line_no_other_line(cast: Cast) -> None:
    write(
        cast.acme,
        cast.adam,
        actor="=1+1",
        target="+2\r\n@SUM(A1)",
        device="-3\u2028x",
        request_id="\t=4",
        key_name="@5",
    )
    row = table(cast.adam.client.get(EXPORT, {"what": "roles"}))[0]
    assert {row[name][0] for name in ("Name", "Target", "Device", "Request", "API key")} == {"'"}
    assert row["What"] == "Made the role +2 @SUM(A1)"
    assert [line["device"] for line in lines(cast.adam.client.get(EXPORT, {"format": "jsonl", "what": "roles"}))] == [
        "-3\u2028x"
    ]


def test_of_our_staff_neither_who_nor_from_where(cast: Cast) -> None:
    write(cast.acme, cast.sam, actor_kind="staff", actor="Stella Staff", after={"reason": "staff"})
    for kind in ("csv", "jsonl"):
        said = text_of(cast.adam.client.get(EXPORT, {"format": kind, "what": "roles"}))
        for secret in ("Stella", str(cast.sam.user.pk), "203.0.113.9", "Firefox"):
            assert secret not in said


def test_who_takes_the_log_away_is_written_down_first_with_how_but_not_with_whom(cast: Cast) -> None:
    response = cast.adam.client.get(EXPORT, {"format": "jsonl", "who": "Mia", "from": "2026-01-01"})
    # Before the first line was read.
    event = Event.objects.get(action="log.exported")
    assert (event.actor_id, event.outcome) == (cast.adam.user.pk, "done")
    assert event.after == {"format": "jsonl", "filters": ["who", "from"]}
    assert lines(response) == []


def test_a_look_at_its_head_hands_nothing_out_and_writes_nothing_down(cast: Cast) -> None:
    for kind in ("csv", "jsonl"):
        assert cast.adam.client.head(EXPORT, {"format": kind}).status_code == 200
    assert not Event.objects.filter(action="log.exported").exists()


@pytest.mark.parametrize("end", ["removed", "another role"])
def test_a_file_ends_where_the_reader_may_read_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr("organizations.views.log.BATCH", 10)
    monkeypatch.setattr("organizations.views.log.CHUNK", 10)
    write(cast.acme, cast.mia, 30)
    response: Any = cast.adam.client.get(EXPORT, {"format": "jsonl", "what": "roles"})
    chunks = iter(response.streaming_content)
    assert next(chunks).count(b"\n") == 10
    adam, olivia = cast.adam.membership(cast.acme), cast.olivia.actor(cast.acme)
    if end == "removed":
        remove_member(membership=adam, by=olivia)
    else:
        change_role(membership=adam, role="tech", by=olivia)
    # What was read before may still be on its way.
    assert sum(chunk.count(b"\n") for chunk in chunks) <= 10


def test_all_of_it_in_pages_that_nobody_sees(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("organizations.views.log.BATCH", 7)
    write(cast.acme, cast.mia, 30)
    ids = [line["id"] for line in lines(cast.adam.client.get(EXPORT, {"format": "jsonl"}))]
    assert ids == sorted(set(ids), reverse=True)
    # Thirty, the making of the organization, and the export itself.
    assert len(ids) == 32
