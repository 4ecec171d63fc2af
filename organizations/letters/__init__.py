"""The mails of organizations: what each says, and that it is queued."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.letters import tell
from accounts.models import User
from organizations.models import Organization
from outbox.letters import Letter, Link, absolute


@dataclass(frozen=True, kw_only=True)
class News:
    """One paragraph about an organization."""

    subject: str
    text: str
    link: Link
    reason: str


def tell_news(user: User, organization: Organization, *, kind: str, news: Callable[[], News]) -> None:
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


def members_link(organization: Organization) -> Link:
    """The button that leads to the members."""
    return Link(_("See members"), absolute(reverse("organizations:members", args=[organization.slug])))


def invitations_link(organization: Organization) -> Link:
    """The button that leads to the invitations."""
    return Link(_("See invitations"), absolute(reverse("organizations:invitations", args=[organization.slug])))
