"""What each policy says, through the doors that people use."""

from collections.abc import Callable

import pytest
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from organizations.models import Membership, Organization
from tests.access.table import FACTS, POLICIES
from tests.accounts.deleting import delete
from tests.cast import Person, make_person, make_team
from tests.reading import body, error_at, links, main_words, words

pytestmark = pytest.mark.django_db

NEW = "/organizations/new/"
ONE = "You can be in 1 organization at a time. Leave it first."
WITH_PERSONAL = [policy for policy, facts in FACTS.items() if facts[0]]
WITHOUT_PERSONAL = [policy for policy, facts in FACTS.items() if not facts[0]]
FOUNDER = {policy: next(iter(roles)) for policy, roles in POLICIES.items()}
LEAST = {"default": "member", "exoscale": "tech", "ovhcloud": "member", "percona": "technical"}


@pytest.fixture
def use(settings: Settings) -> Callable[[str], None]:
    """Puts a policy in force: `use("percona")`."""

    def use(policy: str) -> None:
        settings.CONSOLE_POLICY = policy

    return use


def team(members: dict[str, str] | None = None) -> tuple[Organization, Person, dict[str, Person]]:
    """Acme, its founder Flora, and others by the name of their role."""
    flora = make_person("flora.founder@example.com")
    people = {name: make_person(f"{name}.person@example.com") for name in members or {}}
    acme = make_team("Acme", flora)
    for name, role in (members or {}).items():
        Membership.build(organization=acme, user=people[name].user, role=role).save()
    return acme, flora, people


def member_page(person: Person, organization: Organization, what: str) -> str:
    return f"/o/{organization.slug}/members/{person.membership(organization).pk}/{what}/"


@pytest.mark.parametrize("policy", POLICIES)
def test_who_signs_up_has_a_personal_account_or_not(policy: str, use: Callable[[str], None]) -> None:
    use(policy)
    person = make_person("new.comer@example.com")
    assert Organization.objects.filter(person=person.user).exists() == (policy in WITH_PERSONAL)
    assert person.client.get("/o/personal/").status_code == (200 if policy in WITH_PERSONAL else 404)


@pytest.mark.parametrize("policy", WITHOUT_PERSONAL)
def test_without_personal_accounts_no_page_speaks_of_one(policy: str, use: Callable[[str], None]) -> None:
    # Made while there were such accounts: the row is there still, and out of reach.
    person = make_person("early.bird@example.com")
    use(policy)
    assert Organization.objects.filter(person=person.user).exists()
    _acme, flora, _people = team()
    pages = [
        "/getting-started/",
        "/profile/organizations/",
        "/profile/preferences/",
        "/profile/preferences/deletion/",
        NEW,
    ]
    for client, paths in ((person.client, pages), (flora.client, [*pages, "/o/acme/"]), (Client(), ["/"])):
        for path in paths:
            page = client.get(path)
            assert page.status_code == 200, path
            assert "/o/personal/" not in links(page), path
            assert "personal account" not in words(page).lower(), path
    assert person.client.get("/o/personal/").status_code == 404
    assert person.client.get("/o/personal/settings/").status_code == 404


@pytest.mark.parametrize("policy", POLICIES)
def test_where_one_lands(policy: str, use: Callable[[str], None]) -> None:
    use(policy)
    _acme, flora, _people = team()
    newcomer = make_person("new.comer@example.com")
    always = "/o/personal/" if policy == "exoscale" else None
    assert newcomer.client.get("/").headers["Location"] == (always or "/getting-started/")
    assert flora.client.get("/").headers["Location"] == (always or "/o/acme/")
    flora.client.get("/o/acme/")
    again = Client()
    again.force_login(flora.user)
    assert again.get("/").headers["Location"] == (always or "/o/acme/")


@pytest.mark.parametrize("policy", POLICIES)
def test_what_a_new_organization_is(policy: str, use: Callable[[str], None]) -> None:
    use(policy)
    person = make_person("new.comer@example.com")
    page = person.client.post(NEW, {"name": "Vega"}, follow=True)
    made = Organization.objects.get(slug="vega")
    if policy == "exoscale":
        assert (made.status, made.suspended_for) == ("suspended", "unfunded")
        assert "Vega is suspended." in words(page)
        # Inviting and settings go on; resources wait for a payment.
        assert person.client.get("/o/vega/members/invitations/new/").status_code == 200
        assert "create_projects" not in person.membership(made).permissions
    else:
        assert (made.status, made.suspended_for) == ("active", "")
    assert person.membership(made).role == FOUNDER[policy]


@pytest.mark.parametrize("policy", POLICIES)
def test_how_many_organizations_one_may_make(policy: str, use: Callable[[str], None]) -> None:
    use(policy)
    _acme, flora, _people = team()
    answer = flora.client.post(NEW, {"name": "Vega"})
    is_refused = policy == "percona"
    assert Organization.objects.filter(slug="vega").exists() != is_refused
    assert (ONE in words(answer)) == is_refused


@pytest.mark.parametrize("policy", POLICIES)
def test_how_many_organizations_one_may_join(policy: str, use: Callable[[str], None]) -> None:
    use(policy)
    _acme, _flora, people = team({"mia": LEAST[policy]})
    rita = make_person("rita.rival@example.com")
    make_team("Rival", rita)
    rita.client.post(
        "/o/rival/members/invitations/new/",
        {"email": people["mia"].user.email, "role": LEAST[policy], "note": ""},
    )
    link = invitation_link(people["mia"])
    answer = people["mia"].client.post(f"{link}acceptance/")
    is_refused = policy == "percona"
    assert Membership.objects.filter(organization__slug="rival", user=people["mia"].user).exists() != is_refused
    assert (answer.status_code, ONE in words(answer)) == ((409, True) if is_refused else (302, False))
    if is_refused:
        people["mia"].client.post("/o/acme/leaving/")
        assert people["mia"].client.post(f"{link}acceptance/").headers["Location"] == "/o/rival/"


def invitation_link(person: Person) -> str:
    """The link beside the invitation in one's own list."""
    page = person.client.get("/profile/organizations/")
    return next(href for href in links(page) if href.startswith("/invitations/"))


@pytest.mark.parametrize("policy", POLICIES)
def test_whether_one_may_step_down(policy: str, use: Callable[[str], None]) -> None:
    use(policy)
    acme, flora, _people = team({"other": FOUNDER[policy]})
    flora.client.post(member_page(flora, acme, "role"), {"role": LEAST[policy]})
    steps_down = policy in {"default", "ovhcloud"}
    assert flora.membership(acme).role == (LEAST[policy] if steps_down else FOUNDER[policy])


@pytest.mark.parametrize("policy", POLICIES)
def test_nobody_steps_up(policy: str, use: Callable[[str], None]) -> None:
    use(policy)
    acme, _flora, people = team({"mia": LEAST[policy]})
    people["mia"].client.post(member_page(people["mia"], acme, "role"), {"role": FOUNDER[policy]})
    assert people["mia"].membership(acme).role == LEAST[policy]


def leave(flora: Person, acme: Organization, other: Person) -> HttpResponseBase:
    return flora.client.post("/o/acme/leaving/")


def demote(flora: Person, acme: Organization, other: Person) -> HttpResponseBase:
    least = LEAST[POLICY_OF[acme.memberships.get(user=flora.user).role, other.membership(acme).role]]
    return flora.client.post(member_page(flora, acme, "role"), {"role": least})


def be_demoted(flora: Person, acme: Organization, other: Person) -> HttpResponseBase:
    least = other.membership(acme).role
    return other.client.post(member_page(flora, acme, "role"), {"role": least})


def be_removed(flora: Person, acme: Organization, other: Person) -> HttpResponseBase:
    return other.client.post(member_page(flora, acme, "removal"))


def be_removed_by_staff(flora: Person, acme: Organization, other: Person) -> HttpResponseBase:
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    data = {"action": "remove", "_selected_action": str(flora.membership(acme).pk)}
    return stella.client.post("/admin/organizations/membership/", data)


def end_the_account(flora: Person, acme: Organization, other: Person) -> HttpResponseBase:
    return delete(flora)


POLICY_OF = {(FOUNDER[policy], LEAST[policy]): policy for policy in POLICIES}


@pytest.mark.parametrize("way", [leave, demote, be_demoted, be_removed, be_removed_by_staff, end_the_account])
@pytest.mark.parametrize("policy", POLICIES)
def test_the_last_founder_is_kept_whichever_way(
    policy: str, way: Callable[[Person, Organization, Person], HttpResponseBase], use: Callable[[str], None]
) -> None:
    """Attack 22."""
    use(policy)
    acme, flora, people = team({"mia": LEAST[policy]})
    assert way(flora, acme, people["mia"]).status_code < 500
    assert flora.membership(acme).role == FOUNDER[policy]


@pytest.mark.parametrize("policy", POLICIES)
def test_the_pages_of_each_policy_offer_its_roles(policy: str, use: Callable[[str], None]) -> None:
    use(policy)
    _acme, flora, _people = team()
    form = body(flora.client.get("/o/acme/members/invitations/new/"))
    assert [role for role in POLICIES[policy] if f'<option value="{role}"' in form] == list(POLICIES[policy])
    table = main_words(flora.client.get("/o/acme/settings/roles/"))
    assert table.count("yes") == sum(len(held) for held in POLICIES[policy].values())


@pytest.mark.parametrize("policy", POLICIES)
def test_a_role_of_another_policy_is_none(policy: str, use: Callable[[str], None]) -> None:
    use(policy)
    _acme, flora, _people = team()
    foreign = {role for roles in POLICIES.values() for role in roles} - set(POLICIES[policy])
    for role in foreign:
        answer = flora.client.post("/o/acme/members/invitations/new/", {"email": "x@example.com", "role": role})
        assert error_at(answer, "role") == "There is no such role."
