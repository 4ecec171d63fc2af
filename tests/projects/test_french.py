"""French of projects and services: every page in each state, what forms answer, the bell, and what staff see."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from console.refusal import Refused
from organizations import policies
from outbox.models import Endpoint
from projects import schema
from projects.levels import Level
from projects.models import Project, Service
from projects.models.grant import set_person_level, set_role_level
from projects.models.project import Visibility
from projects.models.service import State
from projects.notices import DONE, FAILED
from tests.access.project_walk import Place, visits
from tests.accounts.signing import prove
from tests.cast import Cast, make_person
from tests.console.french import FRENCH, answered, english_in, english_on, said, untold
from tests.projects.making import make_kind, make_project, make_service
from tests.projects.service_pages import HERE, page_of, suspend
from tests.reading import main_words

pytestmark = pytest.mark.django_db

FORM = {
    "type": "object",
    "properties": {"ratio": {"type": "number", "title": "Rapport"}, "name": {"type": "string", "title": "Nom court"}},
    "required": ["name"],
}
# Sent to every form, and wrong at each.
WRONG = {
    "confirmation": "wrong",
    "level": "queen",
    "membership": "nobody",
    "name": "",
    "parameters.ratio": "much",
    "region": "nowhere",
    "role": "queen",
    "size": "huge",
    "slug": "No slug!",
    "tags": "-" * 99,
    "visibility": "everybody",
}
# Words of both languages, and what people and staff have typed.
ALIKE = re.compile(
    r"(API|Actions|Admin|Catalogue|Console|Cookies|Description|English|Français|Notifications|Services)( · Console)?$"
    r"|(Acme|Website|Old|Gone|Main database|Cache|Postgresql|Small|Large|Eu West|Rapport|Nom court|website)\b"
    r"|(Olivia|Adam|Bella|Theo|Mia) \w+|\S+@\S+$|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
)
NEW = "/o/acme/projects/new/"
STAFF = ["projects/region", "projects/servicekind", "projects/project", "projects/service", "outbox/endpoint"]


def reader(client: Client) -> Client:
    """A browser that asks for French, of somebody who has proven a moment ago who they are."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = FRENCH["accept-language"]
    return prove(client)


@pytest.fixture
def olivia(cast: Cast) -> Client:
    return reader(cast.olivia.client)


@pytest.fixture
def project(project: Project, cast: Cast) -> Project:
    """With a grant of each kind."""
    set_person_level(project, cast.mia.user.pk, Level.OPERATE)
    set_role_level(project, policies.current().role("admin"), Level.MANAGE)
    return project


def unmarked(alike: set[str]) -> list[str]:
    """What was perhaps never marked for translation."""
    return sorted(text for text in alike if not ALIKE.match(text))


def test_every_page_in_a_project_and_what_it_says_to_wrong_answers_is_french(
    cast: Cast, project: Project, olivia: Client
) -> None:
    service = make_service(project, kind=make_kind(form=FORM))
    place = Place(project=project, service=service, membership=cast.mia.membership(cast.acme))
    addresses = [(visit.method, visit.path) for visit in visits(place)]
    addresses += [("GET", "/o/acme/projects/"), ("GET", NEW), ("POST", NEW)]
    told = {path: untold(olivia, "get", path) for method, path in addresses if method == "GET"}
    assert {path: english for path, (english, _alike) in told.items() if english} == {}
    assert {path: found for path, (_english, alike) in told.items() if (found := unmarked(alike))} == {}
    answers = {path: answered(olivia, "post", path, WRONG) for method, path in addresses if method == "POST"}
    assert {path: english for path, answer in answers.items() if (english := english_in(said(answer)))} == {}


def test_projects_in_each_state_are_french(cast: Cast, project: Project, olivia: Client) -> None:
    make_project(cast.acme, "old", state="archived", visibility=Visibility.RESTRICTED)
    make_project(cast.acme, "gone", state="deleting", ends_at=timezone.now())
    pages = ["", "?q=nobody", "?state=archived", "old/", "old/settings/", "old/access/?q=a", "gone/", "gone/access/"]
    assert [english for page in pages for english in english_on(olivia, f"/o/acme/projects/{page}")] == []
    assert english_on(olivia, "/o/personal/projects/") == []
    assert "Old Archivé Restreint" in main_words(olivia.get("/o/acme/projects/"))
    suspend(cast.acme)
    pages = ["", "projects/", "projects/website/", "projects/website/services/new/"]
    assert [english for page in pages for english in english_on(olivia, f"/o/acme/{page}")] == []


@pytest.mark.parametrize("state", State)
def test_a_service_in_each_state_is_french(project: Project, olivia: Client, state: State) -> None:
    reason = "Nothing was heard of it for too long." if state == State.FAILED else ""
    service = make_service(project, state=state, reason=reason)
    pages = [HERE, f"{HERE}?services=deleted", page_of(service)]
    assert [english for page in pages for english in english_on(olivia, page)] == []


def test_numbers_and_prices_are_written_as_french_writes_them(project: Project, olivia: Client) -> None:
    service = make_service(project, kind=make_kind(form=FORM), parameters={"ratio": 0.5, "name": "base"})
    page = main_words(olivia.get(page_of(service)))
    assert "Rapport 0,5" in page
    assert "0,02 € par heure, environ 14,60 € par mois" in page.replace("\u00a0", " ")
    with override("fr"), pytest.raises(Refused) as refused:
        schema.check_parameters(
            {"type": "object", "properties": {"ratio": {"type": "number", "minimum": 1.5}}}, {"ratio": 1}
        )
    assert refused.value.messages == ["Saisissez 1,5 ou plus."]


@pytest.mark.parametrize("sentences", [DONE, FAILED])
def test_what_the_bell_says_of_services_is_french(sentences: dict[str, Callable[[], str]]) -> None:
    with override("fr"):
        french = {verb: sentence() for verb, sentence in sentences.items()}
    assert {verb for verb, sentence in sentences.items() if sentence() == french[verb]} == set()


def test_what_staff_see_of_projects_is_french(cast: Cast, project: Project) -> None:
    service: Service = make_service(project)
    endpoint = Endpoint(name="Bases", url="https://backend.example.com/")
    endpoint.set_secret("whsec_made-up")
    endpoint.save()
    rows = [project.region, service.kind, project, service, endpoint]
    staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    pages = [f"/admin/{noun}/" for noun in [*STAFF, "outbox/webhook"]]
    pages += [f"/admin/{noun}/{row.pk}/change/" for noun, row in zip(STAFF, rows, strict=True)]
    pages += [f"/admin/{noun}/add/" for noun in STAFF if noun not in {"projects/project", "projects/service"}]
    assert [english for page in pages for english in english_on(staff, page)] == []
