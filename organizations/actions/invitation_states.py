"""The states of an invitation, and what ends it: an answer, a hand, the clock, or that somebody came in another way."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.notifications import settle
from accounts.models import User
from audit import actors
from audit.recording import audited, record
from console.refusal import Refused
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Invitation, Membership, Organization
from organizations.policies import Role
from organizations.roles import Permission
from outbox.actions import withdraw
from outbox.models import Mail

State = Invitation.State
# What the bell calls it (organizations.notices).
NOTICE = "invitation"


@audited("invitation.revoked")
def revoke_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Take it back; its links end. Whoever may invite takes back what they sent, whoever may revoke any."""
    is_own = invitation.is_sent_by(by)
    manages = by.can(Permission.REVOKE_INVITATIONS)
    needs = Permission.INVITE_MEMBERS if is_own and not manages else Permission.REVOKE_INVITATIONS
    invitation, by = lock_invitation(invitation, by, needs)
    if not invitation.is_revocable:
        raise Refused(already(invitation), code=invitation.status)
    return decide(invitation, State.REVOKED, by)


def revoke_invitations_of(member: Membership, by: actors.Actor, beyond: Role | None = None) -> None:
    """Take back what a member has sent and that is still open, in the caller's transaction and lock.

    ``beyond``: only invitations to roles that this one does not hold all of. Who was removed must not come back by a
    link of their own.
    """
    sent = member.organization.invitations.filter(state=State.PENDING, invited_by=member.user_id)
    for invitation in sent.select_related("mail", "custom_role"):
        if beyond is None or not beyond.covers(invitation.held_role):
            decide(invitation, State.REVOKED, by)


def revoke_invitations_to(user: User, organization: Organization, by: actors.Actor) -> None:
    """Take back what is open for an address of who came in another way, in the caller's transaction and lock."""
    waiting = organization.invitations.filter(state=State.PENDING, email__in=list(user.verified_addresses()))
    for invitation in waiting.select_related("mail"):
        decide(invitation, State.REVOKED, by)


def revoke_open_invitations(organization: Organization, by: actors.Actor, limit: int) -> int:
    """Take back up to ``limit`` of what is open in a locked organization that has closed. Returns how many."""
    waiting = organization.invitations.filter(state=State.PENDING).select_related("mail", "custom_role")
    return len([decide(invitation, State.REVOKED, by) for invitation in waiting[:limit]])


@transaction.atomic
def note_bounce(*, mail: Mail) -> None:
    """The address cannot be reached, now and later: the invitation that the mail carried is no longer open."""
    invitation = Invitation.objects.filter(mail=mail).first()
    if invitation is None:
        return
    invitation, by = lock_invitation(invitation, Actor.system())
    if invitation.mail_id == mail.pk and invitation.state == State.PENDING:
        decide(invitation, State.BOUNCED, by)


def expire_invitations() -> int:
    """Mark the invitations whose time is over. Returns how many. Links end with the clock, whether or not this ran."""
    return sum(expire(invitation) for invitation in Invitation.objects.overdue()[:1000])


@transaction.atomic
def expire(overdue: Invitation) -> bool:
    """Mark one whose time is over; whether it still was."""
    # One statement decides: an acceptance or a resending at this moment wins or loses whole.
    marked = bool(Invitation.objects.overdue().filter(pk=overdue.pk).update(state=State.EXPIRED))
    if marked:
        settle(NOTICE, overdue.pk)
        record("invitation.expired", by=Actor.system(), organization_id=overdue.organization_id, target=overdue)
    return marked


def lock_invitation(invitation: Invitation, by: Actor, needs: Permission | None = None) -> tuple[Invitation, Actor]:
    """The invitation and the actor as they are now, with the organization locked. Raises Refused as `lock` does."""
    organization, by = lock(invitation.organization_id, by, needs)
    invitations = organization.invitations.select_related("invited_by", "mail", "custom_role")
    try:
        fresh = invitations.get(pk=invitation.pk)
    except Invitation.DoesNotExist:
        raise Refused(_("This invitation is no longer there."), code="gone") from None
    fresh.organization = organization
    return fresh, by


def already(invitation: Invitation) -> str:
    """The sentence that says why nothing more can be done with it."""
    return {
        State.PENDING: _("This invitation is still open."),
        State.ACCEPTED: _("This invitation was accepted already."),
        State.DECLINED: _("This invitation was declined."),
        State.REVOKED: _("This invitation was revoked."),
        State.EXPIRED: _("This invitation has expired."),
        State.BOUNCED: _("The mail of this invitation could not be delivered."),
    }[invitation.status]


def decide(invitation: Invitation, state: Invitation.State, by: actors.Actor) -> Invitation:
    """End it in this state, in the caller's lock: its mail stays here, nobody is awaited any more, an event says so."""
    before, invitation.state, invitation.decided_at = invitation.status, state, timezone.now()
    invitation.save(update_fields=["state", "decided_at"])
    # The outbox itself marks the mail that bounced.
    if state != State.BOUNCED:
        withdraw_mail(invitation)
    settle(NOTICE, invitation.pk)
    record(
        f"invitation.{state}",
        by=by,
        organization_id=invitation.organization_id,
        target=invitation,
        before={"state": before},
    )
    return invitation


def withdraw_mail(invitation: Invitation) -> None:
    """Keep a mail from leaving whose link is dead by now, or that is replaced."""
    if invitation.mail and invitation.mail.is_waiting:
        withdraw(invitation.mail)


def inviter_of(invitation: Invitation) -> User | None:
    """Whoever invited, while they may still invite."""
    may_invite = invitation.organization.memberships.holding(Permission.INVITE_MEMBERS)
    if invitation.invited_by and may_invite.filter(user=invitation.invited_by).exists():
        return invitation.invited_by
    return None
