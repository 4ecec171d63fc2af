"""People are told of certificates that end soon: 30, 14, 7 and 1 days before, and once they have ended."""

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notifications import await_answer
from infrastructure.letters.certificates import send_ending
from infrastructure.models import Certificate
from infrastructure.models.certificate import ENDING_NOTICE
from organizations.models import Organization
from organizations.roles import Permission

log = logging.getLogger(__name__)

# An organization gets one mail a day about all of its certificates; a little less, so that the hour does not wander.
BETWEEN: Final = timedelta(hours=22)
# Organizations at a time: the next round finds the others.
AT_A_TIME: Final = 500


def tell_of_endings() -> int:
    """Tell whoever manages certificates of those that have come nearer to their end; how many organizations were told.

    One mail lists all of an organization's; behind the bell each stands by itself. Safe to call often, and twice at
    once.
    """
    waiting = Certificate.objects.to_be_told().order_by("organization_id").values_list("organization_id", flat=True)
    return sum(_told(organization_id) for organization_id in waiting.distinct()[:AT_A_TIME])


def _told(organization_id: UUID) -> bool:
    try:
        return _tell(organization_id)
    except Exception:
        # The others are told all the same; this one next time.
        log.exception("Nobody could be told of the certificates of the organization %s.", organization_id)
        return False


@transaction.atomic
def _tell(organization_id: UUID) -> bool:
    try:
        organization = Organization.objects.lock(organization_id)
    except Organization.DoesNotExist:
        # Gone since it was found.
        return False
    now = timezone.now()
    if organization.certificates.filter(warned_at__gt=now - BETWEEN).exists():
        return False
    ending = list(organization.certificates.to_be_told().order_by("not_after", "id"))
    if not ending:
        return False
    people = organization.memberships.to_be_told(Permission.MANAGE_INFRASTRUCTURE)
    for certificate in ending:
        certificate.warned_days, certificate.warned_at = certificate.stage, now
        certificate.save(update_fields=["warned_days", "warned_at"])
        await_answer(
            people,
            kind=ENDING_NOTICE,
            target_id=certificate.pk,
            address=reverse("infrastructure:certificate", args=[organization.slug, certificate.pk]),
            organization_id=organization.pk,
            names={
                "organization": organization.display_name,
                "certificate": certificate.name,
                "ended": "" if certificate.not_after > now else "yes",
            },
        )
    for person in people:
        send_ending(person, organization, ending)
    return True
