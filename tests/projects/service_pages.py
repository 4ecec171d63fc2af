"""Pages of services of Acme's project, as tests look at them."""

from django.test import Client

from organizations.models import Organization
from organizations.models.organization import Status
from projects.actions.services import carry_out
from projects.models import Service
from tests.reading import body

HERE = "/o/acme/projects/website/"
NEW = f"{HERE}services/new/"


def page_of(service: Service) -> str:
    return f"{HERE}services/{service.pk}/"


def live(client: Client, service: Service, **query: str) -> tuple[int, str]:
    """What a script gets that asks whether something has changed: the status, and the source."""
    answer = client.get(f"{page_of(service)}timeline/", query, headers={"HX-Request": "true"})
    return answer.status_code, body(answer)


def seen_in(source: str) -> dict[str, str]:
    """What the page that shows ``source`` asks with."""
    query = source.partition("timeline/?")[2].partition('"')[0].replace("&amp;", "&")
    return dict(pair.split("=") for pair in query.split("&"))


def finish(service: Service) -> None:
    """The worker does what is to be done."""
    carry_out(service.operations.get(state="open").pk)
    service.refresh_from_db()


def suspend(organization: Organization) -> None:
    Organization.objects.filter(pk=organization.pk).update(status=Status.SUSPENDED, suspended_for="past_due")
