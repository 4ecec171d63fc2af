"""Memberships that end by themselves: the notices before, and the end."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from organizations.actions.memberships import end_membership
from organizations.actors import Actor
from organizations.letters import memberships as letters
from organizations.models import Membership, Organization, Removal
from organizations.models.membership import MembershipQuerySet

# How many are looked at in one run of the task; the next run goes on.
AT_ONCE = 1000


def end_timed_memberships() -> int:
    """End the memberships whose time is over, just as a removal does, and tell who was a member. Returns how many.

    The clock has closed the organization to them already, whether or not this ran. Each is a transaction: a worker
    that is killed has ended some and told those, and the next run ends the others.
    """
    return _each(Membership.objects.overdue(), _end)


def tell_of_ends() -> int:
    """Tell the members whose time is over in a week, and again in a day (`END_NOTICES`). Returns how many.

    Only the members themselves: whoever may change roles sees every end in the list and in the access review, and
    would be mailed for each of hundreds.
    """
    return _each(Membership.objects.untold(), _tell)


def _each(due: MembershipQuerySet, act: Callable[[Membership], None]) -> int:
    done = 0
    for pk, organization_id in list(due.values_list("pk", "organization_id")[:AT_ONCE]):
        with transaction.atomic():
            organization = Organization.objects.lock(organization_id)
            # Somebody may have given it another end, or another worker may have been first.
            membership = due.select_related("user", "custom_role").filter(pk=pk).first()
            if membership is not None:
                membership.organization = organization
                act(membership)
                done += 1
    return done


def _end(membership: Membership) -> None:
    by = Actor.system()
    end_membership(membership, "membership.ended", by)
    # Others chose the day: no domain lets them in again (docs/decisions/0043).
    Removal.objects.get_or_create(organization=membership.organization, user=membership.user)
    letters.send_ended(membership)


def _tell(membership: Membership) -> None:
    membership.end_told_at = timezone.now()
    membership.save(update_fields=["end_told_at"])
    letters.send_end_near(membership)
