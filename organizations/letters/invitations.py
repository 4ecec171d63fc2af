"""Mails about invitations."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.letters import tell_address
from accounts.models import User
from console.dates import date
from organizations.letters import News, invitations_link, members_link, tell_news
from organizations.models import Invitation
from organizations.models.invitation import LinkKind
from outbox.letters import Letter, Link, absolute
from outbox.models import Mail
from outbox.suppression import choice_address

# What the outbox calls these mails: the allowance counts them.
INVITATION = "invitation"
REMINDER = "invitation-reminder"


def invitation_url(invitation: Invitation, kind: LinkKind) -> str:
    """The address of the invitation's page; ``mailed`` only for the mail itself, because it proves the address."""
    return absolute(reverse("organizations:invitation", args=[invitation.token(kind)]))


def send_invitation(invitation: Invitation) -> Mail:
    """To the invited address: who invites, into what, as what."""
    return tell_address(
        invitation.email,
        lambda: _invitation(invitation),
        kind=INVITATION,
        organization_id=invitation.organization_id,
    )


def send_reminder(invitation: Invitation) -> Mail:
    """To the invited address, which has not answered: the same link, once more."""
    return tell_address(
        invitation.email,
        lambda: _reminder(invitation),
        kind=REMINDER,
        organization_id=invitation.organization_id,
    )


def _reminder(invitation: Invitation) -> Letter:
    organization = invitation.organization
    names = {"inviter": _inviter_name(invitation), "organization": organization.name}
    return Letter(
        subject=_("Reminder: %(inviter)s invites you to %(organization)s") % names,
        paragraphs=[
            _("%(inviter)s invited you to join %(organization)s as %(role)s. You have not answered yet.")
            % {**names, "role": invitation.role_label},
            _("There is only this one reminder. If you do not want to join, decline on the invitation's page."),
        ],
        action=Link(_("See invitation"), invitation_url(invitation, "mailed")),
        expires=_("The link works until %s.") % date(invitation.expires_at),
        reason=_("You get this mail because %(inviter)s entered your address. If you do not know them, ignore it.")
        % names,
        organization_name=organization.name,
        stop=_stop(invitation),
    )


def _stop(invitation: Invitation) -> Link:
    return Link(_("Never mail me an invitation again"), absolute(choice_address(invitation.email)))


def _inviter_name(invitation: Invitation) -> str:
    return invitation.invited_by.name if invitation.invited_by else invitation.organization.name


def _invitation(invitation: Invitation) -> Letter:
    organization = invitation.organization
    inviter = _inviter_name(invitation)
    paragraphs = [
        _("%(inviter)s invites you to join %(organization)s as %(role)s.")
        % {"inviter": inviter, "organization": organization.name, "role": invitation.role_label}
    ]
    if invitation.note:
        paragraphs += [line for line in (_("“%s”") % invitation.note).splitlines() if line]
    return Letter(
        subject=_("%(inviter)s invites you to %(organization)s")
        % {"inviter": inviter, "organization": organization.name},
        paragraphs=paragraphs,
        action=Link(_("See invitation"), invitation_url(invitation, "mailed")),
        expires=_("The link works until %s.") % date(invitation.expires_at),
        reason=_("You get this mail because %(inviter)s entered your address. If you do not know them, ignore it.")
        % {"inviter": inviter},
        organization_name=organization.name,
        stop=_stop(invitation),
    )


def send_accepted(invitation: Invitation, inviter: User, member: User) -> None:
    """To whoever invited: it was accepted."""
    organization = invitation.organization
    names = {"person": member.name, "organization": organization.name}

    def news() -> News:
        return News(
            subject=_("%(person)s joined %(organization)s") % names,
            text=_("%(person)s accepted your invitation and is now %(role)s in %(organization)s.")
            % {**names, "role": invitation.role_label},
            link=members_link(organization),
            reason=_("You get this mail because you sent the invitation."),
        )

    tell_news(inviter, organization, kind="invitation-accepted", news=news)


def send_declined(invitation: Invitation, inviter: User) -> None:
    """To whoever invited: it was declined."""
    organization = invitation.organization
    names = {"address": invitation.email, "organization": organization.name}

    def news() -> News:
        return News(
            subject=_("%(address)s declined your invitation") % names,
            text=_("%(address)s does not want to join %(organization)s.") % names,
            link=invitations_link(organization),
            reason=_("You get this mail because you sent the invitation."),
        )

    tell_news(inviter, organization, kind="invitation-declined", news=news)


def send_renewal_request(invitation: Invitation, recipient: User) -> None:
    """To whoever invited, or else to a founder: the link ran out and the invited asks for a new one."""
    organization = invitation.organization
    names = {"address": invitation.email, "organization": organization.name}

    def news() -> News:
        return News(
            subject=_("%(address)s asks for a new invitation") % names,
            text=_("The invitation of %(address)s to %(organization)s has expired. They ask for a new one.") % names,
            link=invitations_link(organization),
            reason=_("You get this mail because you can invite members to %s.") % organization.name,
        )

    tell_news(recipient, organization, kind="invitation-renewal", news=news)
