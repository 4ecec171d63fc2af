"""What the worker does about closed organizations: it tells people, takes back what was open, and ends it for good.

Each step is a transaction that says in its own row how far it came: a worker that is killed has told some, and the next
one goes on with the others.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.recording import record
from console.celery import SWEEP_PERIOD, wake
from organizations import signals
from organizations.actions.admission import end_requests
from organizations.actions.invitations import revoke_open_invitations
from organizations.actions.memberships import end_membership
from organizations.actors import Actor
from organizations.letters import ownership as letters
from organizations.models import Closing, Organization

# How many people are told, invitations taken back or memberships ended in one transaction, and how many such
# transactions there are in one run of the task: the next one goes on.
BATCH = 200
BATCHES = 50
SWEEP = 100


def go_on_closing(closing_id: UUID) -> bool:
    """Take back what was open, and tell the members; of one that is open again, tell that. Whether all is done."""
    return any(not _go_on(closing_id) for _batch in range(BATCHES))


def sweep_closings() -> int:
    """Wake workers up for closings of which somebody is to be told. Returns how many."""
    waiting = list(Closing.objects.unfinished().order_by("closed_at").values_list("pk", flat=True)[:SWEEP])
    for closing_id in waiting:
        wake("organizations.go_on_closing", str(closing_id), expires=SWEEP_PERIOD)
    return len(waiting)


def end_closed_organizations() -> int:
    """End the memberships of organizations that nobody may open again. Returns how many organizations are final now.

    The organization stays for staff to find, and its slug its own; nobody and nothing is in it (``signals.ending``).
    """
    due = list(Closing.objects.due().order_by("closed_at").values_list("pk", flat=True)[:SWEEP])
    return sum(_end(closing_id) for closing_id in due)


@transaction.atomic
def _go_on(closing_id: UUID) -> bool:
    """One batch; whether there is more to do."""
    closing = _lock(closing_id)
    if closing is None or closing.told_at:
        return False
    if closing.reopened_at is None:
        if revoke_open_invitations(closing.organization, Actor.system(), BATCH):
            return True
        end_requests(closing.organization, Actor.system())
    return _tell(closing)


def _tell(closing: Closing) -> bool:
    members = closing.organization.memberships.order_by("id").select_related("user", "custom_role")
    if closing.told_up_to:
        members = members.filter(pk__gt=closing.told_up_to)
    if closing.reopened_at and closing.tell_until:
        members = members.filter(pk__lte=closing.tell_until)
    batch = list(members[:BATCH])
    send = letters.send_reopened if closing.reopened_at else letters.send_closed
    for membership in batch:
        send(closing, membership)
    if batch:
        closing.told_up_to = batch[-1].pk
    if len(batch) < BATCH:
        closing.told_at = timezone.now()
    closing.save(update_fields=["told_up_to", "told_at"])
    return closing.told_at is None


def _end(closing_id: UUID) -> bool:
    """End the memberships of one organization and what it has, as much as one run may; whether it is final now."""
    for _batch in range(BATCHES):
        with transaction.atomic():
            closing = _lock(closing_id)
            if closing is None or not Closing.objects.due().filter(pk=closing.pk).exists():
                return False
            organization = closing.organization
            members = organization.memberships.order_by("id").select_related("user", "custom_role")
            batch = list(members[:BATCH])
            for membership in batch:
                membership.organization = organization
                end_membership(membership, "membership.ended", Actor.system())
            if len(batch) < BATCH and not _has_more(organization):
                # Nobody is left whose they could be.
                organization.api_keys.all().end()
                closing.ended_at = timezone.now()
                closing.save(update_fields=["ended_at"])
                record("organization.ended", by=Actor.system(), organization_id=organization.pk, target=organization)
                return True
    return False


def _has_more(organization: Organization) -> bool:
    """Let the apps above delete some of what the organization has; whether there is more."""
    return any(has_more for _receiver, has_more in signals.ending.send(sender=Organization, organization=organization))


def _lock(closing_id: UUID) -> Closing | None:
    """The closing as it is now, with its organization locked: who opens it again waits, or was first."""
    found = Closing.objects.filter(pk=closing_id).values_list("organization", flat=True).first()
    if found is None:
        return None
    organization = Organization.objects.lock(found)
    closing = Closing.objects.select_related("closed_by").get(pk=closing_id)
    closing.organization = organization
    return closing
