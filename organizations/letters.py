"""The mails of organizations: what each says, and that it is queued."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from console.dates import date
from organizations.models import Invitation, Membership, Organization
from outbox.letters import Letter, Link, absolute, send
from outbox.models import Mail


def invitation_url(invitation: Invitation, *, mailed: bool) -> str:
    """The address of the invitation's page; ``mailed`` only for the mail itself, because it proves the address."""
    return absolute(reverse("organizations:invitation", args=[invitation.token("mailed" if mailed else "copied")]))


def _joining(organization: Organization) -> str:
    return _("You get this mail because you are a member of %s.") % organization.name


def send_invitation(invitation: Invitation) -> Mail:
    """To the invited address: who invites, into what, as what."""
    organization = invitation.organization
    inviter = invitation.invited_by.name if invitation.invited_by else organization.name
    paragraphs = [
        _("%(inviter)s invites you to join %(organization)s as %(role)s.")
        % {"inviter": inviter, "organization": organization.name, "role": invitation.role_label}
    ]
    if invitation.note:
        paragraphs += [line for line in (_("“%s”") % invitation.note).splitlines() if line]
    letter = Letter(
        subject=_("%(inviter)s invites you to %(organization)s")
        % {"inviter": inviter, "organization": organization.name},
        paragraphs=paragraphs,
        action=Link(_("See invitation"), invitation_url(invitation, mailed=True)),
        expires=_("The link works until %s.") % date(invitation.expires_at),
        reason=_("You get this mail because %(inviter)s entered your address. If you do not know them, ignore it.")
        % {"inviter": inviter},
        organization_name=organization.name,
    )
    return send(letter, to=invitation.email, kind="invitation", organization_id=organization.pk)


def _tell(
    user: User, organization: Organization, *, kind: str, subject: str, text: str, link: Link, reason: str
) -> None:
    """One paragraph of news about an organization, to one person."""
    letter = Letter(
        subject=subject,
        greeting=_("Hello %s,") % user.get_short_name(),
        paragraphs=[text],
        action=link,
        reason=reason,
        organization_name=organization.name,
    )
    send(letter, to=user.email, kind=kind, organization_id=organization.pk)


def _members_link(organization: Organization) -> Link:
    return Link(_("See members"), absolute(reverse("organizations:members", args=[organization.slug])))


def send_accepted(invitation: Invitation, inviter: User, member: User) -> None:
    """To whoever invited: it was accepted."""
    organization = invitation.organization
    names = {"person": member.name, "organization": organization.name}
    _tell(
        inviter,
        organization,
        kind="invitation-accepted",
        subject=_("%(person)s joined %(organization)s") % names,
        text=_("%(person)s accepted your invitation and is now %(role)s in %(organization)s.")
        % {**names, "role": invitation.role_label},
        link=_members_link(organization),
        reason=_("You get this mail because you sent the invitation."),
    )


def send_declined(invitation: Invitation, inviter: User) -> None:
    """To whoever invited: it was declined."""
    organization = invitation.organization
    names = {"address": invitation.email, "organization": organization.name}
    _tell(
        inviter,
        organization,
        kind="invitation-declined",
        subject=_("%(address)s declined your invitation") % names,
        text=_("%(address)s does not want to join %(organization)s.") % names,
        link=Link(_("See invitations"), absolute(reverse("organizations:invitations", args=[organization.slug]))),
        reason=_("You get this mail because you sent the invitation."),
    )


def send_renewal_request(invitation: Invitation, recipient: User) -> None:
    """To whoever invited, or else to a founder: the link ran out and the invited asks for a new one."""
    organization = invitation.organization
    names = {"address": invitation.email, "organization": organization.name}
    _tell(
        recipient,
        organization,
        kind="invitation-renewal",
        subject=_("%(address)s asks for a new invitation") % names,
        text=_("The invitation of %(address)s to %(organization)s has expired. They ask for a new one.") % names,
        link=Link(_("See invitations"), absolute(reverse("organizations:invitations", args=[organization.slug]))),
        reason=_("You get this mail because you can invite members to %s.") % organization.name,
    )


def send_role_changed(membership: Membership) -> None:
    """To a member: another role."""
    organization = membership.organization
    names = {"organization": organization.name, "role": membership.policy_role.label}
    _tell(
        membership.user,
        organization,
        kind="role-changed",
        subject=_("Your role in %(organization)s is now %(role)s") % names,
        text=_("Your role in %(organization)s was changed. You are now %(role)s.") % names,
        link=Link(_("Open organization"), absolute(reverse("organizations:overview", args=[organization.slug]))),
        reason=_joining(organization),
    )


def send_removed(membership: Membership) -> None:
    """To somebody who was a member: no longer."""
    organization = membership.organization
    _tell(
        membership.user,
        organization,
        kind="removed",
        subject=_("You are no longer a member of %s") % organization.name,
        text=_("You were removed from %s. Its projects and services are closed to you; your account stays.")
        % organization.name,
        link=Link(_("See your organizations"), absolute(reverse("organizations:mine"))),
        reason=_("You get this mail because you were a member of %s.") % organization.name,
    )
