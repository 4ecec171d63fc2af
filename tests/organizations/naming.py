"""Domain names as tests prove them: on their pages, with the record at a name server of the test's own."""

from django.http import HttpResponseBase

from organizations.models import Domain
from tests.cast import Person
from tests.fixtures.nameserver import NameServer
from tests.reading import body

DOMAINS = "/o/acme/settings/domains/"


def add(person: Person, name: str = "corp.example", slug: str = "acme") -> Domain:
    """The person adds a name, and may."""
    response = person.client.post(f"/o/{slug}/settings/domains/new/", {"name": name})
    assert response.status_code == 302, body(response)
    return Domain.objects.get(organization__slug=slug, name=name)


def publish(nameserver: NameServer, domain: Domain) -> None:
    """Whoever runs the domain sets the record that proves it."""
    nameserver.say(domain.record_name, domain.record_value)


def page_of(domain: Domain) -> str:
    """The address of a name's page."""
    return f"/o/{domain.organization.slug}/settings/domains/{domain.pk}/"


def check(person: Person, domain: Domain) -> HttpResponseBase:
    """The page after *Check now*."""
    return person.client.post(f"{page_of(domain)}check/", follow=True)


def join(person: Person, domain: Domain, joining: str = "join", role: str = "member") -> HttpResponseBase:
    """The answer to the form that says who joins."""
    return person.client.post(f"{page_of(domain)}joining/", {"joining": joining, "role": role}, follow=True)
