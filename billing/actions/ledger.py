"""How funds change: by one entry, once, and never by more than there is unless it has happened already."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from billing.models import Account, Entry, Promotion, Reason
from billing.models.entry import OVERDRAWS
from console.money import money
from console.refusal import Refused

# What is bought: paid with promotional credit first. Whatever else goes out takes that last.
BUYS = frozenset({Reason.SUBSCRIPTION, Reason.USAGE})


class NotCovered(Refused):
    """There is less than is to be spent."""


def book(account: Account, reason: Reason, amount: int, *, key: str, **about: Any) -> Entry:
    """Write an entry of ``amount``, in the smallest unit, for an account that the caller has locked.

    ``key``: what it is for: asked for again, the entry that is there is returned, and nothing changes. ``about``: the
    references and the note of `Entry`. What is bought is taken from promotional credit first, from what ends first;
    one that has ended counts until it is booked out (`promotions.end_promotions`). What is given back of a
    subscription is promotional credit again, as far as that was spent and has not ended: so nobody makes lasting funds
    of it by changing plans.
    Raises NotCovered for more than there is, except for what has happened already (`OVERDRAWS`), and ValueError where
    the key stands for something else.
    """
    written = Entry.objects.filter(key=key).first()
    if written is not None:
        if (written.account_id, written.reason, written.amount) != (account.pk, reason, amount):
            raise ValueError(f"The key {key!r} stands for another entry.")
        return written
    if amount < 0 and reason not in OVERDRAWS:
        _check_covered(account, reason, -amount)
    entry = Entry(
        account=account,
        number=account.last_number + 1,
        reason=reason,
        amount=amount,
        balance=account.balance + amount,
        key=key,
        **about,
    )
    entry.save(force_insert=True)
    # What the database has just written there (a trigger), for who goes on with this row.
    account.balance, account.last_number = entry.balance, entry.number
    if amount < 0 or reason in {Reason.PROMOTION, Reason.SUBSCRIPTION}:
        _keep_promised(account, entry)
    return entry


def returnable(account: Account) -> int:
    """What could be paid out of the funds, in the smallest unit: promotional credit never is."""
    promised = sum(account.promotions.with_something_left().values_list("left", flat=True))
    return max(0, account.balance - promised)


def _check_covered(account: Account, reason: Reason, amount: int) -> None:
    there = returnable(account) if reason == Reason.REFUND else account.balance
    if amount > there:
        missing = money(account.money(amount - there))
        sentence = _("The funds do not cover this: %(missing)s is missing. Make a payment first.")
        raise NotCovered(sentence % {"missing": missing}, code="not-covered")


def _keep_promised(account: Account, entry: Entry) -> None:
    """Write down what an entry leaves of promotional credit; all of it together is never more than the funds."""
    gives_back = entry.amount > 0 and entry.reason == Reason.SUBSCRIPTION
    promotions = _not_ended(account, entry) if gives_back else list(account.promotions.with_something_left())
    before = {promotion.pk: promotion.left for promotion in promotions}
    if gives_back:
        _put_back(promotions, entry)
    elif entry.reason in BUYS:
        _take(promotions, -entry.amount)
    else:
        # It ends, or staff take back what they gave.
        own = entry.promotion_id or (entry.corrects and entry.corrects.promotion_id)
        _take([promotion for promotion in promotions if promotion.pk == own and entry.amount < 0], -entry.amount)
    promised = sum(promotion.left for promotion in promotions)
    _take(promotions, promised - max(0, account.balance))
    for promotion in promotions:
        if promotion.left != before[promotion.pk]:
            promotion.save(update_fields=["left"])


def _not_ended(account: Account, entry: Entry) -> list[Promotion]:
    """The credits that can still be spent at the time of an entry, in the order in which they are."""
    ended = Entry.objects.filter(account=account, reason=Reason.EXPIRY).values("promotion")
    left = Q(left__gt=0) | Q(ends_at__gt=entry.at)
    return list(account.promotions.filter(left).exclude(pk__in=ended).order_by("ends_at", "id"))


def _put_back(promotions: list[Promotion], entry: Entry) -> None:
    """Undo `_take`: what was bought with promotional credit, and is not had after all, is that again, and ends."""
    amount = entry.amount
    for promotion in reversed(promotions):
        if promotion.ends_at > entry.at:
            back = min(promotion.amount - promotion.left, amount)
            promotion.left += back
            amount -= back


def _take(promotions: list[Promotion], amount: int) -> None:
    """Take an amount from these, in their order, as far as it goes."""
    for promotion in promotions:
        taken = max(0, min(promotion.left, amount))
        promotion.left -= taken
        amount -= taken
