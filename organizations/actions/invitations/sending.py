"""Inviting, sending again, and reminding."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.notifications import await_answer, settle
from accounts.models import User, clean_address
from audit.recording import audited, record
from console.refusal import Refused
from console.text import few_lines
from organizations.actions.invitation_states import NOTICE, already, expire, lock_invitation, withdraw_mail
from organizations.actions.invitations.allowance import check_address_allowance, check_allowance
from organizations.actions.locking import lock
from organizations.actions.rules import assignable
from organizations.actors import Actor
from organizations.letters import invitations as letters
from organizations.models import Invitation, Organization
from organizations.models.invitation import expiry
from organizations.models.membership import is_member
from organizations.roles import Permission
from outbox.models import Suppression
from outbox.suppression import is_suppressed

State = Invitation.State

NOTE_LENGTH = 500
REMINDED_AFTER = timedelta(days=3)
# Reminders that one run sends at most; the next one goes on.
REMINDERS = 500
# Invitations of which the bell tells somebody who has just proven an address.
AWAITED = 50


@audited("invitation.created")
def invite_member(*, organization: Organization, email: str, role: str, note: str = "", by: Actor) -> Invitation:
    """Invite an address, by mail; without one where the address wants none: the inviter passes the link on.

    Raises Refused for a member, an open invitation, oneself, a role above one's own, and beyond the day's allowance.
    """
    organization, by = lock(organization.pk, by, Permission.INVITE_MEMBERS)
    if organization.is_personal:
        raise Refused(_("Nobody can be invited into a personal account."), code="personal")
    if organization.is_closed:
        raise Refused(_("This organization is closed."), code="closed")
    email = _clean_address(email)
    given = assignable(role, organization, by)
    _check_address(organization, email, by)
    check_allowance(organization, email)
    invitation = Invitation(
        organization=organization, email=email, note=few_lines(note, NOTE_LENGTH), invited_by=by.user
    )
    invitation.give(given)
    _send(invitation)
    record("invitation.created", by=by, organization_id=organization.pk, target=invitation, after={"role": given.key})
    return invitation


@audited("invitation.resent")
def resend_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Send it again: a new link, a new term, a reminder in time; former links end.

    Whoever may invite, and no more, sends their own again.
    """
    invitation, by = lock_invitation(invitation, by, Permission.INVITE_MEMBERS)
    if not (by.can(Permission.REVOKE_INVITATIONS) or invitation.is_sent_by(by)):
        raise Refused(_("You can only send again what you have sent yourself."), code="not-own")
    if not invitation.is_renewable:
        raise Refused(already(invitation), code=invitation.status)
    if invitation.organization.is_closed:
        raise Refused(_("This organization is closed."), code="closed")
    assignable(invitation.role_key, invitation.organization, by)
    _check_address(invitation.organization, invitation.email, by, besides=invitation)
    check_allowance(invitation.organization, invitation.email)
    before = invitation.status
    invitation.state, invitation.nonce = State.PENDING, invitation.nonce + 1
    invitation.sent_at, invitation.expires_at = timezone.now(), expiry()
    invitation.decided_at = invitation.renewal_asked_at = invitation.reminded_at = None
    _send(invitation)
    record(
        "invitation.resent",
        by=by,
        organization_id=invitation.organization_id,
        target=invitation,
        before={"state": before},
    )
    return invitation


@audited("organization.reminders_set")
def set_reminders(*, organization: Organization, reminds_invited: bool, by: Actor) -> Organization:
    """Say whether who has not answered an invitation of the organization is reminded, once for each sending.

    Nothing to be overtaken by: whoever presses says which of the two they want. Raises Refused for a personal account.
    """
    organization, by = lock(organization.pk, by, Permission.EDIT_SETTINGS)
    if organization.is_personal:
        raise Refused(_("Nobody can be invited into a personal account."), code="personal")
    before, organization.reminds_invited = organization.reminds_invited, reminds_invited
    if before == reminds_invited:
        return organization
    organization.save(update_fields=["reminds_invited"])
    record(
        "organization.reminders_set",
        by=by,
        organization_id=organization.pk,
        target=organization,
        before={"reminds_invited": before},
        after={"reminds_invited": reminds_invited},
    )
    return organization


def remind_invited() -> int:
    """Remind, by mail, who has not answered for three days: once for each sending. Returns how many."""
    before = timezone.now() - REMINDED_AFTER
    due = Invitation.objects.to_remind(before).order_by("sent_at")[:REMINDERS]
    return sum(_remind(invitation) for invitation in due)


def await_invited(user: User, email: str) -> None:
    """Let the open invitations to an address that the user has just proven await them, in the caller's transaction."""
    mine = user.memberships.values("organization")
    found = Invitation.objects.pending().filter(email=email.lower()).exclude(organization__in=mine)
    for invitation in found.select_related("organization", "invited_by").order_by("-id")[:AWAITED]:
        _await(invitation, [user])


@transaction.atomic
def _remind(due: Invitation) -> bool:
    invitation, by = lock_invitation(due, Actor.system())
    if not Invitation.objects.to_remind(timezone.now() - REMINDED_AFTER).filter(pk=invitation.pk).exists():
        return False
    # Whatever comes of it now: once for each sending.
    invitation.reminded_at = timezone.now()
    try:
        check_address_allowance(invitation.email)
    except Refused:
        wanted = False
    else:
        wanted = not is_suppressed(invitation.email, Suppression.Kind.INVITATIONS)
    if wanted:
        withdraw_mail(invitation)
        # What bounces or is withdrawn from now on is this one.
        invitation.mail = letters.send_reminder(invitation)
        record("invitation.reminded", by=by, organization_id=invitation.organization_id, target=invitation)
    invitation.save(update_fields=["reminded_at", "mail"])
    return wanted


def _send(invitation: Invitation) -> None:
    withdraw_mail(invitation)
    is_unwanted = is_suppressed(invitation.email, Suppression.Kind.INVITATIONS)
    invitation.mail = None if is_unwanted else letters.send_invitation(invitation)
    invitation.save()
    # Of a claimed address nobody is told (ATTACKS 1).
    verified = User.objects.filter(emailaddress__email=invitation.email, emailaddress__verified=True, is_active=True)
    if known := list(verified.exclude(memberships__organization=invitation.organization)):
        _await(invitation, known)
    else:
        # As many statements as for an address that somebody has: whoever invites learns nothing (ATTACKS 9).
        settle(NOTICE, invitation.pk)


def _await(invitation: Invitation, users: list[User]) -> None:
    await_answer(
        users,
        kind=NOTICE,
        target_id=invitation.pk,
        address=reverse("organizations:mine"),
        organization_id=invitation.organization_id,
        names={
            "person": invitation.invited_by.name if invitation.invited_by else "",
            "organization": invitation.organization.name,
        },
        expires_at=invitation.expires_at,
    )


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
        expire(overdue)
    others = organization.invitations.filter(state=State.PENDING, email=email)
    if others.exclude(pk__in=[besides.pk] if besides else []).exists():
        raise Refused(
            _("%s is invited already. You can send the invitation again from the list.") % email,
            code="already-invited",
            field="email",
        )
