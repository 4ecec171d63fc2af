"""What staff do in the admin with what is somebody's, in the log of whose it is (issue 5: staff access)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Detail, Event
from audit.recording import record
from organizations.actors import Actor
from organizations.models import BatchRow, Organization
from outbox.models import Delivery, Mail

# Who comes back to a page within this time is still looking at it.
LOOK = timedelta(hours=1)
# What the user of a row is called: of a session, a text message, an event.
SUBJECTS = ("user_id", "account_id", "subject_id")


@transaction.atomic
def note_staff_view(*, row: models.Model, by: Actor) -> Event | None:
    """Record that a member of the staff opened the page of a row in the admin, once in an hour.

    It belongs in the log of the row's organization, else of its user; a mail to nobody known is the deployment's. What
    is nobody's (a version of the terms) is not recorded, and gives None.
    """
    organization_id, subject_id = _whose(row)
    if not (organization_id or subject_id or isinstance(row, Mail)):
        return None
    looks = Event.objects.filter(action="staff.viewed", actor_id=by.user_id, target_id=row.pk)
    if looks.filter(at__gt=timezone.now() - LOOK).exists():
        return None
    return _nameless(record("staff.viewed", by=by, organization_id=organization_id, subject_id=subject_id, target=row))


@transaction.atomic
def note_staff_retry(*, delivery: Delivery, by: Actor) -> Event:
    """Record that a member of the staff had a mail or a text message sent once more."""
    organization_id, subject_id = _whose(delivery)
    return _nameless(
        record("message.tried_again", by=by, organization_id=organization_id, subject_id=subject_id, target=delivery)
    )


def _nameless(event: Event) -> Event:
    """Without what the row is called: it may name people whom nobody would know to erase here; its id is enough."""
    Detail.objects.filter(event=event).update(target="")
    return event


def _whose(row: Any) -> tuple[UUID | None, UUID | None]:
    """The organization, or else the user, that a row belongs to."""
    if isinstance(row, Organization):
        return row.pk, None
    if isinstance(row, User):
        return None, row.pk
    if isinstance(row, BatchRow):
        return row.batch.organization_id, None
    if organization_id := getattr(row, "organization_id", None):
        return organization_id, None
    if isinstance(row, Mail):
        proven = User.objects.filter(emailaddress__email=row.to, emailaddress__verified=True)
        return None, proven.values_list("pk", flat=True).first()
    return None, next((found for name in SUBJECTS if (found := getattr(row, name, None))), None)
