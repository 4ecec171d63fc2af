"""What a payment gateway does for us, whichever it is.

No method is called inside a transaction, each may take seconds, and each may be called again: whatever is asked with
the id of a `Payment` or `Refund` is done once (the id is the idempotency key). What comes of it is written down by
`actions.payments.settling`, which trusts only what fits the row.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from billing.models import Payment, PaymentMethod, Refund


class Unreachable(Exception):
    """It did not answer, or not in time: what was asked may have been done or not. Ask later (`find`)."""


class NotAccepted(Exception):
    """It has answered, and will not do it; ``args[0]``: a sentence in English, marked for translation."""


class NotSigned(Exception):
    """A message that is not the gateway's, or too old; ``args[0]``: a word for it, "signature" or "late"."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A card that the gateway keeps, as `PaymentMethod` has it."""

    external_id: str
    brand: str
    last4: str
    expires_year: int | None = None
    expires_month: int | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Where a payment stands at the gateway.

    ``state``: a value of `Payment.State`; ``amount`` (smallest unit), ``currency`` and ``customer`` (the gateway's id
    of who pays): what it says, to be compared with the row; ``external_id``: the same for as long as the payment lives;
    ``next_address``: where the person goes on; ``problem``: a sentence in English, marked for translation;
    ``is_card_dead``: whether it is of no use to charge that card again (lost, closed, expired).
    """

    state: Literal["waiting", "processing", "paid", "failed", "abandoned"]
    external_id: str
    amount: int
    currency: str
    customer: str = ""
    next_address: str = ""
    card: Card | None = None
    problem: str = ""
    is_card_dead: bool = False


@dataclass(frozen=True, kw_only=True)
class RefundOutcome:
    """Where a refund stands at the gateway."""

    state: Literal["started", "done", "failed"]
    external_id: str
    amount: int
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """That whoever paid wants the money back through their bank; ``state``: "open", "won" (it stays ours) or "lost"."""

    external_id: str
    state: Literal["open", "won", "lost"]
    amount: int


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a gateway says by itself; ``payment_id``: ours, None where it says none. Only what it is about is there."""

    external_id: str
    kind: str
    body: Mapping[str, Any]
    payment_id: UUID | None = None
    payment: Outcome | None = None
    refund_id: UUID | None = None
    refund: RefundOutcome | None = None
    dispute: Dispute | None = None


class Gateway(ABC):
    """A payment gateway. ``is_real``: whether money moves; pages say so where it does not."""

    key: str
    is_real: bool

    @abstractmethod
    def begin(self, payment: Payment, *, back: str) -> Outcome:
        """Let a person pay, or keep a card (purpose "setup"), at the gateway's own page; ``back``: where they return.

        Raises Unreachable, NotAccepted.
        """

    @abstractmethod
    def charge(self, payment: Payment, method: PaymentMethod, *, back: str) -> Outcome:
        """Pay with a card that is kept; "waiting" where the bank asks its holder. Raises as above."""

    @abstractmethod
    def find(self, payment: Payment) -> Outcome | None:
        """What became of a payment; None where the gateway knows nothing of it. Raises Unreachable."""

    @abstractmethod
    def abandon(self, payment: Payment) -> None:
        """Let nobody pay any more; nothing if it was paid already. Raises Unreachable."""

    @abstractmethod
    def refund(self, refund: Refund) -> RefundOutcome:
        """Give money back to the card; asked again, says what became of it. Raises as `begin`."""

    @abstractmethod
    def forget(self, method: PaymentMethod) -> None:
        """Keep a card no longer. Raises Unreachable."""

    @abstractmethod
    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Message:
        """What a message says; ``headers``: looked up in any case. Raises NotSigned."""
