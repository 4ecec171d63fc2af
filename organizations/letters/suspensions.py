"""Mails about what staff suspend and bring back, to those who answer for it. None can be switched off.

What a payment ends is told of by billing, day by day, before it comes to a suspension.
"""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from organizations.letters import News, tell_news
from organizations.models import Organization
from outbox.letters import Link, absolute


def tell_suspended(organization: Organization) -> None:
    """Staff have suspended it: what stops, and who lifts it."""

    def news() -> News:
        personal = organization.is_personal
        return News(
            subject=_("Your personal account is suspended")
            if personal
            else _("%(organization)s is suspended") % {"organization": organization.name},
            text=organization.why_suspended,
            link=_link(organization),
            reason=_reason(organization),
        )

    _tell(organization, "organization-suspended", news)


def tell_lifted(organization: Organization) -> None:
    """Staff have lifted a suspension: it works again, or what else it is suspended for."""

    def news() -> News:
        return _still_suspended(organization) if organization.suspended_for else _works_again(organization)

    _tell(organization, "organization-reactivated", news)


def _works_again(organization: Organization) -> News:
    if organization.is_personal:
        subject = _("Your personal account is active again")
        text = _("Your personal account is no longer suspended. Everything works as before.")
    else:
        names = {"organization": organization.name}
        subject = _("%(organization)s is active again") % names
        text = _("%(organization)s is no longer suspended. Everything works as before.") % names
    return News(subject=subject, text=text, link=_link(organization), reason=_reason(organization))


def _still_suspended(organization: Organization) -> News:
    names = {"organization": organization.name, "why": organization.why_suspended}
    if organization.is_personal:
        subject = _("Your personal account waits for a payment")
        text = _("Our staff no longer suspend your personal account. %(why)s") % names
    else:
        subject = _("%(organization)s waits for a payment") % names
        text = _("Our staff no longer suspend %(organization)s. %(why)s") % names
    return News(subject=subject, text=text, link=_link(organization), reason=_reason(organization))


def _tell(organization: Organization, kind: str, news: Callable[[], News]) -> None:
    for founder in organization.memberships.founders().select_related("user"):
        tell_news(founder.user, organization, kind=kind, news=news)


def _link(organization: Organization) -> Link:
    if organization.is_personal:
        label = _("See your personal account")
    else:
        label = _("See %(organization)s") % {"organization": organization.name}
    return Link(label, absolute(reverse("organizations:overview", args=[organization.slug])))


def _reason(organization: Organization) -> str:
    if organization.is_personal:
        return _("You get this mail because the personal account is yours.")
    return _("You get this mail because you answer for %s.") % organization.name
