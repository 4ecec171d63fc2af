"""Mails about plans, and about what is due for them. They always come: each says what happens, or what has."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from billing.actions.notifying import Notice, tell_payers
from billing.letters.naming import name_at_start, name_of
from billing.models import Account, Interval, Plan, Subscription
from console.dates import date
from console.money import money
from organizations.letters import News
from outbox.letters import Link, absolute


def tell_trial_ends(account: Account, subscription: Subscription, total: int, *, is_covered: bool) -> None:
    """A trial is over in some days: what it costs then, or that it ends."""

    def news(_user: User) -> News:
        names = {
            "plan": subscription.plan.name,
            "organization": _name(account),
            "day": date(subscription.period_end),
            "amount": money(account.money(total)),
        }
        if subscription.ends:
            said = _("Your trial of %(plan)s ends on %(day)s. Nothing will be charged.")
        elif is_covered:
            said = _(
                "Your trial of %(plan)s ends on %(day)s. It goes on then, and %(amount)s will be taken from the funds."
                " If you do not want that, cancel it before."
            )
        else:
            said = _(
                "Your trial of %(plan)s ends on %(day)s. It then costs %(amount)s, which the funds do not cover. Make a"
                " payment before, and it goes on; else it ends, and nothing is charged."
            )
        subject = _("The trial of %(plan)s for %(organization)s ends on %(day)s")
        return _news(account, subject % names, said % names, _plan_link(account))

    tell_payers(account, kind="plan-trial-ending", letter=news)


def tell_year_ends(account: Account, subscription: Subscription, total: int) -> None:
    """A year that was paid for is over soon: what the next one costs."""

    def news(_user: User) -> News:
        names = {
            "plan": subscription.plan.name,
            "organization": _name(account),
            "day": date(subscription.period_end),
            "amount": money(account.money(total)),
        }
        said = _(
            "%(plan)s for %(organization)s is paid until %(day)s. Then %(amount)s will be taken from the funds for what"
            " follows. If you do not want that, cancel it, or choose another plan before."
        )
        return _news(account, _("%(plan)s is renewed on %(day)s") % names, said % names, _plan_link(account))

    tell_payers(account, kind="plan-year-ending", letter=news)


def tell_past_due(account: Account, amount: int, *, reminder: int, until: datetime) -> None:
    """Something is due: what happens if it is not paid, and when. ``reminder``: 0, 1 or 2, the last one."""

    def news(_user: User) -> News:
        names = {"organization": _name(account), "amount": money(account.money(amount)), "day": date(until)}
        subject = (
            _("Please pay %(amount)s for %(organization)s"),
            _("%(amount)s is still due for %(organization)s"),
            _("Last reminder: %(organization)s is suspended on %(day)s"),
        )[reminder]
        said = _(
            "%(amount)s is due for %(organization)s: the funds did not cover what it costs. Everything goes on until"
            " %(day)s. If it is not paid by then, nothing new can be created or started until it is. What runs goes on,"
            " and costs what it costs."
        )
        return _news(account, subject % names, said % names, _pay_link(account))

    tell_payers(account, kind="past-due", letter=news, notice=Notice.PAST_DUE if reminder == 0 else None)


def tell_suspended(account: Account, amount: int, ends_after: int) -> None:
    """What was due was not paid in time. ``ends_after``: days after which a plan ends that is still not paid for."""

    def news(_user: User) -> News:
        names = {"organization": _name(account), "amount": money(account.money(amount))}
        said = _(
            "%(amount)s for %(organization)s was not paid in time. Nothing new can be created, started or resized until"
            " it is; what there is can be used, stopped and deleted, and costs what it costs. Everything works again as"
            " soon as your payment is in."
        )
        after = ngettext(
            "A plan that is not paid for ends in %d day.", "A plan that is not paid for ends in %d days.", ends_after
        )
        text = f"{said % names} {after % ends_after}"
        subject = _("%(organization)s is suspended") % {"organization": name_at_start(account.organization)}
        return _news(account, subject, text, _pay_link(account))

    tell_payers(account, kind="past-due-suspended", letter=news)


def tell_works_again(account: Account) -> None:
    """A suspension is lifted, mostly by a payment."""

    def news(_user: User) -> News:
        names = {"organization": name_at_start(account.organization)}
        said = _("%(organization)s is no longer suspended: nothing is due any more, and everything works.")
        return _news(account, _("%(organization)s works again") % names, said % names, _overview_link(account))

    tell_payers(account, kind="past-due-over", letter=news)


def tell_ended(account: Account, plan: Plan, standard: Plan, why: str) -> None:
    """A subscription has ended; ``why``: "cancelled", "trial" or "unpaid"."""

    def news(_user: User) -> News:
        names = {"plan": plan.name, "organization": _name(account), "standard": standard.name}
        reason = {
            "cancelled": _("It was cancelled."),
            "trial": _("The funds did not cover what it costs after the trial. Nothing was charged."),
            "unpaid": _("It was not paid for. What was used is still owed."),
        }[why]
        said = _(
            "%(plan)s for %(organization)s has ended. %(reason)s The plan is %(standard)s now. Nothing is deleted; but"
            " where there is more than that plan allows, nothing can be added."
        )
        subject = _("%(plan)s has ended for %(organization)s") % names
        return _news(account, subject, said % {**names, "reason": reason}, _plan_link(account))

    tell_payers(account, kind="plan-ended", letter=news)


def tell_price(account: Account, subscription: Subscription, before: int, after: int) -> None:
    """The price of a plan rises from the next period on; ``before`` and ``after``: without VAT, smallest unit."""
    plan, interval = subscription.coming

    def news(_user: User) -> News:
        names = {
            "plan": plan.name,
            "organization": _name(account),
            "day": date(subscription.period_end),
            "before": money(account.money(before)),
            "after": money(account.money(after)),
        }
        if interval == Interval.YEAR:
            said = _("From %(day)s on, %(plan)s costs %(after)s a year instead of %(before)s, without VAT.")
        else:
            said = _("From %(day)s on, %(plan)s costs %(after)s a month instead of %(before)s, without VAT.")
        way = _("Until then nothing changes. You can cancel it, or choose another plan, at any time before.")
        subject = _("The price of %(plan)s changes on %(day)s")
        return _news(account, subject % names, f"{said % names} {way}", _plan_link(account))

    tell_payers(account, kind="plan-price", letter=news)


def _news(account: Account, subject: str, text: str, link: Link) -> News:
    return News(subject=subject, text=text, link=link, reason=_reason(account))


def _name(account: Account) -> str:
    return name_of(account.organization)


def _reason(account: Account) -> str:
    organization = account.organization
    if organization is None or organization.is_personal:
        return _("You get this mail because the personal account is yours.")
    return _("You get this mail because you may pay for %s.") % organization.name


def _link(account: Account, label: str, address: str) -> Link:
    slug = account.organization.slug if account.organization else ""
    return Link(label, absolute(reverse(address, args=[slug])))


def _plan_link(account: Account) -> Link:
    return _link(account, _("See plan"), "billing:plan")


def _pay_link(account: Account) -> Link:
    return _link(account, _("Make a payment"), "billing:payment_new")


def _overview_link(account: Account) -> Link:
    return _link(account, _("See billing"), "billing:overview")
