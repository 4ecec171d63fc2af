"""Ends what was kept long enough: the oldest events of a chain go, and a check point says where the rest begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import takewhile
from uuid import UUID

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from audit.models import Chain, CheckPoint, Event, Link, Unlinked

# Days that the logs of users' accounts and of the deployment are kept, and those of organizations and users that are
# gone; an organization's own by what it is allowed (PRODUCT: kept for a time set by plan).
KEPT_DAYS = 365
# Events that go in one transaction.
BATCH = 500
# Chains that are looked at in one query.
PAGE = 500


def prune(chain_id: UUID, before: datetime) -> int:
    """Delete the events of a chain that are older than ``before``, from its beginning on; returns how many.

    Stops at the first younger one, and at what is not linked yet. What goes first is the oldest, a batch at a time, and
    each leaves a check point; so a worker may be killed here.
    """
    pruned = 0
    while some := _prune_some(chain_id, before):
        pruned += some
    return pruned


def drop_empty(chain_id: UUID) -> bool:
    """Take the chain of somebody who is gone away, once no event of theirs is left; returns whether it went."""
    with transaction.atomic():
        chain = Chain.objects.select_for_update().filter(pk=chain_id).first()
        if chain is None or chain.links.exists() or Unlinked.objects.filter(chain_id=chain_id).exists():
            return False
        with _pruning():
            chain.delete()
        return True


def pages_of_chains() -> Iterator[list[tuple[UUID, datetime | None]]]:
    """All chains, some hundreds at a time: the id, and the time of the oldest event that is linked (None: empty)."""
    oldest = Event.objects.filter(link__chain=OuterRef("pk")).order_by("link__position").values("at")[:1]
    chains = Chain.objects.order_by("pk").annotate(oldest=Subquery(oldest)).values_list("pk", "oldest")
    page = list(chains[:PAGE])
    while page:
        yield page
        page = list(chains.filter(pk__gt=page[-1][0])[:PAGE])


@transaction.atomic
def _prune_some(chain_id: UUID, before: datetime) -> int:
    chain = Chain.objects.select_for_update(no_key=True).filter(pk=chain_id).first()
    if chain is None:
        return 0
    oldest = Link.objects.filter(chain=chain).order_by("position").select_related("event")[:BATCH]
    old = list(takewhile(lambda link: link.event.at < before, oldest))
    if old:
        with _pruning():
            chain.check_points.all().delete()
            CheckPoint.objects.create(chain=chain, position=old[-1].position, hash=old[-1].hash)
            # Its own queryset refuses; with an event go its detail and its link.
            QuerySet(Event).filter(pk__in=[link.pk for link in old]).delete()
    return len(old)


@contextmanager
def _pruning() -> Iterator[None]:
    """Let the triggers pass what is deleted here, in this transaction; they refuse everybody else."""
    _say_pruning("on")
    yield
    _say_pruning("")


def _say_pruning(value: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('console.pruning', %s, true)", [value])
