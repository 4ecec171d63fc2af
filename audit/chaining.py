"""Links events into their chains, after their commit: a link's hash is over the former one and all that the event says.

Inside the transaction, everybody who acts in one organization would wait for everybody else. What is committed but not
linked yet stands in `Unlinked` and is found there by whoever comes next, also after a worker was killed.
See docs/decisions/0024-chained-log.md.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.models import Chain, Event, Link, Unlinked

# Events that are linked in one transaction.
BATCH = 500
# Batches of one chain in one run: a long log must not let all others wait.
BATCHES = 20

# What a hash is over, in words that stay: another field would change the hash of every event from before it.
HASHED = (
    "id", "at", "action", "outcome", "organization_id", "actor_kind", "actor_id", "key_id", "subject_id",
    "target_type", "target_id", "before", "after",
)  # fmt: skip


def link_events() -> int:
    """Link what was committed and is not linked yet; returns how many events. Any number may run at once."""
    waiting = Unlinked.objects.order_by().values_list("chain_id", flat=True).distinct()
    return sum(_link_chain(chain_id) for chain_id in list(waiting))


def digest(former: str, chain_id: UUID, position: int, event: Event) -> str:
    """The hash of an event at a position of a chain, after the link with the hash ``former`` (empty before the first).

    SHA-256, in hexadecimal, of canonical JSON: keys sorted, nothing between what is said, ASCII, times in UTC with
    microseconds. It takes the event as the database gives it, whose JSON may write a number otherwise than it was sent.
    """
    said = {
        "former": former,
        "chain": str(chain_id),
        "position": position,
        "event": {name: _plain(getattr(event, name)) for name in HASHED},
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _link_chain(chain_id: UUID) -> int:
    linked = 0
    for _ in range(BATCHES):
        some = _link_some(chain_id)
        linked += some
        if some < BATCH:
            break
    return linked


@transaction.atomic
def _link_some(chain_id: UUID) -> int:
    Chain.objects.get_or_create(pk=chain_id)
    chain = Chain.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=chain_id).first()
    if chain is None:
        # Somebody else is at it.
        return 0
    # One that has a link stays as it is, even where somebody wrote that it has none.
    events = list(Event.objects.filter(unlinked__chain_id=chain_id, link=None).order_by("pk")[:BATCH])
    Link.objects.bulk_create([_append(chain, event) for event in events])
    Unlinked.objects.filter(event__in=events).delete()
    chain.save(update_fields=["position", "hash"])
    return len(events)


def _append(chain: Chain, event: Event) -> Link:
    chain.position += 1
    chain.hash = digest(chain.hash, chain.pk, chain.position, event)
    return Link(event=event, chain=chain, position=chain.position, hash=chain.hash)
