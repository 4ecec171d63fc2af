"""The lock that every change of an organization's people or state takes first."""

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from console.refusal import Refused
from organizations.actors import Actor, Guarded
from organizations.models import ApiKey, Membership, Organization
from organizations.roles import Permission


def lock(organization_id: UUID, by: Actor, needs: Permission | None = None) -> tuple[Organization, Actor]:
    """The organization, locked until the transaction ends, and the actor with the membership as it is now.

    What the actor was when the request began may have changed while the lock was waited for. Raises Refused where the
    actor's membership has ended since, or no longer holds what the action ``needs``, and for members of an organization
    that was closed.
    """
    organization = Organization.objects.lock(organization_id)
    is_here = by.organization_id == organization.pk
    if is_here:
        by = _renewed(organization, by)
        # No context for anybody any more; who may close it may open it again.
        if organization.is_closed and needs != Permission.CLOSE_ORGANIZATION:
            raise Refused(_("This organization is closed."), code="closed")
    # What somebody may do elsewhere counts for nothing here.
    if needs and not ((is_here or by.is_trusted) and by.can(needs)):
        raise _missing(needs)
    return organization, by


def check_may(needs: Permission, there: Guarded, by: Actor) -> None:
    """Refuse what the actor, as of now, may not do to something with permissions of its own. Raises Refused."""
    if not by.can(needs, there):
        raise _missing(needs)


def _missing(needs: Permission) -> Refused:
    return Refused(_("You may no longer do this: it needs the permission “%s”.") % needs.label, code="permission")


def _renewed(organization: Organization, by: Actor) -> Actor:
    if by.key:
        by = _with_key_as_it_is(organization, by)
    if by.membership is None:
        return by
    try:
        membership = organization.memberships.current().select_related("user", "custom_role").get(pk=by.membership.pk)
    except Membership.DoesNotExist:
        raise Refused(_("You are no longer a member of %s.") % organization.name, code="gone") from None
    membership.organization = organization
    return by.now_as(membership)


def _with_key_as_it_is(organization: Organization, by: Actor) -> Actor:
    assert by.key is not None  # noqa: S101 -- asked by the caller
    try:
        key = organization.api_keys.live().get(pk=by.key.pk)
    except ApiKey.DoesNotExist:
        raise Refused(_("This API key is no longer valid."), code="key") from None
    key.organization = organization
    return replace(by, key=key)
