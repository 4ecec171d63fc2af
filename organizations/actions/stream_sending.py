"""The sending of an organization's log, by the worker: in order, and again until it has arrived.

Killed at any moment, it loses nothing: the row says up to where everything has arrived, and which batch was on its way.
"""

import logging
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.actions.notifications import await_answer, settle
from accounts.models import User
from audit.recording import record
from console import outbound, webhooks
from console.celery import STREAM_PERIOD, wake
from console.ids import uuid7
from console.sealing import Unreadable
from organizations.actions.stream_batches import Batch, next_batch, ping
from organizations.actions.streams import permission_for
from organizations.actors import Actor
from organizations.letters import streams as letters
from organizations.models import AuditStream, Organization
from organizations.models.audit_stream import STREAM_NOTICE
from organizations.roles import Permission

log = logging.getLogger(__name__)

TASK = "organizations.send_stream"
SWEEP = 500
# How long one run goes on, well below what a task may take; the sweep begins the next one.
RUN = timedelta(minutes=1)
# After this those who look after it are told, once; after that it is switched off.
TELL_AFTER = timedelta(hours=24)
PATIENCE = timedelta(days=30)

SEALED = gettext_noop("The secret cannot be opened any more. Renew it.")
FAILED = gettext_noop("The events could not be sent.")
GONE = gettext_noop("The receiver wants no more events.")
SENTENCES = {
    HTTPStatus.UNAUTHORIZED: gettext_noop("The receiver does not accept our signature."),
    HTTPStatus.FORBIDDEN: gettext_noop("The receiver does not accept our signature."),
    HTTPStatus.NOT_FOUND: gettext_noop("The receiver knows nothing of this address."),
    HTTPStatus.GONE: GONE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_noop("The receiver finds what we send too large."),
    HTTPStatus.TOO_MANY_REQUESTS: gettext_noop("The receiver is asked too often."),
}
# The first digit of a status.
CLASSES = {
    3: gettext_noop("The receiver sends us on to another address, which we do not follow. Enter that one."),
    4: gettext_noop("The receiver has refused what we send."),
    5: gettext_noop("The receiver has a problem of its own."),
}


class NotTaken(Exception):
    """The receiver has not taken it: ``sentence`` as of `console.outbound.NotReached`; ``status`` if it answered."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


def sweep_streams() -> int:
    """Wake workers up for every stream that is due: new events, retries, what a killed worker left. How many."""
    due = list(AuditStream.objects.due().order_by("due_at").values_list("pk", flat=True)[:SWEEP])
    for stream_id in due:
        wake(TASK, str(stream_id), expires=STREAM_PERIOD)
    return len(due)


def send_stream(stream_id: UUID) -> None:
    """Send what waits in a stream that is due, batch by batch, if nobody else is at it.

    Nothing is locked while the receiver is waited for. What has arrived is noted after its yes: a worker that is killed
    in between leaves a batch that is sent again, the same and under the same id.
    """
    for stream in AuditStream.objects.filter(pk=stream_id).claim(1):
        _send(stream)


def _send(stream: AuditStream) -> None:
    until = timezone.now() + RUN
    try:
        while _send_next(stream):
            if timezone.now() >= until:
                break
        stream.let_go()
    except NotTaken as problem:
        _note_failure(stream, problem)
    except Exception as error:  # noqa: BLE001 -- whatever went wrong, it is tried again
        # Neither the exception's text nor its traceback: both may hold what people typed.
        log.warning("A log could not be sent (%s).", type(error).__name__, extra={"stream_id": stream.pk})
        _note_failure(stream, NotTaken(FAILED))


def send_test_event(stream: AuditStream) -> None:
    """Send an event of the type ``ping`` at once, beside the order of the others. Raises NotTaken."""
    _post(stream, f"ping_{uuid7().hex}", ping(stream))


def _send_next(stream: AuditStream) -> bool:
    """Send the next batch; whether there may be another one. Raises NotTaken."""
    batch = next_batch(stream)
    if batch is None or not stream.begin_batch(batch.last):
        return False
    _post(stream, batch.message_id, batch.body)
    return _note_arrived(stream, batch)


def _post(stream: AuditStream, message_id: str, body: bytes) -> None:
    try:
        signed = webhooks.headers(stream.secrets, message_id=message_id, at=timezone.now(), body=body)
        answer = outbound.post(stream.url, body, {"content-type": "application/json", **signed}, keep=0)
    except Unreadable:
        raise NotTaken(SEALED) from None
    except outbound.NotReached as problem:
        raise NotTaken(problem.sentence) from None
    if not answer.is_success:
        sentence = SENTENCES.get(HTTPStatus(answer.status)) if answer.status in set(HTTPStatus) else None
        raise NotTaken(sentence or CLASSES.get(answer.status // 100, outbound.NONSENSE), answer.status)


@transaction.atomic
def _note_arrived(stream: AuditStream, batch: Batch) -> bool:
    was_told = stream.told_at is not None
    is_mine = stream.note_arrived()
    if is_mine and was_told:
        settle(STREAM_NOTICE, stream.pk)
    return is_mine and batch.has_more


def _note_failure(stream: AuditStream, problem: NotTaken) -> None:
    if not stream.note_failure(problem.sentence, problem.status):
        return
    assert stream.failing_since is not None  # noqa: S101 -- noted just now
    failing_for = timezone.now() - stream.failing_since
    if problem.status == HTTPStatus.GONE or failing_for >= PATIENCE:
        _switch_off(stream)
    elif failing_for >= TELL_AFTER:
        _tell_failing(stream)


@transaction.atomic
def _switch_off(stream: AuditStream) -> None:
    organization = Organization.objects.lock(stream.organization_id)
    if not stream.switch_off():
        return
    record(
        "stream.switched_off",
        by=Actor.system(),
        organization_id=organization.pk,
        target=stream,
        after={"status": stream.last_status, "position": stream.position},
    )
    if organization.is_closed:
        return
    for person in _tell(stream, organization):
        letters.send_switched_off(person, organization, stream)


@transaction.atomic
def _tell_failing(stream: AuditStream) -> None:
    organization = Organization.objects.lock(stream.organization_id)
    # Nobody there would find the page. Once it is open again, and nothing arrives yet, they are told.
    if not organization.is_closed and stream.note_told():
        for person in _tell(stream, organization):
            letters.send_failing(person, organization, stream)


def _tell(stream: AuditStream, organization: Organization) -> list[User]:
    """Let it await those who look after the log, behind the bell; who they are."""
    readers = organization.memberships.holding(Permission.VIEW_AUDIT_LOG)
    people = readers.to_be_told(permission_for(organization))
    await_answer(
        people,
        kind=STREAM_NOTICE,
        target_id=stream.pk,
        address=reverse("organizations:settings_audit_log_stream", args=[organization.slug]),
        organization_id=organization.pk,
        names={"organization": organization.display_name},
    )
    return people
