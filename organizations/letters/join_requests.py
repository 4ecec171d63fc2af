"""Mails about requests to join."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from organizations.letters import News, tell_news
from organizations.models import JoinRequest, Membership, Organization
from outbox.letters import Link, absolute

# So many names stand in a digest.
NAMED = 10


def send_request(request: JoinRequest, decider: User) -> None:
    """To somebody who decides: who asks."""
    organization = request.organization
    names = {"person": request.user.name, "organization": organization.name}

    def news() -> News:
        return News(
            subject=_("%(person)s asks to join %(organization)s") % names,
            text=_("%(person)s asks to become a member of %(organization)s. You can approve or decline the request.")
            % names,
            link=Link(_("See request"), _requests_url(organization)),
            reason=_reason(organization),
        )

    tell_news(decider, organization, kind="join-request", news=news)


def send_digest(organization: Organization, requests: Sequence[JoinRequest], decider: User) -> None:
    """To somebody who decides: who else has asked in the last hour."""

    def news() -> News:
        count = len(requests)
        names = ", ".join(request.user.name for request in requests[:NAMED])
        if count > NAMED:
            names = f"{names} …"
        facts = {"num": count, "organization": organization.name, "names": names}
        return News(
            subject=ngettext(
                "%(num)d more request to join %(organization)s", "%(num)d more requests to join %(organization)s", count
            )
            % facts,
            text=ngettext(
                "%(num)d more person asks to become a member of %(organization)s: %(names)s",
                "%(num)d more people ask to become members of %(organization)s: %(names)s",
                count,
            )
            % facts,
            link=Link(_("See requests"), _requests_url(organization)),
            reason=_reason(organization),
        )

    tell_news(decider, organization, kind="join-request-digest", news=news)


def send_approved(request: JoinRequest) -> None:
    """To who asked: they are in."""
    organization = request.organization

    def news() -> News:
        return News(
            subject=_("You are now a member of %s") % organization.name,
            text=_("Your request to join %s was approved.") % organization.name,
            link=_overview_link(organization),
            reason=_("You get this mail because you asked to join."),
        )

    tell_news(request.user, organization, kind="join-approved", news=news)


def send_declined(request: JoinRequest) -> None:
    """To who asked: no, and why."""
    organization = request.organization

    def news() -> News:
        text = _("Your request to join %s was declined.") % organization.name
        return News(
            subject=_("Your request to join %s was declined") % organization.name,
            text=_("%(text)s The reason: “%(reason)s”") % {"text": text, "reason": request.reason}
            if request.reason
            else text,
            link=Link(_("See organizations"), absolute(reverse("organizations:mine"))),
            reason=_("You get this mail because you asked to join."),
        )

    tell_news(request.user, organization, kind="join-declined", news=news)


def send_joined(membership: Membership, domain: str) -> None:
    """To who became a member by the domain of an address of theirs."""
    organization = membership.organization

    def news() -> News:
        facts = {"organization": organization.name, "domain": domain, "role": membership.role_label}
        return News(
            subject=_("You are now a member of %s") % organization.name,
            text=_(
                "%(organization)s takes in everybody with an address at %(domain)s, which you have verified. "
                "You are %(role)s there."
            )
            % facts,
            link=_overview_link(organization),
            reason=_("You get this mail because you verified an address at %s.") % domain,
        )

    tell_news(membership.user, organization, kind="joined-by-domain", news=news)


def _requests_url(organization: Organization) -> str:
    return absolute(reverse("organizations:join_requests", args=[organization.slug]))


def _overview_link(organization: Organization) -> Link:
    return Link(_("Open organization"), absolute(reverse("organizations:overview", args=[organization.slug])))


def _reason(organization: Organization) -> str:
    return _("You get this mail because you decide who may join %s.") % organization.name
