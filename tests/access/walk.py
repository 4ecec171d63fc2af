"""Walks every address below ``/o/<slug>/``, and says what came of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from organizations import policies
from organizations.actions import add_domain, check_batch, create_role, create_service_key, invite_member
from organizations.actions.invitations.batches import Entry
from organizations.checks import context_patterns
from organizations.models import JoinRequest, Organization, OrganizationExport
from tests.access.table import ADDRESSES, METHODS
from tests.cast import Person

# What stands in the routes of addresses in a project (tests/access/project_walk.py).
IN_PROJECT = "<slug:project>/"
# And in those of an organization's money (tests/access/billing_walk.py).
IN_BILLING = "/billing/"
# And how the names of addresses begin that have tables of their own (tests/access/apps_walk.py).
IN_APPS = ("infrastructure:", "support:")

OPEN, FORBIDDEN, ABSENT, NO_SUCH_METHOD, SIGN_IN = "open", "forbidden", "absent", "no such method", "sign in"


@dataclass(frozen=True)
class Visit:
    """One address, filled in, with one method."""

    name: str
    path: str
    method: str

    def by(self, client: Client) -> HttpResponseBase:
        """The answer to this client; whatever it changed is undone."""
        with transaction.atomic():
            response = client.generic(
                self.method,
                self.path,
                # A form posts something, so that no view mistakes it for a look.
                data="name=Taken+over&role=owner&email=new.comer%40example.com" if self.method == "POST" else "",
                content_type="application/x-www-form-urlencoded",
            )
            transaction.set_rollback(True)
        return response


def names() -> set[str]:
    """The names of all addresses below ``/o/<slug>/`` but those that have a walk of their own."""
    return {_short(name) for route, name, _pattern in context_patterns() if _is_walked_here(route, name)}


def object_names() -> set[str]:
    """The names of those that are about one object."""
    return {
        _short(name)
        for route, name, _pattern in context_patterns()
        if "<uuid:pk>" in route and _is_walked_here(route, name)
    }


def _is_walked_here(route: str, name: str) -> bool:
    return IN_PROJECT not in route and IN_BILLING not in route and not name.startswith(IN_APPS)


def _short(name: str) -> str:
    """The name as the table has it: of organizations' own without their namespace."""
    return name.removeprefix("organizations:")


def visits(slug: str, ids: dict[str, UUID]) -> Iterator[Visit]:
    """Every address with the methods that the table names; ``ids``: by the noun that an address's name begins with."""
    return (visit for visit in _all_visits(slug, ids) if ADDRESSES[visit.name].permission(visit.method))


def other_visits(slug: str, ids: dict[str, UUID]) -> Iterator[Visit]:
    """Every address with the methods that it does not take, whoever asks."""
    return (visit for visit in _all_visits(slug, ids) if not ADDRESSES[visit.name].permission(visit.method))


def _all_visits(slug: str, ids: dict[str, UUID]) -> Iterator[Visit]:
    of_objects = object_names()
    for name in sorted(names()):
        arguments: dict[str, str | UUID] = {"slug": slug}
        if name in of_objects:
            arguments["pk"] = ids[name.partition("_")[0]]
        path = reverse(name if ":" in name else f"organizations:{name}", kwargs=arguments)
        for method in METHODS:
            yield Visit(name, path, method)


def ids_of(organization: Organization) -> dict[str, UUID]:
    """Ids of the organization's own: the newest of each kind."""
    return {
        "role": organization.custom_roles.latest("id").pk,
        # Of what stands in the settings, only domains are objects: `settings_domain_removal`.
        "settings": organization.domains.latest("id").pk,
        "member": organization.memberships.latest("id").pk,
        "export": organization.exports.latest("id").pk,
        "join": organization.join_requests.latest("id").pk,
        "invitation": organization.invitations.latest("id").pk,
        "batch": organization.invitation_batches.latest("id").pk,
        "api": organization.api_keys.filter(kind="service").latest("id").pk,
    }


def furnish(organization: Organization, founder: Person, asking: Person) -> None:
    """One of each kind that an address is about: an export, a request, a role, a key, an invitation, a list of such."""
    by, least = founder.actor(organization), policies.current().roles[-1].key
    OrganizationExport.objects.create(organization=organization)
    JoinRequest.objects.create(organization=organization, user=asking.user)
    create_role(organization=organization, name="Guest", permissions=["view_members"], by=by)
    create_service_key(organization=organization, name="Backup", by=by)
    add_domain(organization=organization, name="furnished.example", by=by)
    invite_member(organization=organization, email="new.face@example.com", role=least, by=by)
    entries = [Entry(number=1, email="one.of.many@example.com")]
    check_batch(organization=organization, entries=entries, role=least, by=by)


def outcome(response: HttpResponseBase) -> str:
    """What an answer means."""
    location = response.headers.get("Location", "")
    if response.status_code == 302 and location.startswith("/accounts/login/"):
        return SIGN_IN
    return {200: OPEN, 302: OPEN, 403: FORBIDDEN, 404: ABSENT, 405: NO_SUCH_METHOD}.get(
        response.status_code, str(response.status_code)
    )


def expected_for(
    held: set[str], missing: frozenset[str] = frozenset(), role: set[str] | None = None
) -> Callable[[Visit], str]:
    """What the table says of who holds these permissions, and made none of the things that `furnish` makes.

    ``missing``: names of pages that the policy does not have; ``role``: what the role holds, where a suspension
    withholds some of it: what others made stays to be seen, and to be revoked.
    """

    def expected(visit: Visit) -> str:
        address = ADDRESSES[visit.name]
        if not address.is_open(visit.method, held):
            return FORBIDDEN
        is_hidden = address.of_others and address.of_others not in (role or held)
        return ABSENT if visit.name in missing or is_hidden else OPEN

    return expected


def always(outcome: str) -> Callable[[Visit], str]:
    """The same everywhere."""
    return lambda visit: outcome


def deviations(
    client: Client, organization: Organization, expected: Callable[[Visit], str], slug: str = ""
) -> list[str]:
    """Where the walk through an organization's own addresses ends otherwise than expected."""
    return [
        f"{visit.method} {visit.path}: {found}, not {expected(visit)}"
        for visit in visits(slug or organization.slug, ids_of(organization))
        if (found := outcome(visit.by(client))) != expected(visit)
    ]
