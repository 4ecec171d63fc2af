"""What the invited answer."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.recording import audited, record
from console.refusal import Refused
from organizations.actions.admission import admit
from organizations.actions.invitation_states import already, decide, inviter_of, lock_invitation
from organizations.actors import Actor
from organizations.letters import invitations as letters
from organizations.models import Invitation, Membership

State = Invitation.State


@audited("invitation.accepted")
def accept_invitation(*, invitation: Invitation, by: Actor) -> Membership:
    """Make the actor a member. The invited address must be one of theirs, and verified.

    Raises Refused for an invitation that is no longer open or another's, and as `check_admission` does.
    """
    invitation = _lock_open(invitation, by)
    user = _recipient(invitation, by)
    # First: whoever is admitted is no longer invited.
    decide(invitation, State.ACCEPTED, by)
    membership = admit(
        user, invitation.organization, role=invitation.held_role, invited_by=invitation.invited_by, by=by
    )
    if inviter := inviter_of(invitation):
        letters.send_accepted(invitation, inviter, user)
    return membership


@audited("invitation.declined")
def decline_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Say no. Raises Refused as `accept_invitation` does."""
    invitation = _lock_open(invitation, by)
    _recipient(invitation, by)
    decide(invitation, State.DECLINED, by)
    if inviter := inviter_of(invitation):
        letters.send_declined(invitation, inviter)
    return invitation


@audited("invitation.renewal_asked")
def ask_for_renewal(*, invitation: Invitation, by: Actor) -> Invitation:
    """Ask, with an expired link in hand, for a new one: once for each sending. Whoever invited hears of it."""
    invitation, by = lock_invitation(invitation, by)
    if invitation.status != State.EXPIRED:
        raise Refused(already(invitation), code=invitation.status)
    if invitation.renewal_asked_at:
        raise Refused(_("A new invitation was asked for already."), code="asked-already")
    invitation.renewal_asked_at = timezone.now()
    invitation.save(update_fields=["renewal_asked_at"])
    record("invitation.renewal_asked", by=by, target=invitation, organization_id=invitation.organization_id)
    recipient = inviter_of(invitation)
    if recipient is None:
        founder = invitation.organization.memberships.founders().select_related("user").first()
        recipient = founder.user if founder else None
    if recipient:
        letters.send_renewal_request(invitation, recipient)
    return invitation


def _lock_open(invitation: Invitation, by: Actor) -> Invitation:
    invitation, _actor = lock_invitation(invitation, by)
    if not invitation.is_pending:
        raise Refused(already(invitation), code=invitation.status)
    if invitation.organization.is_closed:
        raise Refused(_("This organization is closed."), code="closed")
    return invitation


def _recipient(invitation: Invitation, by: Actor) -> User:
    user = by.user
    if not isinstance(user, User) or user.standing_of(invitation.email) != "verified":
        raise Refused(
            _("This invitation is for %s. Sign in with that address, or add and verify it.") % invitation.email,
            code="other-address",
        )
    return user
