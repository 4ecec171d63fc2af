"""The states of an invitation, and what leads from one to the next."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, clean_address
from audit import actors
from audit.recording import audited, record
from console.refusal import Refused
from console.text import few_lines
from organizations import policies
from organizations.actions.locking import lock
from organizations.actions.rules import assignable, check_room
from organizations.actors import Actor
from organizations.letters import invitations as letters
from organizations.models import Allowance, Invitation, Membership, Organization
from organizations.models.invitation import expiry
from organizations.models.membership import is_member
from organizations.policies import Role
from organizations.roles import Permission
from outbox.actions import withdraw
from outbox.models import Mail

State = Invitation.State


@audited("invitation.created")
def invite_member(*, organization: Organization, email: str, role: str, note: str = "", by: Actor) -> Invitation:
    """Invite an address, by mail.

    Raises Refused for a member, an open invitation, oneself, a role above one's own, and beyond the day's allowance.
    """
    organization, by = lock(organization.pk, by, Permission.INVITE_MEMBERS)
    if organization.is_personal:
        raise Refused(_("Nobody can be invited into a personal account."), code="personal")
    email = _clean_address(email)
    given = assignable(role, organization, by)
    _check_address(organization, email, by)
    _check_allowance(organization, email)
    invitation = Invitation(organization=organization, email=email, note=few_lines(note, 500), invited_by=by.user)
    invitation.give(given)
    _send(invitation)
    record("invitation.created", by=by, organization_id=organization.pk, target=invitation, after={"role": given.key})
    return invitation


@audited("invitation.resent")
def resend_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Send it again: a new link, a new term; former links end."""
    invitation, by = _lock(invitation, by, Permission.INVITE_MEMBERS)
    if not invitation.is_renewable:
        raise Refused(_already(invitation), code=invitation.status)
    assignable(invitation.role_key, invitation.organization, by)
    _check_address(invitation.organization, invitation.email, by, besides=invitation)
    _check_allowance(invitation.organization, invitation.email)
    before = invitation.status
    invitation.state, invitation.nonce = State.PENDING, invitation.nonce + 1
    invitation.sent_at, invitation.expires_at = timezone.now(), expiry()
    invitation.decided_at = invitation.renewal_asked_at = None
    _send(invitation)
    record(
        "invitation.resent",
        by=by,
        organization_id=invitation.organization_id,
        target=invitation,
        before={"state": before},
    )
    return invitation


@audited("invitation.revoked")
def revoke_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Take it back; its links end."""
    invitation, by = _lock(invitation, by, Permission.REVOKE_INVITATIONS)
    if not invitation.is_revocable:
        raise Refused(_already(invitation), code=invitation.status)
    return _decide(invitation, State.REVOKED, by)


@audited("invitation.accepted")
def accept_invitation(*, invitation: Invitation, by: Actor) -> Membership:
    """Make the actor a member. The invited address must be one of theirs, and verified.

    Raises Refused for an invitation that is no longer open, another's, or for who is a member already.
    """
    invitation = _lock_open(invitation, by)
    user = _recipient(invitation, by)
    check_room(user, invitation.organization)
    if Membership.objects.filter(organization=invitation.organization, user=user).exists():
        raise Refused(_("You are a member of %s already.") % invitation.organization.name, code="already-member")
    membership = Membership.build(
        organization=invitation.organization,
        user=user,
        role=invitation.role,
        custom_role=invitation.custom_role,
        invited_by=invitation.invited_by,
    )
    membership.save()
    _decide(invitation, State.ACCEPTED, by)
    if inviter := _inviter(invitation):
        letters.send_accepted(invitation, inviter, user)
    return membership


@audited("invitation.declined")
def decline_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Say no. Raises Refused as `accept_invitation` does."""
    invitation = _lock_open(invitation, by)
    _recipient(invitation, by)
    _decide(invitation, State.DECLINED, by)
    if inviter := _inviter(invitation):
        letters.send_declined(invitation, inviter)
    return invitation


@audited("invitation.renewal_asked")
def ask_for_renewal(*, invitation: Invitation, by: Actor) -> Invitation:
    """Ask, with an expired link in hand, for a new one: once for each sending. Whoever invited hears of it."""
    invitation, by = _lock(invitation, by)
    if invitation.status != State.EXPIRED:
        raise Refused(_already(invitation), code=invitation.status)
    if invitation.renewal_asked_at:
        raise Refused(_("A new invitation was asked for already."), code="asked-already")
    invitation.renewal_asked_at = timezone.now()
    invitation.save(update_fields=["renewal_asked_at"])
    record("invitation.renewal_asked", by=by, target=invitation, organization_id=invitation.organization_id)
    recipient = _inviter(invitation)
    if recipient is None:
        founder = invitation.organization.memberships.founders().select_related("user").first()
        recipient = founder.user if founder else None
    if recipient:
        letters.send_renewal_request(invitation, recipient)
    return invitation


def revoke_invitations_of(member: Membership, by: actors.Actor, beyond: Role | None = None) -> None:
    """Take back what a member has sent and that is still open, in the caller's transaction and lock.

    ``beyond``: only invitations to roles that this one does not hold all of. Who was removed must not come back by a
    link of their own.
    """
    sent = member.organization.invitations.filter(state=State.PENDING, invited_by=member.user_id)
    for invitation in sent.select_related("mail", "custom_role"):
        if beyond is None or not beyond.covers(invitation.held_role):
            _decide(invitation, State.REVOKED, by)


@transaction.atomic
def note_bounce(*, mail: Mail) -> None:
    """The mail server refused the address for good: the invitation that the mail carried is no longer open."""
    invitation = Invitation.objects.filter(mail=mail).first()
    if invitation is None:
        return
    invitation, by = _lock(invitation, Actor.system())
    if invitation.mail_id == mail.pk and invitation.state == State.PENDING:
        _decide(invitation, State.BOUNCED, by)


def expire_invitations() -> int:
    """Mark the invitations whose time is over. Returns how many. Links end with the clock, whether or not this ran."""
    return sum(_expire(invitation) for invitation in Invitation.objects.overdue()[:1000])


@transaction.atomic
def _expire(overdue: Invitation) -> bool:
    # One statement decides: an acceptance or a resending at this moment wins or loses whole.
    marked = bool(Invitation.objects.overdue().filter(pk=overdue.pk).update(state=State.EXPIRED))
    if marked:
        record("invitation.expired", by=Actor.system(), organization_id=overdue.organization_id, target=overdue)
    return marked


def _lock(invitation: Invitation, by: Actor, needs: Permission | None = None) -> tuple[Invitation, Actor]:
    """The invitation and the actor as they are now, with the organization locked."""
    organization, by = lock(invitation.organization_id, by, needs)
    fresh = organization.invitations.select_related("invited_by", "mail", "custom_role").get(pk=invitation.pk)
    fresh.organization = organization
    return fresh, by


def _lock_open(invitation: Invitation, by: Actor) -> Invitation:
    invitation, _actor = _lock(invitation, by)
    if not invitation.is_pending:
        raise Refused(_already(invitation), code=invitation.status)
    if invitation.organization.is_closed:
        raise Refused(_("This organization is closed."), code="closed")
    return invitation


def _already(invitation: Invitation) -> str:
    return {
        State.PENDING: _("This invitation is still open."),
        State.ACCEPTED: _("This invitation was accepted already."),
        State.DECLINED: _("This invitation was declined."),
        State.REVOKED: _("This invitation was revoked."),
        State.EXPIRED: _("This invitation has expired."),
        State.BOUNCED: _("The mail of this invitation could not be delivered."),
    }[invitation.status]


def _decide(invitation: Invitation, state: Invitation.State, by: actors.Actor) -> Invitation:
    before, invitation.state, invitation.decided_at = invitation.status, state, timezone.now()
    invitation.save(update_fields=["state", "decided_at"])
    # The outbox itself marks the mail that bounced.
    if state != State.BOUNCED:
        _withdraw_mail(invitation)
    record(
        f"invitation.{state}",
        by=by,
        organization_id=invitation.organization_id,
        target=invitation,
        before={"state": before},
    )
    return invitation


def _send(invitation: Invitation) -> None:
    _withdraw_mail(invitation)
    invitation.mail = letters.send_invitation(invitation)
    invitation.save()


def _withdraw_mail(invitation: Invitation) -> None:
    """Keep a mail from leaving whose link is dead by now."""
    if invitation.mail and invitation.mail.is_waiting:
        withdraw(invitation.mail)


def _recipient(invitation: Invitation, by: Actor) -> User:
    user = by.user
    if not isinstance(user, User) or user.standing_of(invitation.email) != "verified":
        raise Refused(
            _("This invitation is for %s. Sign in with that address, or add and verify it.") % invitation.email,
            code="other-address",
        )
    return user


def _inviter(invitation: Invitation) -> User | None:
    """Whoever invited, while they may still invite."""
    may_invite = invitation.organization.memberships.holding(Permission.INVITE_MEMBERS)
    if invitation.invited_by and may_invite.filter(user=invitation.invited_by).exists():
        return invitation.invited_by
    return None


def _clean_address(email: str) -> str:
    try:
        return clean_address(email)
    except ValidationError:
        raise Refused(_("Enter an e-mail address such as name@example.com."), code="email", field="email") from None


def _check_address(organization: Organization, email: str, by: Actor, besides: Invitation | None = None) -> None:
    if by.user and not by.is_trusted and by.user.standing_of(email) != "other":
        raise Refused(_("This is your own address."), code="own-address", field="email")
    if is_member(organization.pk, email):
        raise Refused(_("%s is a member already.") % email, code="already-member", field="email")
    for overdue in organization.invitations.overdue().filter(email=email):
        _expire(overdue)
    others = organization.invitations.filter(state=State.PENDING, email=email)
    if others.exclude(pk__in=[besides.pk] if besides else []).exists():
        raise Refused(
            _("%s is invited already. You can send the invitation again from the list.") % email,
            code="already-invited",
            field="email",
        )


def _check_allowance(organization: Organization, email: str) -> None:
    """The allowance of invitation mails in the last 24 hours: the organization's, and what one address has to bear."""
    allowed = organization.allowed(Allowance.Name.INVITATIONS_PER_DAY)
    since = timezone.now() - timedelta(hours=24)
    mails = Mail.objects.filter(kind="invitation", created_at__gt=since)
    if mails.filter(to=email).count() >= policies.current().invitations_per_address:
        raise Refused(
            _("%s has been sent many invitations today. Try again tomorrow.") % email, code="allowance", field="email"
        )
    if mails.filter(organization_id=organization.pk).count() >= allowed:
        raise Refused(
            ngettext(
                "This organization may send %d invitation in 24 hours, and has. Try again tomorrow.",
                "This organization may send %d invitations in 24 hours, and has. Try again tomorrow.",
                allowed,
            )
            % allowed,
            code="allowance",
            field="email",
        )
