"""What tests do to the log: make some, and change it behind everybody's back, as who owns the database can."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import QuerySet

from audit.actors import Actor
from audit.chaining import link_events
from audit.models import CheckPoint, Event, Link
from audit.recording import record


def written(number: int, organization_id: UUID | None = None) -> UUID:
    """An organization's id, in whose log that many events are linked."""
    organization_id = organization_id or uuid4()
    for count in range(number):
        record("thing.done", by=Actor.system(), organization_id=organization_id, before={"n": 0}, after={"n": count})
    link_events()
    return organization_id


def events(organization_id: UUID) -> list[Event]:
    """Those that are linked, in their order."""
    return list(Event.objects.filter(link__chain=organization_id).order_by("link__position"))


@contextmanager
def without_triggers() -> Iterator[None]:
    """What the owner of a PostgreSQL database may do: no trigger and no foreign key is asked."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        yield
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


def tamper(event: Event, **values: object) -> None:
    """Change an event in its table."""
    with without_triggers():
        QuerySet(Event).filter(pk=event.pk).update(**values)


def relink(event: Event, **values: object) -> None:
    """Change an event's link in its table."""
    with without_triggers():
        QuerySet(Link).filter(pk=event.pk).update(**values)


def cut(chain_id: UUID, position: int) -> None:
    """Delete a chain's events up to a position, and leave a check point, as a pruning does."""
    last = Link.objects.get(chain=chain_id, position=position)
    with without_triggers():
        QuerySet(Event).filter(link__chain=chain_id, link__position__lte=position).delete()
    CheckPoint.objects.create(chain_id=chain_id, position=position, hash=last.hash)


def erase_row(table: str, column: str, pk: UUID) -> None:
    """Delete rows of a table, and nothing that belongs to them."""
    value = str(pk) if connection.vendor == "postgresql" else pk.hex
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [value])  # noqa: S608 -- names that tests write
