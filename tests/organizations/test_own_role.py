"""Managing one's own role (text 002, section 3.3): a lower one, where the policy lets people step down."""

import pytest
from django.test import Client

from organizations.models import Membership
from tests.cast import Cast, make_person, make_team
from tests.organizations.asking import MINE
from tests.reading import body, links, main_words, words

pytestmark = pytest.mark.django_db

PAGE = "/o/acme/role/"


def test_my_organizations_lead_to_my_role_the_members_and_the_way_out(cast: Cast) -> None:
    assert {PAGE, "/o/acme/members/"} <= set(links(cast.mia.client.get(MINE)))
    assert any(link.startswith("/o/acme/leaving/") for link in links(cast.mia.client.get(MINE)))


def test_a_lower_role_can_be_taken_and_no_other(cast: Cast) -> None:
    page = cast.adam.client.get(PAGE)
    assert 'value="member"' in body(page)
    assert 'value="owner"' not in body(page)
    for role in ("owner", "emperor"):
        assert cast.adam.client.post(PAGE, {"role": role}).status_code == 200
    assert cast.adam.membership(cast.acme).role == "admin"
    response = cast.adam.client.post(PAGE, {"role": "tech"}, follow=True)
    assert "You are now Tech in Acme." in words(response)
    assert cast.adam.membership(cast.acme).role == "tech"
    assert cast.adam.client.post(PAGE, {"role": "admin"}).status_code == 200
    assert cast.adam.membership(cast.acme).role == "tech"


def test_below_the_lowest_there_is_nothing(cast: Cast) -> None:
    assert "There is no lower role" in main_words(cast.mia.client.get(PAGE))


def test_the_last_founder_stays(cast: Cast) -> None:
    page = cast.olivia.client.post(PAGE, {"role": "admin"})
    assert "Acme needs at least one Owner." in main_words(page)
    assert cast.olivia.membership(cast.acme).role == "owner"


def test_a_founder_is_asked_who_they_are(cast: Cast) -> None:
    """An old tab must not give the organization away."""
    stale = Client()
    stale.force_login(cast.olivia.user)
    Membership.build(organization=cast.acme, user=cast.sam.user, role="owner").save()
    stale.post(PAGE, {"role": "admin"})
    assert cast.olivia.membership(cast.acme).role == "owner"


@pytest.mark.parametrize("policy", ["exoscale", "percona"])
def test_where_the_policy_does_not_let_people_step_down_there_is_no_such_page(settings: object, policy: str) -> None:
    settings.CONSOLE_POLICY = policy  # type: ignore[attr-defined] # pytest-django's fixture
    owner = make_person("olga.owner@example.com")
    make_team("Team", owner)
    assert owner.client.get("/o/team/role/").status_code == 404
    assert owner.client.post("/o/team/role/", {"role": "tech"}).status_code == 404
    assert "/o/team/role/" not in links(owner.client.get(MINE))


def test_a_personal_account_has_none(cast: Cast) -> None:
    assert cast.sam.client.get("/o/personal/role/").status_code == 404
