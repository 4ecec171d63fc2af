"""Mails about the domain names of an organization."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from console.dates import timestamp
from organizations.letters import News, tell_news
from organizations.models import Domain
from outbox.letters import Link, absolute


def send_missing(person: User, domain: Domain) -> None:
    """To somebody who may edit the settings: the record is gone, and when the name is lost."""

    def news() -> News:
        text = _(
            "The TXT record %(record)s, which proves that %(domain)s is %(organization)s's, is gone. If it is not"
            " back by %(time)s, the domain is no longer proven: nobody joins by it any more, and no certificate is"
            " used for it. If you have removed it by mistake, set it again; its value is on the page of the domain."
        )
        return _news(domain, _("The record of %s is gone") % domain.name, text)

    tell_news(person, domain.organization, kind="domain-missing", news=news)


def send_lost(person: User, domain: Domain) -> None:
    """To somebody who may edit the settings: the name is no longer the organization's."""

    def news() -> News:
        text = _(
            "The TXT record %(record)s was missing for too long, so %(domain)s is no longer proven for"
            " %(organization)s. Nobody joins by it any more; whoever did stays. To prove it again, set the record."
        )
        return _news(domain, _("%s is no longer proven") % domain.name, text)

    tell_news(person, domain.organization, kind="domain-lost", news=news)


def send_given_up(person: User, domain: Domain) -> None:
    """To somebody who may edit the settings: nobody looks for the record any more."""

    def news() -> News:
        text = _(
            "For 30 days we have looked for the TXT record %(record)s, which would prove that %(domain)s is"
            " %(organization)s's. We look no more. Once you have set it, check it on the page of the domain."
        )
        return _news(domain, _("%s is not proven") % domain.name, text)

    tell_news(person, domain.organization, kind="domain-given-up", news=news)


def _news(domain: Domain, subject: str, text: str) -> News:
    organization = domain.organization
    names = {
        "organization": organization.display_name,
        "domain": domain.name,
        "record": domain.record_name,
        "time": timestamp(domain.lapses_at) if domain.lapses_at else "",
    }
    address = reverse("organizations:settings_domain", args=[organization.slug, domain.pk])
    return News(
        subject=subject,
        text=text % names,
        link=Link(_("See the domain"), absolute(address)),
        reason=_("You get this mail because you may edit the settings of %s.") % organization.display_name,
    )
