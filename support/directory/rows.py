"""What a file of customers says, once it was read: each customer with what is its own, by keys."""

from dataclasses import dataclass, field
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from support.directory.fields import Fields

# What is copied into the organization, and kept with the customer for comparison (Customer.data).
COPIED: Final = ("contacts", "entitlements", "tickets")


class Kind(TextChoices):
    """A kind of row."""

    CUSTOMER = "customer", pgettext_lazy("directory", "customer")
    PERSON = "person", pgettext_lazy("directory", "person")
    CONTACT = "contact", pgettext_lazy("directory", "contact")
    ENTITLEMENT = "entitlement", pgettext_lazy("directory", "entitlement")
    TICKET = "ticket", pgettext_lazy("directory", "ticket")
    MESSAGE = "message", pgettext_lazy("directory", "message")


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file: the line or path where it stands, and a sentence."""

    where: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row as it was given: ``customer`` and ``ticket`` are the keys of whose it is."""

    where: str
    kind: Kind
    given: Fields
    customer: str = ""
    ticket: str = ""


@dataclass(kw_only=True)
class Given:
    """A customer as a file has it; ``where`` it stands. People by address, everything else by key.

    Tickets have their messages under ``messages``, by key.
    """

    where: str
    key: str
    name: str
    people: dict[str, Fields] = field(default_factory=dict)
    contacts: dict[str, Fields] = field(default_factory=dict)
    entitlements: dict[str, Fields] = field(default_factory=dict)
    tickets: dict[str, Fields] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, dict[str, Fields]]:
        """What the organization gets, as `Customer.data` keeps it."""
        return {name: getattr(self, name) for name in COPIED}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A file that was read: its customers by key, and the problems, which are all that counts where there are any."""

    customers: dict[str, Given]
    problems: list[Problem]
