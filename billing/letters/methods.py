"""Mails about cards that are kept."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from billing.actions.notifying import tell_payers
from billing.letters.naming import name_of
from billing.models import Account, PaymentMethod
from organizations.letters import News
from outbox.letters import Link, absolute


def tell_of_expiry(account: Account, method: PaymentMethod) -> None:
    """The card that the funds are topped up with expires soon."""
    organization = account.organization
    if organization is None:
        return

    def news(_reader: User) -> News:
        names = {
            "card": str(method),
            "organization": name_of(organization),
            "month": f"{method.expires_month:02}/{method.expires_year}",
        }
        return News(
            subject=_("%(card)s of %(organization)s expires in %(month)s") % names,
            text=_(
                "After %(month)s nothing can be paid with %(card)s any more. Keep another card, and remove this one."
            )
            % names,
            link=Link(_("See cards"), absolute(reverse("billing:methods", args=[organization.slug]))),
            reason=_("You get this mail because you pay for %s.") % name_of(organization),
        )

    tell_payers(account, kind="card-expiring", letter=news)
