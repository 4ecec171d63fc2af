"""Mails about memberships."""

from django.urls import reverse
from django.utils.translation import gettext as _

from console.dates import date
from organizations.letters import News, tell_news
from organizations.models import Membership
from outbox.letters import Link, absolute


def send_role_changed(membership: Membership) -> None:
    """To a member: another role."""
    organization = membership.organization

    def news() -> News:
        names = {"organization": organization.name, "role": membership.held_role.label}
        return News(
            subject=_("Your role in %(organization)s is now %(role)s") % names,
            text=_("Your role in %(organization)s was changed. You are now %(role)s.") % names,
            link=_overview(membership),
            reason=_("You get this mail because you are a member of %s.") % organization.name,
        )

    tell_news(membership.user, organization, kind="role-changed", news=news)


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

    tell_news(membership.user, organization, kind="removed", news=news)


def send_end_set(membership: Membership) -> None:
    """To a member: when the membership ends from now on, or that it no longer does."""
    organization = membership.organization

    def news() -> News:
        names = {"organization": organization.name, "day": date(membership.ends_at)}
        return News(
            subject=_("Your membership in %(organization)s ends on %(day)s") % names
            if membership.ends_at
            else _("Your membership in %(organization)s no longer ends by itself") % names,
            text=_("%(day)s is now your last day in %(organization)s. Your own account stays.") % names
            if membership.ends_at
            else _("The day on which your membership in %(organization)s was to end was taken away.") % names,
            link=_overview(membership),
            reason=_("You get this mail because you are a member of %s.") % organization.name,
        )

    tell_news(membership.user, organization, kind="membership-ending", news=news)


def send_end_near(membership: Membership) -> None:
    """To a member, some days before the membership ends."""
    organization = membership.organization

    def news() -> News:
        names = {"organization": organization.name, "day": date(membership.ends_at)}
        return News(
            subject=_("Your membership in %(organization)s ends on %(day)s") % names,
            text=_(
                "%(day)s is your last day in %(organization)s. If you need it for longer, ask somebody there who may"
                " change the roles of members."
            )
            % names,
            link=_overview(membership),
            reason=_("You get this mail because you are a member of %s.") % organization.name,
        )

    tell_news(membership.user, organization, kind="membership-ending", news=news)


def send_ended(membership: Membership) -> None:
    """To somebody whose membership has ended by itself."""
    organization = membership.organization

    def news() -> News:
        return News(
            subject=_("Your membership in %s has ended") % organization.name,
            text=_(
                "The time of your membership in %s is over. Its projects and services are closed to you; your account"
                " stays."
            )
            % organization.name,
            link=Link(_("See your organizations"), absolute(reverse("organizations:mine"))),
            reason=_("You get this mail because you were a member of %s.") % organization.name,
        )

    tell_news(membership.user, organization, kind="membership-ended", news=news)


def _overview(membership: Membership) -> Link:
    address = reverse("organizations:overview", args=[membership.organization.slug])
    return Link(_("Open organization"), absolute(address))
