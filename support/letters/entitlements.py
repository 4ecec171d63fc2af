"""The mail that says which entitlements end soon, and which have."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.letters import tell
from accounts.models import User
from console.dates import date as day_in_words
from organizations.models import Organization
from outbox.letters import Letter, Link, absolute
from support.models import Entitlement


def send_ending(person: User, organization: Organization, entitlements: Sequence[Entitlement], day: date) -> None:
    """To somebody who sees customer data: all of them together, as they stand on a ``day``."""

    def compose() -> Letter:
        names = {"organization": organization.display_name, "number": len(entitlements)}
        if all(one.ends_on < day for one in entitlements):
            subject = ngettext(
                "An entitlement of %(organization)s has ended",
                "%(number)d entitlements of %(organization)s have ended",
                len(entitlements),
            )
        else:
            subject = ngettext(
                "An entitlement of %(organization)s ends soon",
                "%(number)d entitlements of %(organization)s end soon",
                len(entitlements),
            )
        return Letter(
            subject=subject % names,
            greeting=_("Hello %s,") % person.get_short_name(),
            paragraphs=[
                _("This is the support that %(organization)s has bought, and that has to be renewed:") % names,
                *[_line(one, day) for one in entitlements],
                _("Without it, you can still open tickets; what we promise for them is less."),
            ],
            action=Link(_("See entitlements"), absolute(reverse("support:entitlements", args=[organization.slug]))),
            reason=_("You get this mail because the personal account is yours.")
            if organization.is_personal
            else _("You get this mail because you see the entitlements of %s.") % organization.name,
            organization_name=organization.name,
        )

    tell(person, compose, kind="entitlements-ending", organization_id=organization.pk)


def _line(entitlement: Entitlement, day: date) -> str:
    names = {
        "name": " ".join(filter(None, (entitlement.name, entitlement.tier))),
        "number": entitlement.number,
        "day": day_in_words(entitlement.ends_on),
    }
    if entitlement.ends_on < day:
        return _("%(name)s (%(number)s) ended on %(day)s.") % names
    return _("%(name)s (%(number)s) ends on %(day)s.") % names
