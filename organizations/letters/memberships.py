"""Mails about memberships."""

from django.urls import reverse
from django.utils.translation import gettext as _

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
            link=Link(_("Open organization"), absolute(reverse("organizations:overview", args=[organization.slug]))),
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
