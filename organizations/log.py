"""The log of an organization: which events it holds, and the one form in which programs get an event.

The page, the files, the API and the stream all read here, so that they say the same.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, override
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, CharField, F, Func, Q, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

from audit.actors import ActorKind
from audit.models import Event
from console.ids import first_uuid7

# An event gets its id a moment before its time, and ids run ahead of a clock that was set back until it has caught up.
APART = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which events are asked for; what is empty does not narrow.

    ``actions``: names of events; None for all. ``who``: part of the name that an actor had, or of a key's.
    ``actor_id``: a user's; ``key_id``: an API key's; ``target_id``: of what it was done to. ``outcome``: of
    `Event.Outcome`. From ``since`` on, and before ``until``.
    """

    actions: tuple[str, ...] | None = None
    who: str = ""
    actor_id: UUID | None = None
    key_id: UUID | None = None
    target_id: UUID | None = None
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Filters()


def events_of(organization_id: UUID, filters: Filters = EVERYTHING) -> QuerySet[Event]:
    """The events of an organization's log that the filters leave, each with its detail; the caller says the order.

    Ids grow with time: ordered by ``-id`` it reads the newest first, as far as it is read, by an index.
    """
    found = Event.objects.filter(_matching(filters), organization_id=organization_id)
    if filters.who:
        found = found.filter(
            _named(filters.who), _InThisLog(organization_id, filters.who), detail__organization_id=organization_id
        )
    if filters.who or filters.actor_id:
        # Who of our staff it was is not for customers, nor is trying out names.
        found = found.exclude(actor_kind=ActorKind.STAFF)
    return found.select_related("detail")


def _named(who: str) -> Q:
    return Q(detail__actor__icontains=who) | Q(detail__key_name__icontains=who)


class _InThisLog(Func):
    """Whether an event of this log has the name, in the words of the index ``detail_by_name``; PostgreSQL alone has it.

    A name may be everybody's in another log and nobody's in this one: by the frequency of the name alone PostgreSQL
    would read a long log from its end and never find it (2.6 s of a million events). So what is indexed begins with the
    end of the organization's id, and the statistics of the index know what is frequent where.
    """

    output_field = BooleanField()

    def __init__(self, organization_id: UUID, who: str) -> None:
        escaped = re.sub(r"([\\%_])", r"\\\1", who)
        columns = (F("detail__organization_id"), F("detail__actor"), F("detail__key_name"))
        patterns = (Value(f"{str(organization_id)[-8:]}%", CharField()), Value(f"{escaped}%", CharField()))
        super().__init__(*columns, *patterns)

    @override
    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **kwargs: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """On other engines, nothing that narrows."""
        return "1 = 1", ()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The expression of the index (audit/migrations/0005_search.py), and the pattern."""
        compiled = [compiler.compile(expression) for expression in self.get_source_expressions()]
        (here, actor, key_name, log, name) = (sql for sql, _parameters in compiled)
        said = f'"right"({here}::text, 8) || upper({actor}::text) || upper({key_name}::text)'
        return f"({said}) LIKE ({log} || upper({name}))", tuple(value for _sql, values in compiled for value in values)


def _matching(filters: Filters) -> Q:
    wanted = Q()
    if filters.actions is not None:
        wanted &= Q(action__in=filters.actions)
    for name in ("actor_id", "key_id", "target_id", "outcome"):
        if value := getattr(filters, name):
            wanted &= Q((name, value))
    if filters.since:
        # The id finds the place in the index, the time decides.
        wanted &= Q(id__gte=first_uuid7(filters.since - APART), at__gte=filters.since)
    if filters.until:
        wanted &= Q(id__lt=first_uuid7(filters.until + APART), at__lt=filters.until)
    return wanted


def as_json(event: Event) -> dict[str, Any]:
    """An event as JSON: a line of an export, an item of the API, a message of the stream.

    What was erased is an empty text, and null for an address. Of staff it says that it was they, and neither who nor
    from where.
    """
    detail = event.detail
    is_staff = event.actor_kind == ActorKind.STAFF
    return {
        "id": str(event.pk),
        "at": written(event.at),
        "action": event.action,
        "outcome": event.outcome,
        "actor": {
            "kind": event.actor_kind,
            "id": None if is_staff else _text(event.actor_id),
            "name": "" if is_staff else detail.actor,
            "key_id": _text(event.key_id),
            "key_name": detail.key_name,
        },
        "target": {"type": event.target_type, "id": _text(event.target_id), "name": detail.target},
        "subject_id": _text(event.subject_id),
        "before": event.before,
        "after": event.after,
        "texts": {name: {"before": before, "after": after} for name, (before, after) in detail.texts.items()},
        "address": None if is_staff else detail.address,
        "device": "" if is_staff else detail.device,
        "request_id": detail.request_id,
    }


def written(moment: datetime) -> str:
    """A moment as every event is written with it (RFC 3339): in UTC, always to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None
