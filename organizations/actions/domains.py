"""What a proven domain does for people with an address in it."""

from django.utils.translation import gettext as _

from accounts.models import User
from audit.recording import audited, record
from console.refusal import Refused
from organizations import policies
from organizations.actions.admission import admit
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.letters.join_requests import send_joined
from organizations.models import Domain, Membership
from organizations.models.domain import Joining


@audited("membership.joined")
def join_by_domain(*, domain: Domain, user: User, by: Actor) -> Membership | None:
    """Make the user, who has just proven an address in a domain that lets people in, a member with the domain's role.

    None for a member, and where the domain lets nobody in any more. Independent of the directory (PRODUCT: *Verified
    domains*): whoever set it up knows whose addresses these are. Raises Refused where the organization takes nobody,
    the person may not be in one more, lacks the second factor that is asked for, or the founder's role would be given
    away to whom nobody has looked at.
    """
    organization, by = lock(domain.organization_id, by)
    fresh = organization.domains.verified().filter(pk=domain.pk, joining=Joining.JOIN).first()
    if fresh is None or organization.memberships.filter(user=user).exists():
        return None
    role = fresh.held_role
    if role.covers(policies.current().founder):
        raise Refused(_("A domain cannot make somebody %s.") % role.label, code="founder")
    membership = admit(user, organization, role=role, invited_by=None, by=by)
    record(
        "membership.joined",
        by=by,
        organization_id=organization.pk,
        target=membership,
        after={"role": role.key, "domain": fresh.name},
    )
    send_joined(membership, fresh.name)
    return membership
