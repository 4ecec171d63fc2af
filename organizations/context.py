"""What every page's frame knows of organizations: the context, the switcher, the side bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from console.registry import registry
from organizations import checklist, policies
from organizations.access import Can
from organizations.models import Kind, Membership, Organization, Status
from organizations.models.organization import Reason
from organizations.roles import Permission

# The session's key for the slug of the last context.
LAST_CONTEXT = "last_context"


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
        )


class Switcher:
    """The contexts of a user, asked for once and only when shown."""

    LIMIT = 50

    def __init__(self, mine: Sequence[Membership], membership: Membership | None, last_slug: str | None) -> None:
        self._mine, self._membership, self._last_slug = mine, membership, last_slug

    @cached_property
    def current(self) -> Entry | None:
        """The context of the page; on a page without one, the last."""
        if self._membership:
            return Entry.of(self._membership)
        return next((entry for entry in self._entries if entry.slug == self._last_slug), None)

    @cached_property
    def others(self) -> list[Entry]:
        """The other contexts, the last used first."""
        return [entry for entry in self._entries if self.current is None or entry.slug != self.current.slug]

    @property
    def has_more(self) -> bool:
        """Whether the user is in more contexts than are listed."""
        return len(self._mine) > self.LIMIT

    @cached_property
    def _entries(self) -> list[Entry]:
        return [Entry.of(membership) for membership in self._mine[: self.LIMIT]]


def contexts_of(user: User | AnonymousUser) -> list[Membership]:
    """The contexts of a user, the last used first: one more than the switcher lists, to know whether there are more."""
    return list(Membership.objects.of(user)[: Switcher.LIMIT + 1]) if isinstance(user, User) else []


@dataclass(frozen=True)
class SideBarLink:
    """A section of the side bar, for this page."""

    label: str
    href: str
    icon: str
    current: bool


def contexts(request: HttpRequest) -> dict[str, Any]:
    """Context processor; works on pages that failed before there was a user or a context, too."""
    user: Any = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    membership: Membership | None = getattr(request, "membership", None)
    mine: Sequence[Membership] = getattr(request, "contexts", [])
    return {
        "organization": membership.organization if membership else None,
        "membership": membership,
        "can": Can(membership.permissions) if membership else None,
        "payers": _payers(membership.organization) if membership else [],
        "words": policies.current().words,
        "switcher": Switcher(mine, membership, request.session.get(LAST_CONTEXT)) if signed_in else None,
        "sections": _sections(request, membership) if signed_in else [],
        "getting_started": signed_in and not request.session.get(checklist.ALL_DONE),
    }


def _payers(organization: Organization) -> list[str]:
    """The roles that can end a suspension by paying; in a personal account nobody needs to be told."""
    if organization.is_personal or organization.suspended_for not in {Reason.UNFUNDED, Reason.PAST_DUE}:
        return []
    return [str(role.label) for role in policies.current().roles_with(Permission.PAY)]


def _sections(request: HttpRequest, membership: Membership | None) -> list[SideBarLink]:
    match = request.resolver_match
    name = match.view_name if match else ""
    organization: Organization | None = membership.organization if membership else None
    if organization is None and not request.path.startswith("/profile/"):
        return []
    links = []
    for section in registry.sections:
        if section.area != ("context" if organization else "profile"):
            continue
        if membership and organization:
            if organization.kind not in section.kinds:
                continue
            if section.permission and section.permission not in membership.permissions:
                continue
        href = reverse(section.address, args=[organization.slug] if organization else [])
        links.append(SideBarLink(str(section.label), href, section.icon, section.is_current(name)))
    return links


def landing(user: User, last_slug: str | None) -> str | None:
    """The address of the context to begin in; None where there is none, or where the check list comes first.

    ``last_slug``: what the session remembers. Under a policy that always begins in the personal account, that one; else
    the last one, of this session or of all, and nothing for who has no team yet and has opened nothing so far.
    """
    mine = Membership.objects.of(user)
    if policies.current().landing == "personal":
        first = mine.filter(organization__kind=Kind.PERSONAL).first()
    else:
        first = mine.filter(organization__slug=last_slug).first() if last_slug else None
        if first is None and mine.filter(organization__kind=Kind.TEAM).exists():
            first = mine.first()
    return reverse("organizations:overview", args=[first.organization.slug]) if first else None
