"""What becomes of an operation, said by our worker or by the company's backend.

Each function may be called any number of times, in any order and too late: what is said of an operation that was
replaced or is at its end counts for nothing (False). Only one that failed because we gave up goes on when something is
heard of it after all, as long as nothing newer was asked for. They lock the service's row, and before it who asked.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.recording import record
from console.text import one_line
from organizations.actors import Actor
from projects.actions.services.news import forget_news, tell_asker
from projects.actions.services.outputs import keep_outputs
from projects.actions.services.timeline import move, write_change
from projects.actions.services.verbs import GOES_ON_IN
from projects.models import Operation, Service
from projects.models.operation import Verb
from projects.models.service import REASON_LENGTH, State
from projects.provisioners.base import Found

# Lines that one operation may add to the time line by its progress.
MOST_LINES = 100
COMPLETE = 100
NO_REASON = gettext_noop("It failed, and no reason was given.")


@transaction.atomic
def note_accepted(operation_id: UUID) -> bool:
    """Somebody has taken the operation on. Whether that is of any effect."""
    operation = _lock(operation_id)
    if operation is None:
        return False
    _hear(operation)
    _save(operation)
    return True


@transaction.atomic
def note_progress(operation_id: UUID, *, progress: int | None = None, message: str = "") -> bool:
    """It goes on: ``progress`` in percent, which never goes back, and what is said, one line. Whether it counts."""
    operation = _lock(operation_id)
    if operation is None:
        return False
    _hear(operation)
    before = operation.progress
    operation.progress = max(before, min(progress or 0, COMPLETE))
    message = one_line(message, REASON_LENGTH)
    if (message and message != _last_note(operation)) or operation.progress > before:
        _write_progress(operation, message)
    _save(operation)
    return True


@transaction.atomic
def note_done(operation_id: UUID, outputs: Sequence[Found] = ()) -> bool:
    """It is done; ``outputs``: what the service comes with, added to what is kept by other names. Whether it counts."""
    operation = _lock(operation_id)
    if operation is None:
        return False
    _hear(operation)
    service = operation.service
    operation.progress = COMPLETE
    _end(operation, Operation.State.DONE)
    service.size = operation.size
    move(service, State(operation.ends_in), operation)
    keep_outputs(service, outputs)
    _tell(operation)
    return True


@transaction.atomic
def note_failed(operation_id: UUID, reason: str, *, gave_up: bool = False) -> bool:
    """It has failed: ``reason`` is one line; ``gave_up``: nobody said so, we waited long enough. Whether it counts."""
    operation = _lock(operation_id, given_up_too=not gave_up)
    if operation is None:
        return False
    operation.gave_up = gave_up
    _end(operation, Operation.State.FAILED)
    move(operation.service, State.FAILED, operation, reason=one_line(reason, REASON_LENGTH) or NO_REASON)
    _tell(operation)
    return True


def end_by_hand(operation: Operation, by: Actor) -> None:
    """Somebody else than who does it says that an operation of a locked service is done; failed ones, too."""
    operation.gave_up = False
    _end(operation, Operation.State.DONE)
    move(operation.service, State(operation.ends_in), operation, by=by)
    keep_outputs(operation.service, ())
    forget_news(operation.service)


def _lock(operation_id: UUID, *, given_up_too: bool = True) -> Operation | None:
    """The operation with its service locked; None where nothing that is said of it counts any more."""
    known = Operation.objects.filter(pk=operation_id).values("service", "asked_by").first()
    if known is None:
        return None
    # Before the service, as whoever deletes an account does: a notification of theirs is written later.
    User.objects.select_for_update(no_key=True).filter(pk=known["asked_by"]).first()
    service = (
        Service.objects.select_for_update(of=("self",))
        .select_related("project__organization", "kind", "size")
        .filter(pk=known["service"])
        .first()
    )
    if service is None:
        return None
    operation = service.operations.select_related("size").get(pk=operation_id)
    operation.service = service
    if operation.is_open or (given_up_too and operation.gave_up and _is_newest(operation)):
        return operation
    return None


def _is_newest(operation: Operation) -> bool:
    return not operation.service.operations.filter(number__gt=operation.number).exists()


def _hear(operation: Operation) -> None:
    """Note that there was a sign of life; the first one takes it on, one after we gave up begins it again."""
    now = timezone.now()
    if not operation.is_open:
        operation.state, operation.gave_up, operation.ended_at = Operation.State.OPEN, False, None
        operation.accepted_at = None
        # At once: only one that is open may have no end.
        _save(operation)
        forget_news(operation.service)
    operation.heard_at = now
    goes_on_in = GOES_ON_IN[Verb(operation.verb)]
    operation.accepted_at = operation.accepted_at or now
    if operation.service.state != goes_on_in:
        move(operation.service, goes_on_in, operation)


def _write_progress(operation: Operation, message: str) -> None:
    if operation.changes.exclude(progress=None).count() < MOST_LINES:
        write_change(operation.service, operation, note=message, progress=operation.progress)


def _last_note(operation: Operation) -> str:
    last = operation.changes.order_by("-id").values_list("note", flat=True).first()
    return last or ""


def _end(operation: Operation, state: Operation.State) -> None:
    operation.state, operation.ended_at = state, timezone.now()
    _save(operation)


def _save(operation: Operation) -> None:
    # What workers claim it by is theirs: they do not lock the service.
    operation.save(update_fields=["state", "progress", "accepted_at", "heard_at", "ended_at", "gave_up"])


def _tell(operation: Operation) -> None:
    service = operation.service
    record(
        "service.settled",
        by=Actor.system(),
        organization_id=service.organization_id,
        target=service,
        after={"operation": operation.verb, "state": service.state},
    )
    tell_asker(operation)
