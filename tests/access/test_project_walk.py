"""Every address in a project, with every method that it takes, by everybody, against the table typed by hand."""

from dataclasses import dataclass, replace

import pytest
from django.test import Client

from organizations import policies
from organizations.actions import remove_member, suspend_organization
from organizations.actors import Actor
from projects.levels import Level
from projects.models import Project
from projects.models.grant import set_person_level, set_role_level
from projects.models.project import Visibility
from tests.access.project_table import ADDRESSES, ALL, LEVELS, RESTRICTED, VISIBLE, WITHHELD
from tests.access.project_walk import Place, all_visits, deviations, routes, visits
from tests.access.walk import ABSENT, NO_SUCH_METHOD, OPEN, SIGN_IN, outcome
from tests.cast import Cast
from tests.projects.making import make_project, make_service
from tests.reading import without_tokens

# On one engine: what is asked of the database, tests/projects/test_grants.py asks of both.
pytestmark = pytest.mark.django_db

# The roles between the highest and the lowest are more of the same.
BETWEEN = {"admin", "billing"}


@dataclass(frozen=True)
class Projects:
    """Acme's projects: one that it sees, and one that is restricted."""

    cast: Cast
    visible: Place
    restricted: Place


def place_in(cast: Cast, project: Project) -> Place:
    """A project with one of each thing that an address is about; who has the grants may do everything anyway."""
    set_person_level(project, cast.adam.user.pk, Level.VIEW)
    set_role_level(project, policies.current().role("admin"), Level.VIEW)
    return Place(project=project, service=make_service(project), membership=cast.adam.membership(cast.acme))


@pytest.fixture
def projects(cast: Cast) -> Projects:
    visible = make_project(cast.acme, "website")
    secret = make_project(cast.acme, "secret", visibility=Visibility.RESTRICTED)
    return Projects(cast, place_in(cast, visible), place_in(cast, secret))


def test_every_address_stands_in_the_table() -> None:
    """A new address must be entered in tests/access/project_table.py by somebody who thought about who may go there."""
    assert set(routes()) == set(ADDRESSES)


def test_a_method_that_the_table_does_not_name_is_taken_from_nobody(projects: Projects) -> None:
    client = projects.cast.olivia.client
    others = [v for v in all_visits(projects.visible) if not ADDRESSES[v.name].permission(v.method)]
    assert [visit for visit in others if outcome(visit.by(client)) != NO_SUCH_METHOD] == []


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=[pytest.mark.long] if role in BETWEEN else []) for role in VISIBLE]
)
def test_a_role_alone_allows_what_the_table_says(projects: Projects, role: str) -> None:
    client = projects.cast.roles[role].client
    wrong = deviations(client, projects.visible, VISIBLE[role])
    wrong += deviations(client, projects.restricted, RESTRICTED[role])
    assert wrong == []


# The level between allows some and not all; what each allows, tests/projects/test_permissions.py compares.
@pytest.mark.parametrize(
    "level", [pytest.param(level, marks=[] if level == "operate" else pytest.mark.long) for level in LEVELS]
)
def test_a_grant_allows_what_its_level_does(projects: Projects, level: str) -> None:
    """To a member in a restricted project by name, and in one that all see through the role: the union counts."""
    mia = projects.cast.mia
    role = policies.current().role("member")
    set_person_level(projects.restricted.project, mia.user.pk, Level(level))
    set_role_level(projects.visible.project, role, Level(level))
    wrong = deviations(mia.client, projects.restricted, LEVELS[level])
    wrong += deviations(mia.client, projects.visible, LEVELS[level])
    assert wrong == []
    # To nobody else.
    assert outcome(next(visits(projects.restricted)).by(projects.cast.bella.client)) == ABSENT


def test_a_suspension_withholds_from_a_grant_what_it_withholds_from_a_role(projects: Projects) -> None:
    cast = projects.cast
    set_person_level(projects.restricted.project, cast.mia.user.pk, Level.MANAGE)
    suspend_organization(organization=cast.acme, reason="unfunded", by=Actor.system())
    wrong = deviations(cast.mia.client, projects.restricted, ALL - WITHHELD)
    wrong += deviations(cast.theo.client, projects.visible, ALL - WITHHELD)
    assert wrong == []


@pytest.mark.usefixtures("statuses_only")
def test_to_whoever_is_not_a_member_nothing_is_there(projects: Projects) -> None:
    """A stranger, another organization's founder, and somebody with a grant who was removed a moment ago."""
    cast = projects.cast
    set_person_level(projects.visible.project, cast.mia.user.pk, Level.MANAGE)
    remove_member(membership=cast.mia.membership(cast.acme), by=cast.olivia.actor(cast.acme))
    for person in (cast.sam, cast.rita, cast.mia):
        assert deviations(person.client, projects.visible, set()) == []
    assert {outcome(visit.by(Client())) for visit in visits(projects.visible)} == {SIGN_IN}


def test_what_one_may_not_know_of_reads_like_what_is_not_there(projects: Projects) -> None:
    client = projects.cast.mia.client
    path = "/o/acme/projects/secret/"
    there, not_there = client.get(path), client.get(path.replace("secret", "terces"))
    assert (there.status_code, not_there.status_code) == (404, 404)
    assert without_tokens(there).replace("secret", "terces") == without_tokens(not_there)


@pytest.mark.usefixtures("statuses_only")
def test_what_is_of_another_project_or_organization_is_not_there(projects: Projects) -> None:
    """Rival's project below Acme's slug; and in Acme's own project, ids of Rival's and of a project beside it."""
    cast = projects.cast
    theirs = make_project(cast.rival, "theirs")
    foreign = Place(project=theirs, service=make_service(theirs), membership=cast.rita.membership(cast.rival))
    client = cast.olivia.client
    assert {outcome(visit.by(client)) for visit in visits(foreign, slug="acme")} == {ABSENT}
    beside = replace(foreign, service=projects.restricted.service)
    for other in (foreign, beside):
        mixed = replace(other, project=projects.visible.project)
        of_objects = [visit for visit in visits(mixed) if "<uuid:pk>" in routes()[visit.name]]
        assert [visit for visit in of_objects if outcome(visit.by(client)) != ABSENT] == []


def test_a_personal_account_has_projects_and_nobody_to_grant_them_to(cast: Cast) -> None:
    project = make_project(cast.mia.user.personal_account)
    place = Place(
        project=project, service=make_service(project), membership=cast.mia.membership(cast.mia.user.personal_account)
    )
    found = {visit.name: outcome(visit.by(cast.mia.client)) for visit in visits(place, slug="personal")}
    assert found == {name: OPEN if address.in_personal else ABSENT for name, address in ADDRESSES.items()}
