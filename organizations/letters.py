"""The mails of organizations: what each says, and that it is queued."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.letters import tell, tell_address
from accounts.models import User
from console.dates import date
from organizations.models import Invitation, Membership, Organization
from outbox.letters import Letter, Link, absolute
from outbox.models import Mail


def invitation_url(invitation: Invitation, *, mailed: bool) -> str:
    """The address of the invitation's page; ``mailed`` only for the mail itself, because it proves the address."""
    return absolute(reverse("organizations:invitation", args=[invitation.token("mailed" if mailed else "copied")]))


def send_invitation(invitation: Invitation) -> Mail:
    """To the invited address: who invites, into what, as what."""
    return tell_address(
        invitation.email,
        lambda: _invitation(invitation),
        kind="invitation",
        organization_id=invitation.organization_id,
    )


def _invitation(invitation: Invitation) -> Letter:
    organization = invitation.organization
    inviter = invitation.invited_by.name if invitation.invited_by else organization.name
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
        action=Link(_("See invitation"), invitation_url(invitation, mailed=True)),
        expires=_("The link works until %s.") % date(invitation.expires_at),
        reason=_("You get this mail because %(inviter)s entered your address. If you do not know them, ignore it.")
        % {"inviter": inviter},
        organization_name=organization.name,
    )


@dataclass(frozen=True, kw_only=True)
class News:
    """One paragraph about an organization."""

    subject: str
    text: str
    link: Link
    reason: str


def _tell(user: User, organization: Organization, *, kind: str, news: Callable[[], News]) -> None:
    """Send news of an organization to one person; ``news`` is called in that person's language."""

    def compose() -> Letter:
        said = news()
        return Letter(
            subject=said.subject,
            greeting=_("Hello %s,") % user.get_short_name(),
            paragraphs=[said.text],
            action=said.link,
            reason=said.reason,
            organization_name=organization.name,
        )

    tell(user, compose, kind=kind, organization_id=organization.pk)


def _members_link(organization: Organization) -> Link:
    return Link(_("See members"), absolute(reverse("organizations:members", args=[organization.slug])))


def _invitations_link(organization: Organization) -> Link:
    return Link(_("See invitations"), absolute(reverse("organizations:invitations", args=[organization.slug])))


def send_accepted(invitation: Invitation, inviter: User, member: User) -> None:
    """To whoever invited: it was accepted."""
    organization = invitation.organization
    names = {"person": member.name, "organization": organization.name}

    def news() -> News:
        return News(
            subject=_("%(person)s joined %(organization)s") % names,
            text=_("%(person)s accepted your invitation and is now %(role)s in %(organization)s.")
            % {**names, "role": invitation.role_label},
            link=_members_link(organization),
            reason=_("You get this mail because you sent the invitation."),
        )

    _tell(inviter, organization, kind="invitation-accepted", news=news)


def send_declined(invitation: Invitation, inviter: User) -> None:
    """To whoever invited: it was declined."""
    organization = invitation.organization
    names = {"address": invitation.email, "organization": organization.name}

    def news() -> News:
        return News(
            subject=_("%(address)s declined your invitation") % names,
            text=_("%(address)s does not want to join %(organization)s.") % names,
            link=_invitations_link(organization),
            reason=_("You get this mail because you sent the invitation."),
        )

    _tell(inviter, organization, kind="invitation-declined", news=news)


def send_renewal_request(invitation: Invitation, recipient: User) -> None:
    """To whoever invited, or else to a founder: the link ran out and the invited asks for a new one."""
    organization = invitation.organization
    names = {"address": invitation.email, "organization": organization.name}

    def news() -> News:
        return News(
            subject=_("%(address)s asks for a new invitation") % names,
            text=_("The invitation of %(address)s to %(organization)s has expired. They ask for a new one.") % names,
            link=_invitations_link(organization),
            reason=_("You get this mail because you can invite members to %s.") % organization.name,
        )

    _tell(recipient, organization, kind="invitation-renewal", news=news)


def send_role_changed(membership: Membership) -> None:
    """To a member: another role."""
    organization = membership.organization

    def news() -> News:
        names = {"organization": organization.name, "role": membership.policy_role.label}
        return News(
            subject=_("Your role in %(organization)s is now %(role)s") % names,
            text=_("Your role in %(organization)s was changed. You are now %(role)s.") % names,
            link=Link(_("Open organization"), absolute(reverse("organizations:overview", args=[organization.slug]))),
            reason=_("You get this mail because you are a member of %s.") % organization.name,
        )

    _tell(membership.user, organization, kind="role-changed", news=news)


def send_removed(membership: Membership) -> None:
    """To somebody who was a member: no longer."""
    organization = membership.organization

    def news() -> News:
        return News(
            subject=_("You are no longer a member of %s") % organization.name,
            text=_("You were removed from %s. Its projects and services are closed to you; your account stays.")
            % organization.name,
            link=Link(_("See your organizations"), absolute(reverse("organizations:mine"))),
            reason=_("You get this mail because you were a member of %s.") % organization.name,
        )

    _tell(membership.user, organization, kind="removed", news=news)
