"""What the frame shows of projects: side bar, overview, lists of memberships, check list, suspensions."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Membership, Organization
from organizations.suspension import Reason
from projects.levels import Level
from projects.models.grant import set_person_level, set_role_level
from projects.models.project import State as ProjectState
from projects.models.project import Visibility
from projects.models.service import State
from tests.cast import Cast, Person, make_person, make_team
from tests.projects.making import make_project, make_service
from tests.reading import body, links, main_words, words, words_at

pytestmark = pytest.mark.django_db

PROJECTS = "/o/acme/projects/"
NEW = "/o/acme/projects/new/"


def side_bar(person: Person, path: str = "/o/acme/") -> list[str]:
    bar = body(person.client.get(path)).partition('id="sections"')[2].partition("</nav>")[0]
    return [part.split('"')[0] for part in bar.split('href="')[1:]]


def card(person: Person, path: str = "/o/acme/") -> str:
    return words_at(person.client.get(path), "id", "projects")


def test_who_sees_projects_finds_them_in_the_side_bar_and_in_the_settings(cast: Cast) -> None:
    for person in cast.roles.values():
        assert PROJECTS in side_bar(person)
    assert "/o/personal/projects/" in side_bar(cast.sam, "/o/personal/")
    # Text 000: from the settings one configures "Your Projects".
    assert links(cast.olivia.client.get("/o/acme/settings/")).count(PROJECTS) == 2


class TestWhoseRoleSeesNoProjects:
    """Text 004: an Admin has no resources. What was granted by name or through the role is there all the same."""

    @pytest.fixture
    def acme(self, install: Callable[[str], None], db: None) -> Organization:
        install("exoscale")
        olivia = make_person("olivia.owner@example.com")
        acme = make_team("Acme", olivia, {"admin": make_person("adam.admin@example.com")})
        # Text 004: a new organization waits for a payment.
        Organization.objects.filter(pk=acme.pk).update(status="active", suspended_for="")
        acme.refresh_from_db()
        return acme

    @pytest.fixture
    def adam(self, acme: Organization) -> Person:
        return Person(Membership.objects.get(organization=acme, role="admin").user)

    def test_finds_none_without_a_grant(self, acme: Organization, adam: Person) -> None:
        make_project(acme, "website")
        assert PROJECTS not in side_bar(adam)
        assert "Website" not in words(adam.client.get("/o/acme/"))

    def test_finds_what_was_granted_by_name(self, acme: Organization, adam: Person) -> None:
        make_project(acme, "website")
        secret = make_project(acme, "payroll", visibility=Visibility.RESTRICTED)
        set_person_level(secret, adam.user.pk, Level.VIEW)
        assert PROJECTS in side_bar(adam)
        assert "Payroll" in card(adam)
        assert "Website" not in card(adam)

    def test_finds_what_was_granted_through_the_role(self, acme: Organization, adam: Person) -> None:
        secret = make_project(acme, "payroll", visibility=Visibility.RESTRICTED)
        set_role_level(secret, adam.membership(acme).held_role, Level.VIEW)
        assert PROJECTS in side_bar(adam)
        assert card(adam)

    def test_one_query_asks_for_it_and_no_fragment_does(self, acme: Organization, adam: Person) -> None:
        adam.client.get("/o/acme/members/")
        for headers, number in (({}, 1), ({"HX-Request": "true", "HX-Target": "members"}, 0)):
            with CaptureQueriesContext(connection) as captured:
                assert adam.client.get("/o/acme/members/", headers=headers).status_code == 200
            assert sum('"projects_project"' in query["sql"] for query in captured) == number

    def test_nobody_else_is_asked_about(self, acme: Organization) -> None:
        olivia = Person(Membership.objects.get(organization=acme, role="owner").user)
        olivia.client.get("/o/acme/members/")
        with CaptureQueriesContext(connection) as captured:
            olivia.client.get("/o/acme/members/")
        assert not [query for query in captured if "projects_" in query["sql"]]

    def test_is_told_of_no_first_project_where_there_can_be_none(self, acme: Organization, adam: Person) -> None:
        # In the personal account an Admin creates what they like.
        assert "Create your first project" in words(adam.client.get("/getting-started/"))
        assert "/o/personal/projects/new/" in links(adam.client.get("/getting-started/"))


def test_a_technical_user_of_percona_has_no_line_for_a_project(install: Callable[[str], None]) -> None:
    install("percona")
    tara = make_person("tara.technical@example.com")
    assert "Create your first project" in words(tara.client.get("/getting-started/"))
    acme = make_team("Acme", make_person("adam.admin@example.com"), {"technical": tara})
    assert "Create your first project" not in words(tara.client.get("/getting-started/"))
    set_person_level(make_project(acme), tara.user.pk, Level.VIEW)
    assert "Create your first project (done)" in words(tara.client.get("/getting-started/"))


class TestOverview:
    def test_shows_the_last_changed_with_what_runs_there(self, cast: Cast) -> None:
        for name in ("one", "two", "three", "four", "five"):
            make_project(cast.acme, name)
        website = make_project(cast.acme, "website")
        for number, state in enumerate(
            [State.RUNNING, State.RUNNING, State.STOPPED, State.DELETED, State.PROVISIONING]
        ):
            make_service(website, f"Service {number}", state=state)
        make_service(website, "Broken", state=State.FAILED, reason="No such image.")
        said = card(cast.mia)
        assert said.startswith("Projects All projects Website 1 failed, 2 running, 1 on its way, 1 stopped")
        assert "Five No services" in said
        assert "One" not in said

    def test_of_what_somebody_may_not_know_it_shows_nothing(self, cast: Cast) -> None:
        make_project(cast.acme, "payroll", visibility=Visibility.RESTRICTED)
        make_project(cast.acme, "old", state=ProjectState.ARCHIVED, archived_at=cast.acme.created_at)
        make_project(cast.rival, "rivals")
        assert "Payroll Restricted" in card(cast.olivia)
        assert "Payroll" not in card(cast.theo)
        assert "Old Archived" in card(cast.theo)
        assert "Rivals" not in words(cast.olivia.client.get("/o/acme/"))

    def test_empty_it_says_what_projects_are_for_and_offers_the_first(self, cast: Cast) -> None:
        assert "No projects yet" in card(cast.theo)
        assert NEW in links(cast.theo.client.get("/o/acme/"))
        assert NEW not in links(cast.mia.client.get("/o/acme/"))
        assert "/o/personal/projects/new/" in links(cast.sam.client.get("/o/personal/"))

    def test_costs_the_same_for_one_and_for_many(self, cast: Cast) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert cast.theo.client.get("/o/acme/").status_code == 200
            return len(captured)

        make_service(make_project(cast.acme))
        cast.theo.client.get("/o/acme/")
        one = cost()
        for number in range(20):
            make_service(make_project(cast.acme, f"p-{number}"))
        assert cost() == one


def test_a_project_is_made_from_the_list_of_ones_organizations(cast: Cast) -> None:
    """Text 002, section 3.3: *you can create new projects within the organization's workspace*."""
    Membership.build(organization=cast.rival, user=cast.theo.user, role="member").save()
    found = links(cast.theo.client.get("/profile/organizations/"))
    assert NEW in found
    assert "/o/personal/projects/new/" in found
    assert "/o/rival/projects/new/" not in found
    for href in (NEW, "/o/personal/projects/new/"):
        assert cast.theo.client.get(href).status_code == 200


def test_the_first_project_is_a_line_of_the_check_list(cast: Cast) -> None:
    line = "Create your first project"
    assert NEW in links(cast.theo.client.get("/getting-started/"))
    # What somebody does not see is not theirs.
    make_project(cast.acme, "payroll", visibility=Visibility.RESTRICTED)
    assert f"{line} (done)" not in words(cast.theo.client.get("/getting-started/"))
    assert f"{line} (done)" in words(cast.olivia.client.get("/getting-started/"))
    make_project(cast.acme)
    assert f"{line} (done)" in words(cast.theo.client.get("/getting-started/"))


class TestSuspended:
    @pytest.fixture(autouse=True)
    def suspended(self, cast: Cast) -> None:
        make_project(cast.acme)
        suspend_organization(organization=cast.acme, reason=Reason.PAST_DUE, by=Actor.system())

    def test_where_a_project_would_be_made_it_says_why_not(self, cast: Cast) -> None:
        assert NEW not in links(cast.theo.client.get("/o/acme/"))
        assert NEW not in links(cast.theo.client.get("/profile/organizations/"))
        refusal = "No project can be created while Acme is suspended."
        assert refusal in card(cast.theo)
        assert refusal in main_words(cast.theo.client.get(PROJECTS))
        # Who could not do it anyway is not told.
        assert "No project can be created" not in card(cast.mia)

    def test_the_page_that_refuses_leads_to_paying(self, cast: Cast) -> None:
        for person, leads in ((cast.olivia, True), (cast.theo, False)):
            refused = person.client.get(NEW)
            assert refused.status_code == 403
            assert "Your role allows it, but Acme is suspended. A payment is due." in main_words(refused)
            assert "Who can pay: members with the role Owner, Admin, Billing." in main_words(refused)
            assert ("/o/acme/billing/payments/new/" in links(refused)) == leads

    def test_by_staff_nobody_is_sent_to_pay(self, cast: Cast) -> None:
        Organization.objects.filter(pk=cast.acme.pk).update(suspended_for=Reason.STAFF)
        refused = cast.olivia.client.get(NEW)
        assert "Only our staff can lift it" in main_words(refused)
        assert "Make a payment" not in words(refused)
