"""What becomes of money when an organization is closed, and when it or a personal account ends for good.

What is owed keeps both open. What was paid, charged and billed stays, as the law asks, without the organization; its
plan, its cards and whom its invoices went to do not.
"""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from moneyed import Money

from accounts.models import User
from billing.actions.ledger import returnable
from billing.actions.locking import lock_account
from billing.actions.payments.methods import remove_method
from billing.actions.refills import switch_off
from billing.actions.standing import due, review
from billing.actions.subscriptions import current
from billing.actions.subscriptions.cancelling import end_subscription
from billing.actions.usage import record_ended
from billing.models import Account, PaymentMethod
from console.money import money
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Kind, Organization
from organizations.signals import Obstacle


@dataclass(frozen=True, kw_only=True)
class LeftBehind:
    """What a personal account would leave behind: ``due`` keeps it open, ``funds`` are lost with it."""

    due: Money
    funds: Money


def left_behind_by(user: User) -> LeftBehind | None:
    """What ending an account does to the funds of its personal account; None where there are none, and none are due."""
    own = Organization.objects.filter(kind=Kind.PERSONAL, person=user).first()
    if own is None:
        return None
    account = Account.objects.of(own)
    owed, left = due(account), max(0, account.balance)
    return LeftBehind(due=account.money(owed), funds=account.money(left)) if owed or left else None


def what_is_owed(organization: Organization) -> Obstacle | None:
    """What keeps an organization from being closed: what is due; None where nothing is."""
    account = Account.objects.of(organization)
    owed = due(account)
    if not owed:
        return None
    return Obstacle(
        sentence=_("%s is due. Pay it first, or cancel the plan where that is what it is for.")
        % money(account.money(owed)),
        address=reverse("billing:payment_new", args=[organization.slug]),
        action=_("Make a payment"),
    )


def funds_that_go(organization: Organization) -> Obstacle | None:
    """What whoever closes an organization must know of its funds; None where there are none."""
    account = Account.objects.of(organization)
    if account.balance <= 0:
        return None
    return Obstacle(
        sentence=_("%(funds)s of funds are lost with it. Of that our staff can pay %(back)s back: ask them before.")
        % {"funds": money(account.funds), "back": money(account.money(returnable(account)))},
        address=reverse("billing:funds", args=[organization.slug]),
        action=_("See funds"),
        blocks=False,
    )


def plan_that_ends(organization: Organization) -> Obstacle | None:
    """What whoever closes an organization must know of its plan; None where it has the standard one."""
    subscription = current(Account.objects.of(organization))
    if subscription is None:
        return None
    return Obstacle(
        sentence=_("The plan %s ends at once, and what was paid for it ahead is not paid back.")
        % subscription.plan.name,
        address=reverse("billing:plan", args=[organization.slug]),
        action=_("See plan"),
        blocks=False,
    )


def stop_charging(organization: Organization, by: Actor) -> None:
    """End the plan of a locked organization that is being closed: who opens it again finds the standard one."""
    if not Account.objects.filter(pk=organization.pk).exists():
        return
    account, _by = lock_account(organization, Actor.system())
    end_subscription(account, by=by)
    review(account, by=by)


def forget_how_to_pay(organization: Organization) -> bool:
    """Forget the cards of a locked organization that is closed for good, and its recipients; False: that is all."""
    if Account.objects.filter(pk=organization.pk).exists():
        _forget(lock_account(organization, Actor.system())[0])
    return False


def end_money_of(user: User, by: Actor) -> None:
    """End the plan of a personal account with its user, and forget its cards. Raises Refused for what is due.

    What ran there until now is charged first: once its projects are gone nobody knows of it.
    """
    # Locked before the user is, as `accounts.signals.closing` asks.
    own = Organization.objects.select_for_update(no_key=True).filter(kind=Kind.PERSONAL, person=user).first()
    if own is None:
        return
    record_ended(own, own.projects.all())
    if not Account.objects.filter(pk=own.pk).exists():
        return
    account, _by = lock_account(own, Actor.system())
    if owed := due(account):
        sentence = _("In your personal account %s is due. Pay it first.")
        raise Refused(sentence % money(account.money(owed)), code="owed")
    stop_charging(own, by)
    _forget(account)


def _forget(account: Account) -> None:
    switch_off(account, by=Actor.system())
    for method in _kept(account):
        remove_method(method=method, by=Actor.system())
    account.recipients.all().delete()


def _kept(account: Account) -> "QuerySet[PaymentMethod]":
    return PaymentMethod.objects.filter(account=account).kept().select_related("account__organization")
