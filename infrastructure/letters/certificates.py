"""Mails about certificates that end."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.letters import tell
from accounts.models import User
from console.dates import date
from console.text import one_line
from infrastructure.models import Certificate
from organizations.models import Organization
from outbox.letters import Letter, Link, absolute

# Certificates that one mail names.
NAMED = 20


def send_ending(person: User, organization: Organization, certificates: Sequence[Certificate]) -> None:
    """To somebody who manages certificates: which end soon or have ended, the nearest first."""

    def compose() -> Letter:
        more = len(certificates) - NAMED
        return Letter(
            subject=_subject(organization, certificates),
            greeting=_("Hello %s,") % person.get_short_name(),
            paragraphs=[
                _("Renew in time: browsers warn visitors of your domains as soon as a certificate has ended."),
                *(_line(certificate) for certificate in certificates[:NAMED]),
                *([ngettext("And %d more.", "And %d more.", more) % more] if more > 0 else []),
            ],
            action=_link(organization, certificates),
            reason=_("You get this mail because you manage the certificates of %s.") % organization.display_name,
            organization_name=organization.name,
        )

    tell(person, compose, kind="certificate-ending", organization_id=organization.pk)


def _subject(organization: Organization, certificates: Sequence[Certificate]) -> str:
    first = certificates[0]
    names = {"name": first.name, "organization": organization.display_name, "date": date(first.not_after)}
    if len(certificates) > 1:
        names["count"] = str(len(certificates))
        return _("%(count)s certificates of %(organization)s need you") % names
    if first.not_after <= timezone.now():
        return _("The certificate %(name)s of %(organization)s has ended") % names
    return _("The certificate %(name)s of %(organization)s ends on %(date)s") % names


def _line(certificate: Certificate) -> str:
    names = {
        "name": certificate.name,
        "for": one_line(", ".join(certificate.names), 80),
        "date": date(certificate.not_after),
    }
    if certificate.not_after <= timezone.now():
        return _("%(name)s (%(for)s) ended on %(date)s.") % names
    days = certificate.days_left
    if not days:
        return _("%(name)s (%(for)s) ends on %(date)s, in less than a day.") % names
    sentence = ngettext(
        "%(name)s (%(for)s) ends on %(date)s, in %(days)s day.",
        "%(name)s (%(for)s) ends on %(date)s, in %(days)s days.",
        days,
    )
    return sentence % {**names, "days": days}


def _link(organization: Organization, certificates: Sequence[Certificate]) -> Link:
    if len(certificates) == 1:
        page = reverse("infrastructure:certificate", args=[organization.slug, certificates[0].pk])
        return Link(_("See the certificate"), absolute(page))
    return Link(_("See the certificates"), absolute(reverse("infrastructure:certificates", args=[organization.slug])))
