"""How funds change: by one entry, once, and never by more than there is unless it has happened already."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import Account, Entry, Reason
from billing.models.entry import OVERDRAWS
from console.money import money
from console.refusal import Refused


class NotCovered(Refused):
    """There is less than is to be spent."""


def book(account: Account, reason: Reason, amount: int, *, key: str, **about: Any) -> Entry:
    """Write an entry of ``amount``, in the smallest unit, for an account that the caller has locked.

    ``key``: what it is for: asked for again, the entry that is there is returned, and nothing changes. ``about``: the
    references and the note of `Entry`. What is spent is taken from promotional credit first, from what ends first.
    Raises NotCovered for more than there is, except for what has happened already (`OVERDRAWS`).
    """
    written = Entry.objects.filter(key=key).first()
    if written is not None:
        return written
    if amount < 0 and account.balance + amount < 0 and reason not in OVERDRAWS:
        raise _not_covered(account, -amount)
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
    if amount < 0 and reason != Reason.EXPIRY:
        _spend_promotions(account, -amount)
    return entry


def returnable(account: Account) -> int:
    """What could be paid out of the funds, in the smallest unit: promotional credit never is."""
    promised = sum(account.promotions.with_something_left().values_list("left", flat=True))
    return max(0, account.balance - promised)


def _spend_promotions(account: Account, amount: int) -> None:
    now = timezone.now()
    for promotion in account.promotions.with_something_left().filter(ends_at__gt=now):
        taken = min(promotion.left, amount)
        promotion.left -= taken
        promotion.save(update_fields=["left"])
        amount -= taken
        if not amount:
            return


def _not_covered(account: Account, amount: int) -> NotCovered:
    missing = account.money(amount - account.balance)
    sentence = _("The funds do not cover this: %(missing)s are missing. Make a payment first.")
    return NotCovered(sentence % {"missing": money(missing)}, code="not-covered")
