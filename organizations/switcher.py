"""The switcher at the top of every page: the current context, and the others of its user."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from console.text import fold, words_of
from organizations import policies
from organizations.models import Kind, Membership, Status


@dataclass(frozen=True)
class Entry:
    """One context in the switcher."""

    id: UUID
    name: str
    href: str
    kind: str
    status: str
    status_label: str
    role_label: str
    slug: str
    logo: UUID | None

    @classmethod
    def of(cls, membership: Membership) -> Self:
        """The entry of a membership whose organization is loaded."""
        organization = membership.organization
        return cls(
            id=organization.id,
            name=organization.display_name,
            href=reverse("organizations:overview", args=[organization.slug]),
            kind=organization.kind,
            status=organization.status,
            status_label=str(Status(organization.status).label),
            role_label=str(membership.held_role.label),
            slug=organization.slug,
            logo=organization.logo,
        )


class Switcher:
    """The contexts of a user, asked for once and only when shown."""

    LIMIT = 50
    # From so many contexts on, the list has a field to type what one looks for.
    SEARCHED_FROM = 8

    def __init__(self, mine: Sequence[Membership], membership: Membership | None, last_slug: str | None) -> None:
        self._mine, self._membership, self._last_slug = mine, membership, last_slug

    @cached_property
    def current(self) -> Entry | None:
        """The context of the page; on a page without one, the last, and before any was opened the one to begin in.

        None only for somebody who is in no organization and, by the policy, has no personal account.
        """
        if self._membership:
            return Entry.of(self._membership)
        last = next((entry for entry in self._entries if entry.slug == self._last_slug), None)
        if last is None and policies.current().landing == "personal":
            last = next((entry for entry in self._entries if entry.kind == Kind.PERSONAL), None)
        return last or next(iter(self._entries), None)

    @cached_property
    def others(self) -> list[Entry]:
        """The other contexts, the last used first."""
        return [entry for entry in self._entries if self.current is None or entry.slug != self.current.slug]

    @property
    def entries(self) -> list[Entry]:
        """The current context and then the others."""
        return [self.current, *self.others] if self.current else self.others

    @property
    def is_searched(self) -> bool:
        """Whether there are so many that one looks for a name rather than reads."""
        return len(self._mine) > self.SEARCHED_FROM

    @property
    def has_more(self) -> bool:
        """Whether the user is in more contexts than are listed."""
        return len(self._mine) > self.LIMIT

    @property
    def may_create(self) -> bool:
        """Whether the policy lets the user be in one organization more."""
        most = policies.current().organizations_per_user
        return most is None or sum(not mine.organization.is_personal for mine in self._mine) < most

    @property
    def finds_others(self) -> bool:
        """Whether there is a directory to find an organization in that one is not in yet."""
        return policies.current().has_directory

    @cached_property
    def _entries(self) -> list[Entry]:
        return [Entry.of(membership) for membership in self._mine[: self.LIMIT]]


def contexts_of(user: User | AnonymousUser) -> list[Membership]:
    """The contexts of a user, the last used first: one more than the switcher lists, to know whether there are more."""
    return list(Membership.objects.of(user)[: Switcher.LIMIT + 1]) if isinstance(user, User) else []


def entries_named(user: User, term: str) -> list[Entry]:
    """The contexts of a user that have every word of ``term``, the last used first: for who has more than are listed.

    The first ten words count.
    """
    wanted = Q()
    for word in words_of(term[:200])[:10]:
        wanted &= Q(organization__search__contains=word)
    if term.strip() and fold(term.strip()) in fold(str(Kind.PERSONAL.label)):
        wanted |= Q(organization__kind=Kind.PERSONAL)
    return [Entry.of(membership) for membership in Membership.objects.of(user).filter(wanted)[: Switcher.LIMIT]]
