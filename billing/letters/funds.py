"""Mails about credit: that it was given, and that some of it ends soon."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from billing.letters.naming import name_of
from billing.models import Account, Entry, Promotion
from console.dates import date
from console.money import money
from organizations.letters import News
from outbox.letters import Link, absolute


def credit_given(entry: Entry, user: User) -> News:
    """Our staff have given credit that does not end."""
    account = entry.account
    names = _names(account) | {"amount": money(entry.money), "note": entry.note, "funds": money(entry.funds)}
    return News(
        subject=_("Credit of %(amount)s for %(organization)s") % names,
        text=_("We have added %(amount)s to the funds of %(organization)s (%(note)s). There are %(funds)s now.")
        % names,
        link=_link(account),
        reason=_reason(account),
    )


def promotion_given(promotion: Promotion, user: User) -> News:
    """Our staff have given credit that ends."""
    account = promotion.account
    names = _names(account) | {
        "amount": money(promotion.money),
        "note": promotion.note,
        "day": date(promotion.ends_at),
    }
    return News(
        subject=_("Credit of %(amount)s for %(organization)s") % names,
        text=_(
            "We have added %(amount)s of promotional credit to the funds of %(organization)s (%(note)s). It is spent"
            " before everything else. What is left of it on %(day)s is gone."
        )
        % names,
        link=_link(account),
        reason=_reason(account),
    )


def promotion_ending(promotion: Promotion, user: User) -> News:
    """What is left of a credit is soon gone."""
    account = promotion.account
    names = _names(account) | {"left": money(promotion.money_left), "day": date(promotion.ends_at)}
    return News(
        subject=_("Credit of %(organization)s ends on %(day)s") % names,
        text=_(
            "%(left)s of promotional credit of %(organization)s are not spent yet. They are gone on %(day)s; nothing"
            " else in the funds ends."
        )
        % names,
        link=_link(account),
        reason=_reason(account),
    )


def _names(account: Account) -> dict[str, str]:
    return {"organization": name_of(account.organization)}


def _link(account: Account) -> Link:
    slug = account.organization.slug if account.organization else ""
    return Link(_("See the funds"), absolute(reverse("billing:funds", args=[slug])))


def _reason(account: Account) -> str:
    organization = account.organization
    if organization is None or organization.is_personal:
        return _("You get this mail because the personal account is yours.")
    return _("You get this mail because you may pay for %s.") % organization.name
