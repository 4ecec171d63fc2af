"""Telling people that a server is not heard of: once, in one mail for all that fell silent together (issue 8)."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notifications import await_answer
from accounts.models import User
from infrastructure.letters.servers import send_silent
from infrastructure.models import Server
from infrastructure.models.server import SILENT_NOTICE, ServerQuerySet
from organizations.models import Organization, Status
from organizations.roles import Permission

log = logging.getLogger(__name__)

# A restart takes less; people are not told of it.
TELL_AFTER = timedelta(minutes=15)
# Organizations in one run, and servers in one mail; the next run goes on.
BATCH = 100
SERVERS = 200


def tell_of_silent_servers() -> int:
    """Tell who connected a server, and who manages infrastructure, that nothing is heard of it; of how many servers.

    Once for each silence: a heartbeat ends it. In an organization that is closed nobody is told.
    """
    silent = _untold().exclude(organization__status=Status.CLOSED)
    found = silent.order_by("organization").values_list("organization", flat=True).distinct()[:BATCH]
    return sum(_told(pk) for pk in list(found))


def _told(organization_id: UUID) -> int:
    try:
        return _tell(organization_id)
    except Exception:
        # The others are told all the same; this one next time.
        log.exception("Nobody could be told of the servers of the organization %s.", organization_id)
        return 0


@transaction.atomic
def _tell(organization_id: UUID) -> int:
    organization = Organization.objects.lock(organization_id)
    if organization.is_closed:
        return 0
    # A heartbeat changes its row without the organization's lock.
    rows = _untold().filter(organization=organization).select_for_update().order_by("id")
    servers = list(rows[:SERVERS])
    Server.objects.filter(pk__in=[server.pk for server in servers]).update(told_at=timezone.now())
    told: dict[User, list[Server]] = {}
    for server, people in _readers(organization, servers):
        for person in people:
            told.setdefault(person, []).append(server)
        await_answer(
            people,
            kind=SILENT_NOTICE,
            target_id=server.pk,
            address=reverse("infrastructure:server", args=[organization.slug, server.pk]),
            organization_id=organization.pk,
            names={"server": server.name, "organization": organization.display_name},
        )
    for person, theirs in told.items():
        send_silent(person, organization, theirs)
    return len(servers)


def _untold() -> ServerQuerySet:
    return Server.objects.filter(last_seen_at__lte=timezone.now() - TELL_AFTER, told_at=None)


def _readers(organization: Organization, servers: list[Server]) -> list[tuple[Server, list[User]]]:
    """By server, those who manage infrastructure, and who connected it, where they still see it."""
    managers = organization.memberships.to_be_told(Permission.MANAGE_INFRASTRUCTURE)
    sees = organization.memberships.current().holding(Permission.VIEW_INFRASTRUCTURE).filter(user__is_active=True)
    makers = sees.filter(user__in=[server.connected_by_id for server in servers if server.connected_by_id])
    connected = {membership.user_id: membership.user for membership in makers.select_related("user")}
    found = []
    for server in servers:
        maker = connected.get(server.connected_by_id) if server.connected_by_id else None
        found.append((server, list({user.pk: user for user in (*managers, *([maker] if maker else []))}.values())))
    return found
