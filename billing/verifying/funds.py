"""Whether the entries of each account follow each other, and its funds are what they say."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, Lag

from billing.models import Account, Entry, Promotion, Reason
from billing.verifying.faults import Fault, of

CHUNK = 2000


def entries(account_id: UUID | None) -> Iterator[Fault]:
    """Numbers count from 1 without gaps, and each balance is the one before and the amount."""
    rows = (
        of(Entry.objects.order_by(), account_id)
        .annotate(before=_of_former("balance"), former=_of_former("number"))
        .filter(~Q(balance=F("before") + F("amount")) | ~Q(number=F("former") + 1))
        .order_by("account_id", "number")
        .values_list("account_id", "number", "former", "before", "amount", "balance")
    )
    for account, number, former, before, amount, balance in rows.iterator(chunk_size=CHUNK):
        what = f"what stood before it is missing, after {former}"
        if number == former + 1:
            what = f"{before} and {amount} make {before + amount}, and it says {balance}"
        yield Fault(account_id=account, where=f"entry {number}", what=what)


def _of_former(column: str) -> Window:
    """A column of the entry before, of the same account; 0 for the first."""
    return Window(Lag(column, default=0), partition_by=F("account_id"), order_by=F("number").asc())


def balances(account_id: UUID | None) -> Iterator[Fault]:
    """The funds and the last number of an account are those of its last entry."""
    last = Entry.objects.filter(account=OuterRef("pk")).order_by("-number")
    rows = (
        of(Account.objects.order_by("pk"), account_id, "pk")
        .annotate(number=Coalesce(Subquery(last.values("number")[:1]), 0))
        .annotate(says=Coalesce(Subquery(last.values("balance")[:1]), 0))
        .exclude(last_number=F("number"), balance=F("says"))
        .values_list("pk", "balance", "last_number", "says", "number")
    )
    for account, balance, last_number, says, number in rows.iterator(chunk_size=CHUNK):
        what = f"{balance} at entry {last_number}, and the last entry is {number}, with {says}"
        yield Fault(account_id=account, where="funds", what=what)


def promotions(account_id: UUID | None) -> Iterator[Fault]:
    """What is left of promotional credit is what was not spent, entry by entry, and never more than the funds."""
    having = of(Promotion.objects.order_by("account_id"), account_id).values_list("account_id", flat=True).distinct()
    for account in having.iterator(chunk_size=CHUNK):
        left = _replayed(account)
        for promotion in Promotion.objects.filter(account=account).order_by("ends_at", "id"):
            should = left.get(promotion.pk, 0)
            if promotion.left != should:
                what = f"{promotion.left} is left of {promotion.amount}, and it should be {should}"
                yield Fault(account_id=account, where=f"promotional credit {promotion.pk}", what=what)


def _replayed(account_id: UUID) -> dict[UUID | None, int]:
    """What should be left of each credit after all entries, by its id.

    What is bought takes from that which ends first, and what is given back of a subscription goes there the other way
    round; an end and a correction take from their own; whatever else goes out takes all other funds first, so that no
    more is left than there is.
    """
    given = {promotion.pk: promotion for promotion in Promotion.objects.filter(account=account_id)}
    order = sorted(given, key=lambda pk: (given[pk].ends_at, pk))
    left: dict[UUID | None, int] = dict.fromkeys(order, 0)
    # The most that is left of each, while it has not ended.
    whole: dict[UUID | None, int] = {}
    rows = Entry.objects.filter(account=account_id).order_by("number")
    told = rows.values_list("reason", "amount", "balance", "promotion_id", "corrects__promotion_id", "at")
    for reason, amount, balance, own, corrected, at in told.iterator(chunk_size=CHUNK):
        if reason == Reason.PROMOTION:
            left[own] += amount
            whole[own] = amount
        elif amount < 0:
            is_bought = reason in {Reason.SUBSCRIPTION, Reason.USAGE}
            _spend(left, order if is_bought else [own, corrected], -amount)
        elif reason == Reason.SUBSCRIPTION:
            _put_back(left, {pk: whole.get(pk, 0) for pk in reversed(order) if given[pk].ends_at > at}, amount)
        if reason == Reason.EXPIRY:
            whole.pop(own, None)
        if amount < 0 or reason in {Reason.PROMOTION, Reason.SUBSCRIPTION}:
            _spend(left, order, sum(left.values()) - max(0, balance))
    return left


def _put_back(left: dict[UUID | None, int], whole: Mapping[UUID, int], amount: int) -> None:
    for pk, most in whole.items():
        back = max(0, min(most - left[pk], amount))
        left[pk] += back
        amount -= back


def _spend(left: dict[UUID | None, int], order: Sequence[UUID | None], amount: int) -> None:
    for pk in order:
        taken = max(0, min(left.get(pk, 0), amount))
        if taken:
            left[pk] -= taken
            amount -= taken
