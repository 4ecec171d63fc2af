"""What the stream of a log sends at once: a batch of events in the order of their chain, as JSON."""

import json
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from audit.models import Link
from organizations.log import as_json, written
from organizations.models import AuditStream

# Events and characters of one message, at most; a single event is sent however long it is.
EVENTS = 100
CHARACTERS = 500_000


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The events after the stream's position up to ``last``, and whether more of them wait.

    ``message_id``: the same each time that the batch is sent.
    """

    message_id: str
    last: int
    body: bytes
    has_more: bool


def next_batch(stream: AuditStream) -> Batch | None:
    """What is to be sent now: the batch that was on its way, else the next events; None where nothing waits.

    Events that were pruned before they could be sent are named in a ``gap``: nothing is passed over in silence.
    """
    end = stream.sendable
    if end <= stream.position:
        return None
    links = _links(stream, stream.batch_end or end)
    events = [as_json(link.event) | {"position": link.position} for link in links]
    if stream.batch_end is None:
        events = _fitting(events)
    # What is no longer there has been pruned, from the beginning on.
    last = stream.batch_end or (events[-1]["position"] if events else end)
    first = stream.position + 1
    said: dict[str, Any] = {"type": "events", "organization": str(stream.organization_id), "first": first, "last": last}
    first_there = events[0]["position"] if events else last + 1
    if first_there > first:
        said["gap"] = {"first": first, "last": first_there - 1}
    return Batch(
        message_id=f"log_{stream.pk.hex}_{first}",
        last=last,
        body=_encoded(said | {"events": events}),
        has_more=last < end,
    )


def ping(stream: AuditStream) -> bytes:
    """The body of a test event."""
    return _encoded({"type": "ping", "organization": str(stream.organization_id), "at": written(timezone.now())})


def _links(stream: AuditStream, last: int) -> list[Link]:
    waiting = Link.objects.filter(chain=stream.organization_id, position__gt=stream.position, position__lte=last)
    return list(waiting.select_related("event__detail").order_by("position")[:EVENTS])


def _fitting(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many of them, from the first on, as one message may hold."""
    sizes = accumulate(len(_encoded(event)) for event in events)
    count = sum(1 for _size in takewhile(CHARACTERS.__ge__, sizes))
    return events[: max(count, 1)]


def _encoded(said: dict[str, Any]) -> bytes:
    return json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()
