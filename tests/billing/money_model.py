"""What the funds of one organization should be, in plain Python: typed by hand from the rules, not from the code.

All amounts in cents, VAT included unless said; the seller's country takes 20 %.
"""

import calendar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

GRACE, LONGEST_SUSPENSION = timedelta(days=7), timedelta(days=60)

# Where a payment may go from where it is; what is not here stays.
MOVES = {
    "started": {"waiting", "processing", "paid", "failed", "abandoned"},
    "waiting": {"waiting", "processing", "paid", "failed", "abandoned"},
    "processing": {"paid", "failed", "abandoned"},
    "failed": {"paid"},
    "abandoned": {"processing", "paid"},
    "paid": set(),
    "odd": set(),
}
LEAPS = [
    timedelta(hours=1), timedelta(days=31), timedelta(days=3), timedelta(days=8), timedelta(days=29),
    timedelta(days=31), timedelta(days=70), timedelta(days=366), timedelta(days=1),
]  # fmt: skip
STEPS = (
    "pay", "say", "say", "say", "refund", "say_of_refund", "dispute", "promise", "give", "correct", "choose", "choose",
    "cancel", "use", "use", "sleep", "sleep", "sleep", "sleep", "sleep", "sleep",
)  # fmt: skip


def rounded(amount: Decimal) -> int:
    """Whole cents; a half counts as one."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def with_vat(net: int) -> int:
    """A price with 20 % of VAT."""
    return net + rounded(Decimal(net) / 5)


def months_after(anchor: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a month that is too short."""
    years, month = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, calendar.monthrange(year, month + 1)[1]))


@dataclass
class Promised:
    """Promotional credit."""

    pk: Any
    ends_at: datetime
    left: int
    amount: int


@dataclass
class Given:
    """An entry of credit that staff may correct; ``promised``: the promotional credit that it is of."""

    entry: Any
    amount: int
    corrected: int = 0
    promised: Promised | None = None


@dataclass
class Disputed:
    """A dispute of a payment."""

    state: str
    amount: int
    taken: int = 0


@dataclass
class Refunded:
    """A refund of a payment."""

    pk: Any
    amount: int
    state: str = "started"


@dataclass
class Paid:
    """A payment."""

    pk: Any
    amount: int
    state: str = "started"
    refunds: list[Refunded] = field(default_factory=list)
    disputes: dict[str, Disputed] = field(default_factory=dict)

    @property
    def returnable(self) -> int:
        """What can still go back of it."""
        gone = sum(refund.amount for refund in self.refunds if refund.state != "failed")
        gone += sum(dispute.taken for dispute in self.disputes.values())
        return self.amount - gone if self.state == "paid" else 0


@dataclass
class Subscribed:
    """A subscription; ``prices``: of its plan, by interval, without VAT; ``coming``: the next ones, if other."""

    prices: dict[str, int]
    interval: str
    state: str
    anchor: datetime
    first: int
    number: int
    end: datetime
    ends: bool = False
    coming: tuple[dict[str, int], str] | None = None

    def begins(self, anchor: datetime, interval: str, count: int) -> datetime:
        """When the period begins that is so many after the anchor."""
        return months_after(anchor, count * (12 if interval == "year" else 1))


@dataclass
class Model:
    """The funds, and what follows from them."""

    now: datetime
    balance: int = 0
    promised: list[Promised] = field(default_factory=list)
    subscribed: Subscribed | None = None
    past_due_since: datetime | None = None
    is_suspended: bool = False
    # Suspended once, staff may lift it, until something is due anew.
    was_suspended: bool = False
    used: dict[tuple[int, int], Decimal] = field(default_factory=dict)

    @property
    def returnable(self) -> int:
        """What is no promotional credit."""
        return max(0, self.balance - sum(promised.left for promised in self.promised))

    @property
    def due(self) -> int:
        """What must be paid now."""
        return max(0, self.waiting - self.balance)

    @property
    def waiting(self) -> int:
        """What the periods cost that have begun, and could not be charged."""
        found = self.subscribed
        if found is None or found.state != "past_due":
            return 0
        net, interval, anchor, first, number = self.next_period(found)
        begun = 1
        while found.begins(anchor, interval, number - first + begun) <= self.now:
            begun += 1
        return with_vat(net) * begun

    def come(self, amount: int) -> None:
        """Something comes in."""
        self.balance += amount

    def buy(self, amount: int) -> None:
        """Something is bought: promotional credit goes first."""
        self.balance -= amount
        for promised in sorted(self.promised, key=lambda each: (each.ends_at, each.pk)):
            taken = min(promised.left, amount)
            promised.left -= taken
            amount -= taken
        self.keep_within()

    def put_back(self, amount: int) -> None:
        """What was bought is given back: what of it may be promotional credit, and has not ended, is that again."""
        self.balance += amount
        for promised in sorted(self.promised, key=lambda each: (each.ends_at, each.pk), reverse=True):
            if promised.ends_at > self.now:
                back = min(promised.amount - promised.left, amount)
                promised.left += back
                amount -= back
        self.keep_within()

    def go(self, amount: int) -> None:
        """Something goes out otherwise: promotional credit goes last."""
        self.balance -= amount
        self.keep_within()

    def keep_within(self) -> None:
        """No more is promised than there is."""
        for promised in sorted(self.promised, key=lambda each: (each.ends_at, each.pk)):
            over = sum(each.left for each in self.promised) - max(0, self.balance)
            promised.left -= max(0, min(promised.left, over))

    def use(self, amount: Decimal) -> None:
        """Something has run in this month, for so much without VAT in cents: the month is rounded as a whole."""
        month = (self.now.year, self.now.month)
        before = self.used.get(month, Decimal(0))
        self.used[month] = before + amount
        more = with_vat(rounded(before + amount)) - with_vat(rounded(before))
        if more:
            self.buy(more)

    def next_period(self, found: Subscribed) -> tuple[int, str, datetime, int, int]:
        """Its price without VAT, its interval, from where it is counted, and its number."""
        prices, interval = found.coming or (found.prices, found.interval)
        number = 0 if found.state == "trial" else found.number + 1
        if found.state == "past_due" and self.is_grace_over:
            return prices[interval], interval, self.now, number, number
        if found.state == "trial" or interval != found.interval:
            return prices[interval], interval, found.end, number, number
        return prices[interval], interval, found.anchor, found.first, number

    @property
    def is_grace_over(self) -> bool:
        """Whether something has been due for a week."""
        return self.past_due_since is not None and self.now - self.past_due_since >= GRACE

    def advance(self) -> None:
        """Each period that has begun is charged once, or the plan waits, or it ends."""
        while (found := self.subscribed) and found.end <= self.now:
            if found.ends:
                self.subscribed = None
                return
            net, interval, anchor, first, number = self.next_period(found)
            if with_vat(net) > self.balance and net:
                if found.state == "trial":
                    self.subscribed = None
                found.state = "past_due"
                return
            if net:
                self.buy(with_vat(net))
            prices = found.coming[0] if found.coming else found.prices
            end = found.begins(anchor, interval, number - first + 1)
            self.subscribed = Subscribed(prices, interval, "active", anchor, first, number, end)

    def review(self) -> None:
        """What follows from the funds."""
        found = self.subscribed
        if found and found.end <= self.now and found.state in {"past_due", "trial"}:
            self.advance()
        if self.due and self.past_due_since is None:
            self.past_due_since, self.was_suspended = self.now, False
        elif not self.due and self.past_due_since:
            self.past_due_since, self.is_suspended, self.was_suspended = None, False, False

    def end_promised(self) -> None:
        """What has ended is gone."""
        over = [promised for promised in self.promised if promised.left and promised.ends_at <= self.now]
        for promised in over:
            self.balance -= promised.left
            promised.left = 0
        if over:
            self.review()

    def renew(self) -> None:
        """Beat looks for periods that are over."""
        found = self.subscribed
        if found and found.end <= self.now and found.state != "past_due":
            self.advance()
            self.review()

    def remind(self) -> None:
        """Beat looks after what is owed."""
        if self.past_due_since is None and self.balance >= 0:
            return
        self.review()
        if not self.is_grace_over or self.past_due_since is None:
            return
        if not self.was_suspended:
            self.is_suspended = self.was_suspended = True
        elif self.now - self.past_due_since >= GRACE + LONGEST_SUSPENSION:
            if self.subscribed and self.subscribed.state == "past_due" and self.is_suspended:
                self.subscribed = None
            self.review()
