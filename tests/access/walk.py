"""Walks every address below ``/o/<slug>/`` with every method, and says what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from organizations.checks import context_patterns
from organizations.models import Organization
from tests.access.table import METHODS

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
    """The names of all addresses below ``/o/<slug>/``."""
    return {str(pattern.name) for _route, pattern in context_patterns()}


def object_names() -> set[str]:
    """The names of those that are about one object."""
    return {str(pattern.name) for route, pattern in context_patterns() if "<uuid:pk>" in route}


def visits(slug: str, ids: dict[str, UUID]) -> Iterator[Visit]:
    """Every address with every method; ``ids``: by the noun that an address's name begins with."""
    for name in sorted(names()):
        arguments: dict[str, str | UUID] = {"slug": slug}
        if name in object_names():
            arguments["pk"] = ids[name.partition("_")[0]]
        path = reverse(f"organizations:{name}", kwargs=arguments)
        for method in METHODS:
            yield Visit(name, path, method)


def ids_of(organization: Organization) -> dict[str, UUID]:
    """Ids of the organization's own: the newest of each kind."""
    return {
        "role": organization.custom_roles.latest("id").pk,
        "member": organization.memberships.latest("id").pk,
        "export": organization.exports.latest("id").pk,
        "join": organization.join_requests.latest("id").pk,
        "invitation": organization.invitations.latest("id").pk,
        "batch": organization.invitation_batches.latest("id").pk,
    }


def outcome(response: HttpResponseBase) -> str:
    """What an answer means."""
    location = response.headers.get("Location", "")
    if response.status_code == 302 and location.startswith("/accounts/login/"):
        return SIGN_IN
    return {200: OPEN, 302: OPEN, 403: FORBIDDEN, 404: ABSENT, 405: NO_SUCH_METHOD}.get(
        response.status_code, str(response.status_code)
    )
