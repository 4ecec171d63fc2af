"""What PostgreSQL itself refuses, whoever asks it: the log is written once."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from audit.erasure import erase
from audit.models import Detail
from audit.recording import record
from tests.audit.chains import written
from tests.cast import make_person

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

WRITTEN_ONCE = {"audit_event": "action", "audit_link": "hash", "audit_checkpoint": "hash"}


def refused(*sql: str) -> str:
    """What the database says against a statement."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" ".join(sql))
    return str(refusal.value).splitlines()[0]


@pytest.fixture
def log() -> Iterator[None]:
    acme = written(2)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_checkpoint (id, chain_id, position, hash, pruned_at) VALUES (%s, %s, 0, '', now())",
            [acme, acme],
        )
        # Foreign keys that wait for their check would refuse it before the triggers do.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # What the databases of tests alone may.
        cursor.execute("SET LOCAL console.truncation = ''")
        yield
        cursor.execute("SET LOCAL console.truncation = 'on'")


@pytest.mark.usefixtures("log")
def test_nobody_changes_deletes_or_empties_it() -> None:
    for table, column in WRITTEN_ONCE.items():
        assert refused("UPDATE", table, f"SET {column} = 'x'") == f"{table} is append-only"
    for table in (*WRITTEN_ONCE, "audit_detail"):
        assert refused("DELETE FROM", table) == f"{table} is append-only"
        assert refused("TRUNCATE", table, "CASCADE").endswith("is append-only")


@pytest.mark.usefixtures("log")
def test_what_identifies_somebody_can_be_emptied_and_not_changed() -> None:
    sam = make_person("sam.stranger@example.com").user
    event = record(
        "thing.done", by=make_person("ada@example.com").actor(), target=sam, texts={"name": ("Sam", "Samuel")}
    )
    for change in ("actor = 'Eve'", "texts = '{\"name\": []}'", "address = '203.0.113.1'", "device = 'x'"):
        assert refused("UPDATE audit_detail SET", change) == "audit_detail can only be emptied"
    erase(sam.pk)
    detail = Detail.objects.get(event=event)
    assert (detail.target, detail.texts, detail.actor) == ("", {}, "Ada")
