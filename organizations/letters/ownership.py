"""Mails about who runs an organization, and about its end. None can be switched off."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from console.dates import date, timestamp
from organizations import policies
from organizations.letters import News, members_link, tell_news
from organizations.models import Appointment, Closing, Membership, Organization, OrganizationExport, Transfer
from organizations.policies import Role
from outbox.letters import Link, absolute


def send_offered(transfer: Transfer, giver: User, receiver: User) -> None:
    """To who is to take it over: what is offered, and until when."""
    organization, founder = transfer.organization, policies.current().founder

    def news() -> News:
        names = {"person": giver.name, "organization": organization.name, "role": founder.label}
        return News(
            subject=_("%(person)s offers you the ownership of %(organization)s") % names,
            text=_(
                "%(person)s wants you to become %(role)s of %(organization)s in their place. "
                "Nothing changes until you accept. The offer ends on %(date)s."
            )
            % {**names, "date": date(transfer.expires_at)},
            link=Link(_("See offer"), absolute(reverse("organizations:transfer", args=[transfer.pk]))),
            reason=_member_of(organization),
        )

    tell_news(receiver, organization, kind="transfer-offered", news=news)


def send_accepted(transfer: Transfer, giver: User, receiver: User, left_with: Role) -> None:
    """To both: who is what now."""

    def news() -> News:
        names = {
            "giver": giver.name,
            "receiver": receiver.name,
            "organization": transfer.organization.name,
            "founder": policies.current().founder.label,
            "role": left_with.label,
        }
        return News(
            subject=_("%(receiver)s has taken over %(organization)s") % names,
            text=_("%(receiver)s is now %(founder)s of %(organization)s, and %(giver)s is %(role)s.") % names,
            link=members_link(transfer.organization),
            reason=_member_of(transfer.organization),
        )

    _tell_both(transfer, giver, receiver, "transfer-accepted", news)


def send_declined(transfer: Transfer, giver: User, receiver: User) -> None:
    """To whoever offered it: everything stays as it is."""

    def news() -> News:
        names = {"person": receiver.name, "organization": transfer.organization.name}
        return News(
            subject=_("%(person)s does not take over %(organization)s") % names,
            text=_("%(person)s has declined the ownership of %(organization)s. Everything stays as it is.") % names,
            link=members_link(transfer.organization),
            reason=_member_of(transfer.organization),
        )

    tell_news(giver, transfer.organization, kind="transfer-declined", news=news)


def send_withdrawn(transfer: Transfer, giver: User, receiver: User) -> None:
    """To both: the offer no longer stands."""

    def news() -> News:
        names = {"giver": giver.name, "receiver": receiver.name, "organization": transfer.organization.name}
        return News(
            subject=_("The transfer of %(organization)s was withdrawn") % names,
            text=_("The offer of %(giver)s to %(receiver)s to take over %(organization)s no longer stands.") % names,
            link=_mine(),
            reason=_("You get this mail because the offer was made by you, or to you."),
        )

    _tell_both(transfer, giver, receiver, "transfer-withdrawn", news)


def send_expired(transfer: Transfer, giver: User, receiver: User) -> None:
    """To both: nobody has answered in time."""

    def news() -> News:
        names = {"receiver": receiver.name, "organization": transfer.organization.name}
        return News(
            subject=_("The transfer of %(organization)s has expired") % names,
            text=_(
                "%(receiver)s has not accepted the ownership of %(organization)s in time. Everything stays as it is."
            )
            % names,
            link=_mine(),
            reason=_member_of(transfer.organization),
        )

    _tell_both(transfer, giver, receiver, "transfer-expired", news)


def send_appointment(appointment: Appointment, user: User) -> None:
    """To who could object, and whom it is about: what staff are about to do, or have done."""
    organization = appointment.organization

    def news() -> News:
        names = {
            "person": appointment.user.name,
            "organization": organization.name,
            "role": policies.current().founder.label,
        }
        if appointment.state == Appointment.State.PROPOSED:
            subject = _("Our staff want to make %(person)s %(role)s of %(organization)s") % names
            text = _(
                "Nobody seems to be left who runs %(organization)s. "
                "Our staff want to give %(person)s the role %(role)s. "
                "If that is wrong, write to us at once."
            )
        else:
            subject = _("%(person)s is now %(role)s of %(organization)s") % names
            text = _(
                "Two of our staff have given %(person)s the role %(role)s in %(organization)s. "
                "If that is wrong, write to us at once."
            )
        return News(
            subject=subject, text=text % names, link=members_link(organization), reason=_member_of(organization)
        )

    tell_news(user, organization, kind=f"appointment-{appointment.state}", news=news)


def send_closed(closing: Closing, membership: Membership) -> None:
    """To a member: it is closed; to who has the founder's role also how to undo it."""
    organization = closing.organization

    def news() -> News:
        names = {
            "organization": organization.name,
            "person": closing.closed_by.name if closing.closed_by else organization.name,
            "role": policies.current().founder.label,
            "date": date(closing.undo_until),
        }
        if membership.is_founder:
            text = _("%(person)s has closed %(organization)s. Until %(date)s you can open it again; then it is final.")
        else:
            text = _(
                "%(person)s has closed %(organization)s. Nobody can work there any more; your own account stays. "
                "Until %(date)s somebody with the role %(role)s can open it again."
            )
        return News(
            subject=_("%(organization)s was closed") % names,
            text=text % names,
            link=_mine(),
            reason=_("You get this mail because you were a member of %s.") % organization.name,
        )

    tell_news(membership.user, organization, kind="organization-closed", news=news)


def send_reopened(closing: Closing, membership: Membership) -> None:
    """To a member who was told that it is closed: it is open again."""
    organization = closing.organization

    def news() -> News:
        return News(
            subject=_("%s is open again") % organization.name,
            text=_("%s was closed, and is open again. You can go on where you stopped.") % organization.name,
            link=Link(_("Open organization"), absolute(reverse("organizations:overview", args=[organization.slug]))),
            reason=_member_of(organization),
        )

    tell_news(membership.user, organization, kind="organization-reopened", news=news)


def send_export_ready(export: OrganizationExport, user: User) -> None:
    """To whoever asked for it: the file is there. The link leads to the page, which asks who one is."""
    organization = export.organization

    def news() -> News:
        names = {"organization": organization.display_name, "time": timestamp(export.expires_at)}
        return News(
            subject=_("The export of %(organization)s is ready") % names,
            text=_("All that %(organization)s owns is collected in one file. It can be downloaded until %(time)s.")
            % names,
            link=Link(
                _("Download export"), absolute(reverse("organizations:settings_export", args=[organization.slug]))
            ),
            reason=_("You get this mail because you asked for the file."),
        )

    tell_news(user, organization, kind="organization-export-ready", news=news)


def _tell_both(transfer: Transfer, giver: User, receiver: User, kind: str, news: Callable[[], News]) -> None:
    for user in (giver, receiver):
        tell_news(user, transfer.organization, kind=kind, news=news)


def _mine() -> Link:
    return Link(_("See your organizations"), absolute(reverse("organizations:mine")))


def _member_of(organization: Organization) -> str:
    return _("You get this mail because you are a member of %s.") % organization.name
