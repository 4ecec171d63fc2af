"""Warnings before entitlements end, and once they have: to who sees them, each once."""

import logging
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.actions.notifications import await_answer
from organizations.models import Organization
from organizations.roles import Permission
from support.entitlement_rows import today
from support.letters.entitlements import send_ending
from support.models import Entitlement

log = logging.getLogger(__name__)

# The kind of what awaits people behind the bell (support.notices).
ENDING_NOTICE = "entitlements_ending"
# Of which people are told (`Entitlement.warned_days`), from how many days before the end to how many; 0: that it has
# ended, of which nobody hears for the first time a week later: that is of another contract's past.
STEPS = {0: (-7, -1), 7: (0, 7), 30: (8, 30), 60: (31, 60)}
# Organizations in one run of the task; the next run goes on.
AT_ONCE = 1000


def warn_of_ends() -> int:
    """Tell of the entitlements that end in 60, 30 or 7 days, or have ended, once each; how many organizations heard.

    Of several steps that were missed, only the nearest counts; all of one organization stand in one mail.
    """
    day = today()
    found = Entitlement.objects.filter(_due(day)).exclude(organization__status="closed")
    ids = found.order_by("organization").values_list("organization", flat=True).distinct()
    return sum(_warn(pk, day) for pk in list(ids[:AT_ONCE]))


def _warn(organization_id: UUID, day: date) -> bool:
    try:
        with transaction.atomic():
            organization = Organization.objects.lock(organization_id)
            # Another worker may have been first.
            due = list(organization.entitlements.filter(_due(day)).order_by("ends_on", "number"))
            if not due or organization.is_closed:
                return False
            for entitlement in due:
                entitlement.warned_days = step_of((entitlement.ends_on - day).days)
            Entitlement.objects.bulk_update(due, ["warned_days"])
            _tell(organization, due, day)
    except Exception:
        # Of one; the others must not wait for it.
        log.exception("Nobody could be told of the entitlements of the organization %s.", organization_id)
        return False
    return True


def step_of(days: int) -> int | None:
    """The step (`STEPS`) that is so many days before the end; None while it is far, or long ago."""
    return next((step for step, (first, last) in STEPS.items() if first <= days <= last), None)


def _due(day: date) -> Q:
    """Those of which people do not know yet how they stand on a day; one that was prolonged is told of again."""
    due = Q(pk__in=[])
    for step, (first, last) in STEPS.items():
        days = (day + timedelta(days=first), day + timedelta(days=last))
        due |= Q(ends_on__range=days) & ~Q(warned_days=step)
    return Q(starts_on__lte=day) & due


def _tell(organization: Organization, entitlements: Sequence[Entitlement], day: date) -> None:
    people = organization.memberships.to_be_told(Permission.VIEW_CUSTOMER_DATA)
    for person in people:
        send_ending(person, organization, entitlements, day)
    await_answer(
        people,
        kind=ENDING_NOTICE,
        target_id=organization.pk,
        address=reverse("support:entitlements", args=[organization.slug]),
        organization_id=organization.pk,
        names={"organization": "" if organization.is_personal else organization.name},
    )
