"""What ran is written down, one row for each service and hour, and charged (issue 7, Deliver 9).

Whoever writes holds the account's lock and looks again at what is written, so it may be done twice, late, and on two
machines at once; were it not so, the database would refuse the second row of an hour.
"""

import logging
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from billing.actions import standing
from billing.actions.locking import lock_account
from billing.actions.usage.billing import bill
from billing.actions.usage.finding import unrecorded, waiting
from billing.models import UsageHour
from organizations.actors import Actor
from organizations.models import Organization
from projects.models import Project, Service
from projects.models.service import ServiceQuerySet

log = logging.getLogger(__name__)

# Rows that are written in one statement.
ROWS = 2000


def record_usage() -> int:
    """Write down and charge what ran and is not written down yet. Returns how many hours of services.

    An organization for which that fails keeps no others waiting; the next run tries it again.
    """
    recorded = 0
    for organization_id in _organizations():
        try:
            recorded += _record_all(organization_id)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the others' hours are written down
            # Not its text: it may hold names that people gave.
            about = {"organization_id": organization_id}
            log.error("What ran could not be written down (%s).", type(error).__name__, extra=about)  # noqa: TRY400 -- above
    return recorded


def record_ended(organization: Organization, projects: Collection[Project]) -> int:
    """Write down and charge what ran in projects that are about to go for good; the caller has locked the organization.

    Their services are deleted, so nothing can follow. Returns how many hours of services.
    """
    ids = [project.pk for project in projects]
    return _record_while_any(organization, Service.objects.filter(project__in=ids))


def _organizations() -> list[UUID]:
    """The ids of those that may have something to write down, in their order."""
    return sorted(set(waiting().order_by().values_list("project__organization", flat=True).distinct()))


def _record_all(organization_id: UUID) -> int:
    """Write down what one organization's services ran in, a day in each transaction."""
    services = waiting().filter(project__organization=organization_id)
    recorded = 0
    # Without the lock: mostly there is nothing.
    while unrecorded(services):
        with transaction.atomic():
            organization = Organization.objects.filter(pk=organization_id).first()
            number = _record(organization, services) if organization else 0
        if not number:
            # Somebody else was quicker.
            break
        recorded += number
    return recorded


def _record_while_any(organization: Organization, services: ServiceQuerySet) -> int:
    recorded = 0
    while number := _record(organization, services):
        recorded += number
    return recorded


def _record(organization: Organization, services: ServiceQuerySet) -> int:
    """Write down the first day that is missing, and charge it; inside a transaction. Returns how many hours."""
    account, by = lock_account(organization, Actor.system())
    # As it is now: who had the lock before may have written it down.
    ran = unrecorded(services)
    if not ran:
        return 0
    before = account.last_number
    lines = bill(account, ran)
    rows = [
        UsageHour(line=lines[each.service.pk, hour], service_id=each.service.pk, hour=hour)
        for each in ran
        for hour in each.hours
    ]
    UsageHour.objects.bulk_create(rows, batch_size=ROWS)
    if account.last_number != before:
        standing.review(account, by=by)
    return len(rows)
