"""The one way in: however somebody came to it, what is asked before and what ends with it is the same."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.notifications import settle
from accounts.models import User
from audit import actors
from audit.recording import record
from console.refusal import Refused
from organizations import policies
from organizations.actions.deciders import bring_in_line
from organizations.actions.invitation_states import revoke_invitations_to
from organizations.actions.rules import check_room, check_second_factor
from organizations.models import JoinRequest, Membership, Organization
from organizations.policies import Role

State = JoinRequest.State


def check_admission(user: User, organization: Organization) -> None:
    """Refuse who may not become a member of a locked organization.

    Raises Refused: a member already, while staff have stopped the organization (PRODUCT: *also stops inviting*), in as
    many organizations as the policy allows, without a second factor where the organization asks for one.
    """
    if organization.memberships.filter(user=user).exists():
        raise Refused(_("You are a member of %s already.") % organization.name, code="already-member")
    if not organization.takes_members:
        raise Refused(_("%s takes no new members at the moment.") % organization.name, code="not-open")
    check_room(user, organization)
    check_second_factor(user, organization)


def admit(
    user: User, organization: Organization, *, role: Role, invited_by: User | None, by: actors.Actor
) -> Membership:
    """Make the user a member of a locked organization with that role: they need ask no more, nor be invited.

    An open request of theirs lapses, open invitations to any of their addresses are revoked, and that others removed
    them once is forgotten. ``invited_by``: who
    let them in; None where they came by a rule. The caller records how. Raises Refused as `check_admission` does.
    """
    check_admission(user, organization)
    membership = Membership.build(
        organization=organization,
        user=user,
        invited_by=invited_by,
        **Membership.columns_for(role, policies.current()),
    )
    membership.save()
    organization.removals.filter(user=user).delete()
    end_requests(organization, by, user)
    revoke_invitations_to(user, organization, by)
    bring_in_line(organization)
    return membership


def end_requests(organization: Organization, by: actors.Actor, user: User | None = None) -> None:
    """Let the open requests to a locked organization lapse, all or those of ``user``: nobody need decide them."""
    pending = organization.join_requests.pending().select_related("user")
    for request in pending.filter(user=user) if user else pending:
        JoinRequest.objects.filter(pk=request.pk).update(state=State.LAPSED, decided_at=timezone.now())
        settle("join_request", request.pk)
        record("join_request.lapsed", by=by, organization_id=organization.pk, target=request)
