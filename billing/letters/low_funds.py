"""The mail that says that funds are low."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from billing.actions.notifying import Notice, tell_payers
from billing.letters.naming import name_of
from billing.models import Account
from console.money import money
from organizations.letters import News
from outbox.letters import Link, absolute


def tell_low(account: Account) -> None:
    """The funds are below what somebody chose to be told of."""
    organization = account.organization
    if organization is None:
        return

    def news(_user: User) -> News:
        names = {
            "organization": name_of(organization),
            "funds": money(account.funds),
            "below": money(account.money(account.low_below or 0)),
        }
        said = _(
            "There are %(funds)s left in the funds of %(organization)s. You wanted to be told below %(below)s. What the"
            " funds do not cover becomes past due."
        )
        if account.refill_below is not None:
            said = _(
                "There are %(funds)s left in the funds of %(organization)s. You wanted to be told below %(below)s. They"
                " are topped up by themselves as you have set it."
            )
        return News(
            subject=_("The funds of %(organization)s are low: %(funds)s") % names,
            text=said % names,
            link=Link(_("Make a payment"), absolute(reverse("billing:payment_new", args=[organization.slug]))),
            reason=_("You get this mail because the personal account is yours.")
            if organization.is_personal
            else _("You get this mail because you may pay for %s.") % organization.name,
        )

    tell_payers(account, kind="low-funds", letter=news, notice=Notice.LOW_FUNDS)
