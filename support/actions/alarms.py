"""Staff are alarmed before the first answer to a ticket is due, and when it is late: once each (issue 8)."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from support.actions.readers import staff_of_tickets
from support.letters.staff import tell_of_due, tell_of_late
from support.models import State, Ticket

log = logging.getLogger(__name__)

# How long before it is due; where little time was promised, a quarter of that.
BEFORE = timedelta(minutes=30)
# In one run.
AT_ONCE = 200


def alarm_of_waiting_tickets() -> int:
    """Alarm of every ticket whose first answer is due soon or late; how many. Beat calls it each minute.

    Each in a transaction of its own: what a killed worker has not done, the next run does.
    """
    count = 0
    for pk in _due(timezone.now()):
        try:
            count += _alarm(pk)
        except Exception:
            # Of one; the others must not wait for it.
            log.exception("Nobody could be alarmed of the ticket %s.", pk)
    return count


def _due(now: datetime) -> list[UUID]:
    # Of an organization that is closed there is nobody to be answered.
    answerable = Ticket.objects.waiting().exclude(organization__status="closed")
    near = answerable.filter(answer_due_at__lte=now + BEFORE)
    unalarmed = near.filter(Q(alarmed_at=None) | Q(alarmed_at__lt=F("answer_due_at"), answer_due_at__lte=now))
    wanted = unalarmed.order_by("answer_due_at").only("created_at", "answer_due_at", "alarmed_at")[:AT_ONCE]
    return [ticket.pk for ticket in wanted if _wants_alarm(ticket, now)]


def _wants_alarm(ticket: Ticket, now: datetime) -> bool:
    due = ticket.answer_due_at
    if due is None or now < due - min(BEFORE, (due - ticket.created_at) / 4):
        return False
    return ticket.alarmed_at is None or ticket.alarmed_at < due <= now


@transaction.atomic
def _alarm(pk: UUID) -> bool:
    """Alarm of one, unless somebody has answered or alarmed meanwhile; whether it was done."""
    now = timezone.now()
    ticket = Ticket.objects.select_for_update(of=("self",)).select_related("organization").get(pk=pk)
    is_waiting = ticket.first_answered_at is None and ticket.state == State.OPEN
    if not is_waiting or not _wants_alarm(ticket, now):
        return False
    ticket.alarmed_at = now
    ticket.save(update_fields=["alarmed_at"])
    tell = tell_of_late if ticket.answer_due_at and ticket.answer_due_at <= now else tell_of_due
    staff = staff_of_tickets()
    for person in [one for one in staff if one.pk == ticket.assigned_to_id] or staff:
        tell(ticket, person)
    return True
