"""Mails about API keys. None holds a secret, nor the key itself."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from console.dates import date
from organizations.letters import News, tell_news
from organizations.models import ApiKey, Organization
from outbox.letters import Link, absolute


def send_key_ending(key: ApiKey, user: User) -> None:
    """To whom a key belongs, some days before it expires."""
    organization = key.organization

    def news() -> News:
        names = {"key": key.name, "organization": organization.name, "day": date(key.expires_at)}
        return News(
            subject=_("The API key %(key)s expires on %(day)s") % names,
            text=_(
                "%(day)s is the last day of the API key %(key)s in %(organization)s. What uses it stops working then,"
                " unless you give it a later day, or make another key."
            )
            % names,
            link=_link(organization),
            reason=_reason(key),
        )

    tell_news(user, organization, kind="api-key-ending", news=news)


def send_key_ended(key: ApiKey, user: User) -> None:
    """To whom a key belongs: it has expired."""
    organization = key.organization

    def news() -> News:
        names = {"key": key.name, "organization": organization.name}
        return News(
            subject=_("The API key %(key)s has expired") % names,
            text=_("The API key %(key)s in %(organization)s has expired. What still uses it is refused.") % names,
            link=_link(organization),
            reason=_reason(key),
        )

    tell_news(user, organization, kind="api-key-ended", news=news)


def send_keys_left(organization: Organization, user: User, maker: str, number: int) -> None:
    """To who manages service keys: somebody who left has made some, and may know their secrets."""

    def news() -> News:
        names = {"name": maker, "organization": organization.name}
        subject = _("%(name)s has left %(organization)s, and service keys of theirs go on") % names
        return _keys_made(organization, subject, maker, number)

    tell_news(user, organization, kind="api-keys-left", news=news)


def send_keys_lost(organization: Organization, user: User, maker: str, number: int) -> None:
    """To who manages service keys: somebody who does so no more has made some, and may know their secrets."""

    def news() -> News:
        names = {"name": maker, "organization": organization.name}
        subject = _("%(name)s no longer manages the service keys of %(organization)s, and has made some") % names
        return _keys_made(organization, subject, maker, number)

    tell_news(user, organization, kind="api-keys-left", news=news)


def _keys_made(organization: Organization, subject: str, maker: str, number: int) -> News:
    return News(
        subject=subject,
        text=ngettext(
            "%(num)s service key that %(name)s has made goes on, since it is the organization's. They may still"
            " know its secret: rotate it.",
            "%(num)s service keys that %(name)s has made go on, since they are the organization's. They may still"
            " know their secrets: rotate them.",
            number,
        )
        % {"name": maker, "num": number},
        link=_link(organization),
        reason=_("You get this mail because you manage the service keys of %s.") % organization.name,
    )


def _link(organization: Organization) -> Link:
    return Link(_("See API keys"), absolute(reverse("organizations:api_keys", args=[organization.slug])))


def _reason(key: ApiKey) -> str:
    if key.is_service:
        return _("You get this mail because you manage the service keys of %s.") % key.organization.name
    return _("You get this mail because the key is yours.")
