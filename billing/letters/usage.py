"""Mails about what runs: that it costs more."""

from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from billing.actions.notifying import tell_payers
from billing.letters.naming import name_of
from billing.models import Account
from console.dates import timestamp
from console.money import price
from organizations.letters import News
from outbox.letters import Link, absolute
from projects.models import ServiceSize


def tell_of_price(account: Account, size: ServiceSize, before: Decimal, after: Decimal, since: datetime) -> None:
    """A size in which something runs here costs more since an hour."""
    organization = account.organization
    if organization is None:
        return

    def news(_user: User) -> News:
        names = {
            "service": f"{size.kind.name}, {size.name}",
            "organization": name_of(organization),
            "before": price(before),
            "after": price(after),
            "since": timestamp(since),
        }
        return News(
            subject=_("%(service)s costs more: %(after)s an hour") % names,
            text=_(
                "Services of %(organization)s run as %(service)s. Since %(since)s, an hour of each costs %(after)s"
                " instead of %(before)s, without VAT. What ran before was charged at the former price."
            )
            % names,
            link=Link(_("See usage"), absolute(reverse("billing:usage", args=[organization.slug]))),
            reason=_("You get this mail because you pay for %s.") % name_of(organization),
        )

    tell_payers(account, kind="service-price", letter=news)
