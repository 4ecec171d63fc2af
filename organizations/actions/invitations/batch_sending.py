"""The sending of many invitations, by the worker: it can be killed at any time, and goes on where it was."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from console.celery import SWEEP_PERIOD, wake
from console.refusal import Refused
from organizations.actions.invitations.allowance import FULL, room_at
from organizations.actions.invitations.batches import end_batch
from organizations.actions.invitations.sending import invite_member
from organizations.actors import Actor
from organizations.models import BatchRow, InvitationBatch, Membership, Organization
from outbox.leases import BACK_OFF, pause_after

log = logging.getLogger(__name__)

State, Reason = InvitationBatch.State, InvitationBatch.Reason

# How long one run goes on, well below what a task may take; the sweep begins the next one.
RUN = timedelta(minutes=2)
# An allowance that staff raise is seen so much later, at most.
LOOK_AGAIN = timedelta(hours=1)
# Runs that fail one after the other, before the batch is stopped.
FAILURES = len(BACK_OFF)
# Lists hold the addresses of others: they are kept for so long.
KEPT = timedelta(days=30)
SWEEP = 100
# Refusals that are about whoever gave the list, or where: no other row would fare better.
ENDINGS = frozenset({Reason.GONE, Reason.PERMISSION, Reason.CLOSED})


def send_batch(batch_id: UUID) -> None:
    """Send the rows of a batch that is due, if nobody else is at it.

    A row, its invitation and the mail are written in one transaction, under the organization's lock: whoever goes on
    after a worker was killed finds the row invited, or nothing of it. The claim is renewed with each row.
    """
    for batch in InvitationBatch.objects.filter(pk=batch_id).claim(1):
        _send(batch)


def _send(batch: InvitationBatch) -> None:
    until = timezone.now() + RUN
    try:
        while _send_next(batch):
            if timezone.now() >= until:
                _pause(batch, timezone.now())
                return
    except Exception as error:  # noqa: BLE001 -- whatever went wrong, it is tried again
        # Neither the exception's text nor its traceback: both may name an address.
        log.warning("Invitations could not be sent (%s).", type(error).__name__, extra={"batch_id": batch.pk})
        _note_failure(batch)


def sweep_batches() -> int:
    """Wake workers up for every batch that is due: those that waited, and what a killed worker left. How many."""
    due = list(InvitationBatch.objects.due().order_by("due_at").values_list("pk", flat=True)[:SWEEP])
    for batch_id in due:
        wake("organizations.send_batch", str(batch_id), expires=SWEEP_PERIOD)
    return len(due)


def prune_batches() -> None:
    """Forget the lists of 30 days ago; one that still waits for its allowance is younger than its last row."""
    old = InvitationBatch.objects.filter(created_at__lt=timezone.now() - KEPT)
    old.exclude(state=State.SENDING).delete()


@transaction.atomic
def _send_next(batch: InvitationBatch) -> bool:
    """Send the next row; whether there may be another one."""
    batch.organization = Organization.objects.lock(batch.organization_id)
    if not batch.keep_claim():
        return False
    row = batch.rows.filter(state=BatchRow.State.READY).order_by("number").first()
    if row is None:
        end_batch(batch, State.DONE, Actor.system())
        return False
    try:
        row.invitation = invite_member(
            organization=batch.organization, email=row.email, role=row.role, note=row.note, by=_inviter(batch)
        )
    except Refused as refusal:
        return _refuse(batch, row, refusal.code or "")
    row.state = BatchRow.State.INVITED
    row.save(update_fields=["state", "invitation"])
    return True


def _refuse(batch: InvitationBatch, row: BatchRow, code: str) -> bool:
    """What a refusal means: wait until there is room, stop altogether, or leave this row out. Whether to go on."""
    if code == FULL:
        until = room_at(batch.organization)
        _pause(batch, min(until, timezone.now() + LOOK_AGAIN), waits_until=until)
        return False
    if code in ENDINGS:
        end_batch(batch, State.STOPPED, Actor.system(), reason=code)
        return False
    row.state, row.problem = BatchRow.State.REFUSED, code
    row.save(update_fields=["state", "problem"])
    return True


def _inviter(batch: InvitationBatch) -> Actor:
    """Whoever gave the list, as a member. Raises Refused (``gone``) where they are none any more."""
    members = Membership.objects.select_related("user", "organization", "custom_role")
    membership = members.filter(organization=batch.organization_id, user=batch.by_id).first() if batch.by_id else None
    if membership is None:
        # Nobody reads the sentence: the page knows its own.
        raise Refused(Reason.GONE.label, code=Reason.GONE)
    return Actor.member(membership)


def _pause(batch: InvitationBatch, until: datetime, waits_until: datetime | None = None) -> None:
    mine = InvitationBatch.objects.filter(pk=batch.pk, state=State.SENDING, attempts=batch.attempts)
    mine.update(due_at=until, waits_until=waits_until, claimed_until=None, failures=0)


def _note_failure(batch: InvitationBatch) -> None:
    with transaction.atomic():
        organization = Organization.objects.lock(batch.organization_id)
        mine = organization.invitation_batches.filter(pk=batch.pk, state=State.SENDING, attempts=batch.attempts)
        batch.failures += 1
        if batch.failures > FAILURES and (fresh := mine.first()):
            end_batch(fresh, State.STOPPED, Actor.system(), reason=Reason.FAILED)
            return
        due_at = timezone.now() + pause_after(batch.failures)
        mine.update(failures=batch.failures, due_at=due_at, claimed_until=None)
