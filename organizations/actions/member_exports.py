"""Taking the list of an organization's people away: who did is written down before the first row is sent."""

from audit.recording import audited, record
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission


@audited("members.exported")
def export_members(*, organization: Organization, by: Actor) -> Organization:
    """Note that the actor takes the list of members away. Raises Refused for who may not see it (any more)."""
    organization, by = lock(organization.pk, by, Permission.VIEW_MEMBERS)
    record("members.exported", by=by, organization_id=organization.pk, target=organization)
    return organization


@audited("review.exported")
def export_review(*, organization: Organization, by: Actor) -> Organization:
    """Note that the actor takes the access review away. Raises Refused for who may not change roles (any more)."""
    organization, by = lock(organization.pk, by, Permission.CHANGE_ROLES)
    record("review.exported", by=by, organization_id=organization.pk, target=organization)
    return organization
