"""What every page's frame knows of organizations: the context, the switcher, the side bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from console.navigation import Section
from console.registry import registry
from organizations import checklist, policies
from organizations.access import Can
from organizations.models import Membership, Organization
from organizations.models.directory import open_requests
from organizations.roles import Permission
from organizations.switcher import Switcher

# The session's key for the slug of the last context.
LAST_CONTEXT = "last_context"
# The one section below whose address all others stand.
OVERVIEW = "organizations:overview"


@dataclass(frozen=True)
class SideBarLink:
    """A section of the side bar, for this page."""

    label: str
    href: str
    icon: str
    current: bool


@dataclass(frozen=True)
class SettingsPage(SideBarLink):
    """A page of the settings, in their navigation and in their hub."""

    help: str


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
        "way_to_pay": _way_to_pay(membership) if membership else None,
        "words": policies.current().words,
        "has_personal_accounts": policies.current().has_personal_accounts,
        "switcher": Switcher(mine, membership, request.session.get(LAST_CONTEXT)) if signed_in else None,
        # A fragment has no side bar, and asks nothing for it.
        "sections": SimpleLazyObject(lambda: _sections(request, membership) if signed_in else []),
        # Only the pages about people ask for it, and only those of the settings for what follows.
        "count_requests": lambda: open_requests(membership) if membership else None,
        "settings_pages": SimpleLazyObject(lambda: _settings_pages(request, membership) if membership else []),
        "getting_started": signed_in
        and (policies.current().keeps_getting_started or not request.session.get(checklist.ALL_DONE)),
    }


def _payers(organization: Organization) -> list[str]:
    """The roles that can end a suspension by paying; in a personal account nobody needs to be told."""
    if organization.is_personal or not organization.suspension.lifted_by_payment:
        return []
    return [str(role.label) for role in policies.current().roles_with(Permission.PAY)]


def _way_to_pay(membership: Membership) -> SideBarLink | None:
    """The page by which this member can end a suspension, where a payment ends it."""
    organization = membership.organization
    if not organization.suspension.lifted_by_payment:
        return None
    way = registry.way_to_pay(organization.kind, membership.permissions)
    if way is None:
        return None
    return SideBarLink(str(way.label), reverse(way.address, args=[organization.slug]), way.icon, current=False)


def _sections(request: HttpRequest, membership: Membership | None) -> list[SideBarLink]:
    """The side bar. What other apps have below the address of a section, as in the settings, is part of it."""
    match = request.resolver_match
    name = match.view_name if match else ""
    organization: Organization | None = membership.organization if membership else None
    if organization is None and not request.path.startswith("/profile/"):
        return []
    links = []
    for section in registry.sections:
        if section.area != ("context" if organization else "profile"):
            continue
        if membership and organization and not _is_shown(section, request, membership):
            continue
        href = reverse(section.address, args=[organization.slug] if organization else [])
        current = section.is_current(name) or (
            organization is not None and section.address != OVERVIEW and request.path.startswith(href)
        )
        links.append(SideBarLink(str(section.label), href, section.icon, current))
    return links


def _is_shown(section: Section, request: HttpRequest, membership: Membership) -> bool:
    kind = membership.organization.kind
    if section.is_open(kind, membership.permissions):
        return True
    return section.also is not None and kind in section.kinds and section.also(request)


def _settings_pages(request: HttpRequest, membership: Membership) -> list[SettingsPage]:
    """The pages of the settings that the member may open."""
    match = request.resolver_match
    name = match.view_name if match else ""
    organization = membership.organization
    return [
        SettingsPage(
            str(setting.label),
            reverse(setting.address, args=[organization.slug]),
            setting.icon,
            setting.is_current(name),
            str(setting.help),
        )
        for setting in registry.settings
        if setting.is_open(organization.kind, membership.permissions)
    ]
