"""Requests to join as tests make them: through the directory's pages."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponseBase

from organizations.models import Domain, JoinRequest, Organization
from tests.cast import Person
from tests.reading import body

MINE = "/profile/organizations/"
REQUESTS = "/o/acme/members/requests/"


def make_public(*organizations: Organization) -> None:
    """Let everybody find these organizations."""
    for organization in organizations:
        organization.discoverability = "public"
        organization.save()


def form_for(slug: str) -> str:
    """The address of the form that asks to join."""
    return f"{MINE}requests/new/?organization={slug}"


def send(person: Person, slug: str = "acme", note: str = "") -> HttpResponseBase:
    """The answer to the form."""
    return person.client.post(form_for(slug), {"note": note})


def ask(person: Person, slug: str = "acme", note: str = "") -> JoinRequest:
    """The person asks to join, and may."""
    response = send(person, slug, note)
    assert response.status_code == 302, body(response)
    return JoinRequest.objects.filter(user=person.user).latest("id")


def approve(person: Person, request: JoinRequest, role: str = "member") -> HttpResponseBase:
    """Somebody approves a request, on the page it leads to."""
    return person.client.post(f"{REQUESTS}{request.pk}/approval/", {"role": role}, follow=True)


def decline(person: Person, request: JoinRequest, reason: str = "") -> HttpResponseBase:
    """Somebody declines a request, on the page it leads to."""
    return person.client.post(f"{REQUESTS}{request.pk}/declination/", {"reason": reason}, follow=True)


def state(request: JoinRequest) -> str:
    """What became of the request."""
    return JoinRequest.objects.get(pk=request.pk).state


def verified_domain(organization: Organization, name: str, joining: str = "off", **fields: Any) -> Domain:
    """A domain that the organization has proven."""
    verified_at = datetime(2026, 1, 1, tzinfo=UTC)
    fields.setdefault("role", "member")
    return Domain.objects.create(
        organization=organization, name=name, joining=joining, verified_at=verified_at, **fields
    )
