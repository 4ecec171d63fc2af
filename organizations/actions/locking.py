"""The lock that every change of an organization's people or state takes first."""

from uuid import UUID

from django.utils.translation import gettext as _

from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Membership, Organization


def lock(organization_id: UUID, by: Actor) -> tuple[Organization, Actor]:
    """The organization, locked until the transaction ends, and the actor with the membership as it is now.

    What the actor was when the request began may have changed while the lock was waited for. Raises Refused where the
    actor's membership has ended since.
    """
    organization = Organization.objects.lock(organization_id)
    if by.membership is None or by.organization_id != organization.pk:
        return organization, by
    try:
        membership = organization.memberships.select_related("user").get(pk=by.membership.pk)
    except Membership.DoesNotExist:
        raise Refused(_("You are no longer a member of %s.") % organization.name, code="gone") from None
    membership.organization = organization
    return organization, by.now_as(membership)
