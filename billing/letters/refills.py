"""Mails about automatic payments that have failed."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from billing.actions.notifying import Notice, tell_payers
from billing.letters.naming import name_of
from billing.models import Payment
from console.money import money
from organizations.letters import News
from outbox.letters import Link, absolute


def tell_of_failure(payment: Payment, *, is_over: bool) -> None:
    """The funds could not be topped up; ``is_over``: it is not tried again by itself."""
    account, organization = payment.account, payment.account.organization
    if organization is None:
        return

    def news(_reader: User) -> News:
        names = {
            "amount": money(payment.money),
            "card": payment.method_name,
            "organization": name_of(organization),
            "problem": payment.why or _("The payment was not accepted."),
        }
        what_next = _("It is tried again after a day, when the funds are low.")
        if is_over:
            what_next = _("It is not tried again: automatic payments are switched off, until you switch them on.")
        return News(
            subject=_("The funds of %(organization)s could not be topped up") % names,
            text=_("%(amount)s could not be taken from %(card)s. %(problem)s") % names
            + " "
            + what_next
            + " "
            + _("Make a payment, or keep another card."),
            link=Link(_("Make a payment"), absolute(reverse("billing:payment_new", args=[organization.slug]))),
            reason=_("You get this mail because you pay for %s.") % name_of(organization),
        )

    tell_payers(
        account,
        kind="refill-failed",
        letter=news,
        notice=Notice.PAYMENT_FAILED,
        address=reverse("billing:payment", args=[organization.slug, payment.pk]),
    )
