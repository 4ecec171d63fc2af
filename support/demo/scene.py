"""What the demo has of support in one organization: what it bought, whom to ask, and what was said in its tickets."""

from dataclasses import dataclass

from support.models import Priority, Side, State


@dataclass(frozen=True, kw_only=True)
class DemoEntitlement:
    """Something that was bought ``days`` ago for support of some ``families``, and ends in so many days."""

    number: str
    name: str
    tier: str
    units: int
    unit: str
    level: str
    days: int
    ends_in: int
    families: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DemoContact:
    """Somebody to be asked."""

    name: str
    duty: str
    email: str
    phone: str = ""
    side: Side = Side.CUSTOMER


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message, so many hours after the ticket was raised, by the customer's ``by`` or by staff.

    ``is_internal``: only staff see it; ``files``: names and contents.
    """

    body: str
    after: float = 0
    by: str = ""
    is_internal: bool = False
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class DemoTicket:
    """What ``by`` asked, so many hours ago, and what was said; ``assigned``: one of the staff looks after it."""

    title: str
    by: str
    hours: float
    said: tuple[Said, ...]
    product: str = ""
    priority: Priority = Priority.NORMAL
    state: State = State.OPEN
    assigned: bool = False


@dataclass(frozen=True, kw_only=True)
class DemoSupport:
    """All of it in one ``organization``, a slug."""

    organization: str
    entitlements: tuple[DemoEntitlement, ...] = ()
    contacts: tuple[DemoContact, ...] = ()
    tickets: tuple[DemoTicket, ...] = ()
