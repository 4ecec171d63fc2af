"""The worker's part: operations that are ours are carried out, tried again, and given up; silent backends, too.

The row says what is to be done. A worker that is killed in any step leaves a claim that runs out within half a minute
(outbox.leases), and the sweep finds the row (issue: *goes on or fails with a reason within two minutes*).
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_noop

from console.celery import SWEEP_PERIOD, wake
from outbox.leases import pause_after
from projects import provisioners
from projects.actions.services.beginning import CARRY_OUT
from projects.actions.services.settling import note_accepted, note_done, note_failed
from projects.models import Operation, ServiceKind
from projects.provisioners import Unable

log = logging.getLogger(__name__)

# Times that an operation is begun. With the pauses between them (outbox.leases.BACK_OFF) some nine minutes.
ATTEMPTS = 7
SWEEP = 500
# Whatever staff typed: a kind's minutes of silence count up to a year.
LONGEST_SILENCE = timedelta(days=366)

DOES_NOT_WORK = gettext_noop("Something went wrong on our side, several times. Try again later.")
# However much a backend says of it, what is not done after this time will not be; unless it may be silent for longer.
LONGEST = timedelta(days=2)

TOO_LONG = gettext_noop("It was not done in two days.")
SILENT = gettext_noop("Nothing was heard of it for too long.")


def carry_out(operation_id: UUID) -> bool:
    """Carry an operation out if it is due and nobody else is at it; whether it succeeded.

    Nothing is locked meanwhile. Whatever a provisioner raises besides Unable, it is tried again with pauses, until it
    has failed; one that ends its worker each time, too.
    """
    for claimed in Operation.objects.filter(pk=operation_id).claim(1):
        if claimed.attempts > ATTEMPTS:
            note_failed(claimed.pk, DOES_NOT_WORK)
        elif note_accepted(claimed.pk):
            return _attempt(claimed)
    return False


def sweep_operations() -> int:
    """Wake workers up for what is due, and give up what nothing is heard of any more. Returns how many."""
    due = list(Operation.objects.due().order_by("due_at").values_list("pk", flat=True)[:SWEEP])
    for operation_id in due:
        # The next sweep asks again: without workers the broker must not fill up.
        wake(CARRY_OUT, str(operation_id), expires=SWEEP_PERIOD)
    given_up = dict.fromkeys(_overlong(), TOO_LONG) | dict.fromkeys(_silent(), SILENT)
    for operation_id, reason in given_up.items():
        note_failed(operation_id, reason, gave_up=True)
    return len(due) + len(given_up)


def _attempt(claimed: Operation) -> bool:
    whole = Operation.objects.select_related("service__project__organization", "service__kind", "size")
    operation = whole.get(pk=claimed.pk)
    try:
        outcome = provisioners.named(operation.service.kind.provisioner).carry_out(operation)
    except Unable as problem:
        note_failed(operation.pk, problem.sentence)
    except Exception as error:  # noqa: BLE001 -- whatever went wrong, it is tried again
        # Neither the exception's text nor its traceback: both may hold what people typed.
        log.warning(
            "An operation could not be carried out (%s).",
            type(error).__name__,
            extra={"operation_id": operation.pk, "attempts": operation.attempts},
        )
        _try_later(claimed)
    else:
        return note_done(operation.pk, outcome.outputs)
    return False


def _try_later(claimed: Operation) -> None:
    """After a pause, or never again. A claim that has run out and that somebody else has taken meanwhile is theirs."""
    if claimed.attempts >= ATTEMPTS:
        note_failed(claimed.pk, DOES_NOT_WORK)
        return
    mine = Operation.objects.open().filter(pk=claimed.pk, attempts=claimed.attempts)
    mine.update(claimed_until=None, due_at=timezone.now() + pause_after(claimed.attempts))


def _overlong() -> Iterator[UUID]:
    """Operations that a backend took on too long ago; it may still end them, as long as nothing newer is asked for."""
    patient = LONGEST.total_seconds() // 60
    begun = Operation.objects.open().filter(is_ours=False, service__kind__silence__lt=patient)
    begun = begun.filter(accepted_at__lte=timezone.now() - LONGEST)
    yield from begun.order_by("accepted_at").values_list("pk", flat=True)[:SWEEP]


def _silent() -> Iterator[UUID]:
    """Operations of backends that have said nothing for the minutes that their kind allows.

    One whose call has not been taken yet is the outbox's to give up; one without a call counts from when it was asked.
    """
    waited_for = Operation.objects.open().filter(Q(accepted_at__isnull=False) | Q(webhook=None), is_ours=False)
    # SQLite does not calculate with numbers and dates; there are few different ones.
    for minutes in ServiceKind.objects.order_by().values_list("silence", flat=True).distinct():
        since = timezone.now() - min(timedelta(minutes=minutes), LONGEST_SILENCE)
        last_heard = LessThanOrEqual(Coalesce("heard_at", "accepted_at", "asked_at"), since)
        silent = waited_for.filter(last_heard, service__kind__silence=minutes)
        yield from silent.order_by("asked_at").values_list("pk", flat=True)[:SWEEP]
