"""Mails about payments: to who paid; where that was nobody, to whoever may pay.

None holds more of a card than people know it by.
"""

from collections.abc import Callable
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from billing.actions.notifying import tell_payers
from billing.letters.naming import name_of
from billing.models import Account, Dispute, Payment, Refund
from console.money import money
from organizations.letters import News, tell_news
from outbox.letters import Link, absolute


def send_receipt(payment: Payment) -> None:
    """A payment came in."""

    def news(_reader: User) -> News:
        names = _names(payment)
        text = _("Thank you: %(amount)s was paid for %(organization)s.") % names
        if payment.method_name:
            text = _("Thank you: %(amount)s was paid for %(organization)s with %(card)s.") % names
        return News(
            subject=_("Receipt: %(amount)s for %(organization)s") % names,
            text=text
            + " "
            + _("It is in the funds now; what is spent of it is on the invoices. Number of the payment: %(id)s")
            % names,
            link=_link(payment, _("See receipt")),
            reason=_reason(payment),
        )

    _tell(payment, "payment-receipt", news)


def tell_of_failure(payment: Payment) -> None:
    """A payment that took its time has come to nothing in the end."""

    def news(_reader: User) -> News:
        names = _names(payment)
        return News(
            subject=_("A payment of %(amount)s for %(organization)s has failed") % names,
            text=_("%(problem)s Nothing was taken. Pay again, perhaps with another card.")
            % {"problem": payment.why or _("The payment was not accepted.")},
            link=_link(payment, _("See payment")),
            reason=_reason(payment),
        )

    _tell(payment, "payment-failed", news)


def tell_of_question(payment: Payment) -> None:
    """The bank asks the holder of the card about an automatic payment."""

    def news(_reader: User) -> News:
        names = _names(payment)
        return News(
            subject=_("Your bank asks you to confirm %(amount)s for %(organization)s") % names,
            text=_(
                "The funds of %(organization)s were to be topped up by %(amount)s with %(card)s. The bank wants to hear"
                " from the card's holder first: go on with the payment within a day, or make another one."
            )
            % names,
            link=_link(payment, _("Go on with the payment")),
            reason=_reason(payment),
        )

    tell_payers(payment.account, kind="payment-question", letter=news)


def tell_of_refund(refund: Refund) -> None:
    """Money has gone back."""
    payment = refund.payment

    def news(_reader: User) -> News:
        names = _names(payment) | {"back": money(payment.account.money(refund.amount))}
        return News(
            subject=_("%(back)s of a payment for %(organization)s go back to you") % names,
            text=_("We have given %(back)s of the payment of %(amount)s back. A bank takes some days to show that.")
            % names,
            link=_link(payment, _("See payment")),
            reason=_reason(payment),
        )

    _tell(payment, "payment-refund", news)


def tell_of_dispute(dispute: Dispute, payment: Payment) -> None:
    """Somebody has asked their bank for a payment, or that was decided."""

    def news(_reader: User) -> News:
        names = _names(payment) | {"back": money(payment.account.money(dispute.amount))}
        if dispute.state == Dispute.State.WON:
            subject = _("A disputed payment for %(organization)s counts again") % names
            text = _("The bank has decided about the payment of %(amount)s: the money is in the funds again.") % names
        elif dispute.state == Dispute.State.LOST:
            subject = _("A disputed payment for %(organization)s went back") % names
            text = _("The bank has decided about the payment of %(amount)s: %(back)s went back to the card.") % names
        else:
            subject = _("A payment for %(organization)s is disputed") % names
            text = (
                _(
                    "The holder of the card has asked their bank for %(back)s of the payment of %(amount)s. Until that"
                    " is decided, they are out of the funds. If that was a mistake, tell the bank."
                )
                % names
            )
        reason = _reason_of_payers(payment.account)
        return News(subject=subject, text=text, link=_link(payment, _("See payment")), reason=reason)

    tell_payers(payment.account, kind="payment-disputed", letter=news)


def _tell(payment: Payment, kind: str, news: Callable[[User], News]) -> None:
    """Tell who paid, if they are still there; else whoever may pay."""
    organization, person = payment.account.organization, payment.asked_by
    if organization is None:
        return
    if isinstance(person, User) and not payment.is_refill and person.is_active:
        tell_news(person, organization, kind=kind, news=partial(news, person))
    else:
        tell_payers(payment.account, kind=kind, letter=news)


def _names(payment: Payment) -> dict[str, str]:
    organization = payment.account.organization
    return {
        "amount": money(payment.money),
        "organization": name_of(organization),
        "card": payment.method_name,
        "id": str(payment.pk),
    }


def _link(payment: Payment, label: str) -> Link:
    organization = payment.account.organization
    path = reverse("billing:payment", args=[organization.slug, payment.pk]) if organization else "/"
    return Link(label, absolute(path))


def _reason(payment: Payment) -> str:
    if payment.asked_by_id and not payment.is_refill:
        return _("You get this mail because you made the payment.")
    return _reason_of_payers(payment.account)


def _reason_of_payers(account: Account) -> str:
    return _("You get this mail because you pay for %s.") % name_of(account.organization)
