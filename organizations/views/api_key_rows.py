"""What the pages of API keys list: keys, and permissions to choose from."""

from collections.abc import Collection
from ipaddress import ip_network
from typing import Any

from django.db.models import F

from console.pages import Page, moments, paginate
from organizations.models import ApiKey, Membership
from organizations.models.api_key import Kind
from organizations.requests import OrgRequest
from organizations.roles import FOUNDERS_ONLY, GROUPS, HELD_BY_ALL, PEOPLE
from organizations.views.roles import Choice

# More of one's own than anybody has in use (`Policy.keys_per_member`), with some that are over.
SHOWN = 80


def own_keys(membership: Membership) -> list[ApiKey]:
    """A member's keys: the first pair, the others that are in use, and the last of those that are over."""
    keys = ApiKey.objects.filter(membership=membership)
    found = list(keys.order_by(F("revoked_at").desc(nulls_first=True), "-kind", "-id")[:SHOWN])
    for key in found:
        key.membership, key.organization = membership, membership.organization
    return sorted(found, key=lambda key: key.revoked_at is not None or key.is_over)


def service_keys(request: OrgRequest) -> Page:
    """A page of the organization's own keys, the newest first: those in use, or with ``?revoked`` the others."""
    keys = request.organization.api_keys.filter(kind=Kind.SERVICE, revoked_at__isnull="revoked" not in request.GET)
    page = paginate(
        keys.select_related("created_by"),
        request.GET,
        orders={"created": moments("created_at")},
        default="-created",
    )
    for key in page.rows:
        key.organization = request.organization
    return page


def permissions_of(key: ApiKey) -> list[Any]:
    """What a key may do at this moment, in words, in the order of their groups; without what every key may."""
    may = key.may - HELD_BY_ALL
    return [permission.label for _label, group in GROUPS for permission in group if permission in may]


def networks_of(key: ApiKey) -> list[str]:
    """From where a key may be used; a single address without the length of its prefix."""
    networks = map(ip_network, key.networks)
    return [str(network[0] if network.num_addresses == 1 else network) for network in networks]


def choices(request: OrgRequest, chosen: Collection[str]) -> list[tuple[Any, list[Choice]]]:
    """The permissions that a key can have, in their groups: those that the reader does not hold are locked.

    In a personal account there are none about people.
    """
    held = request.membership.held_role.permissions | request.membership.permissions
    left_out = FOUNDERS_ONLY | PEOPLE if request.organization.is_personal else FOUNDERS_ONLY
    groups = [
        (
            label,
            [
                Choice(permission, permission in chosen, permission in held and permission not in HELD_BY_ALL)
                for permission in group
                if permission not in left_out
            ],
        )
        for label, group in GROUPS
    ]
    return [(label, offered) for label, offered in groups if offered]
