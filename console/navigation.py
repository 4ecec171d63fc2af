"""What apps register to be found by: entries of the side bar and of the settings, and ways that other pages offer."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any, Literal

type Area = Literal["context", "profile"]
type Text = Any  # a str, or a lazy translation of one


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A page, or several, that a navigation leads to.

    ``address``: a URL name, reversed with the context's slug in a context; ``permission``: the name of the permission
    without which it is not shown, or several of which one is enough; ``kinds``: kinds of organization that have it;
    ``match``: URL names (or prefixes ending in ``*``) on which it is the current one.
    """

    label: Text
    icon: str
    address: str
    order: int
    permission: str | tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("team", "personal")
    match: tuple[str, ...] = ()

    def is_current(self, url_name: str) -> bool:
        """Whether the page ``url_name`` (namespaced) belongs here."""
        return any(
            url_name.startswith(name[:-1]) if name.endswith("*") else url_name == name
            for name in (self.address, *self.match)
        )

    def is_open(self, kind: str, held: Container[str]) -> bool:
        """Whether it is there in an organization of that kind, for who holds these permissions."""
        wanted = (self.permission,) if isinstance(self.permission, str) else self.permission
        return kind in self.kinds and (not wanted or any(name in held for name in wanted))


@dataclass(frozen=True, kw_only=True)
class Section(Destination):
    """An entry of the side bar; ``area``: the bar that it stands in.

    ``also(request)``: whether somebody without the permission finds something there nevertheless; asked only then.
    """

    area: Area
    also: Callable[[Any], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Setting(Destination):
    """A page of a context's settings, in their hub and their navigation; ``help``: a sentence that says what for."""

    help: Text


@dataclass(frozen=True, kw_only=True)
class MembershipAction:
    """Something to do in each of one's organizations, offered where they are listed.

    ``address``: a URL name, reversed with the organization's slug; ``permission``: without which it is not offered.
    """

    label: Text
    address: str
    order: int
    permission: str


@dataclass(frozen=True, kw_only=True)
class WayToPay(Destination):
    """A page that helps whoever holds its permission to end a suspension by paying; ``label``: the verb of the link."""
