"""What the list of members costs: the same queries, seven or fewer, however many there are, first page and last."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Organization
from tests.bulk import many_members
from tests.cast import Cast, Person, make_person, make_team
from tests.reading import body, rows

pytestmark = pytest.mark.django_db

# The session; the user, with the number at the bell; the membership, with organization and role; the organization's own
# roles, for the filter and the rows; the members; the contexts of the switcher; how many requests wait, for the tab.
AT_MOST = 7
# The review asks how many keys those have whom it shows, when one was used last, and how many projects they have.
AT_MOST_IN_THE_REVIEW = AT_MOST + 3


def queries(person: Person, path: str) -> list[str]:
    # As in the middle of a visit: the session knows the context already.
    person.client.get("/o/vega/members/")
    with CaptureQueriesContext(connection) as captured:
        assert person.client.get(path).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.fixture
def vega(db: None) -> tuple[Organization, Person]:
    owner = make_person("vera.owner@example.com")
    return make_team("Vega", owner), owner


@pytest.mark.embedded
def test_one_member_or_fifty_take_the_same_queries(vega: tuple[Organization, Person]) -> None:
    organization, vera = vega
    alone = queries(vera, "/o/vega/members/")
    many_members(organization, 49)
    fifty = queries(vera, "/o/vega/members/")
    assert len(alone) == len(fifty) <= AT_MOST, fifty


@pytest.mark.postgresql
def test_ten_thousand_take_the_same_queries_on_the_first_page_and_on_the_last(
    vega: tuple[Organization, Person],
) -> None:
    organization, vera = vega
    alone = queries(vera, "/o/vega/members/")
    many_members(organization, 9_999)
    first = queries(vera, "/o/vega/members/")
    last_page = address_of_last_page(vera)
    assert len(rows(vera.client.get(last_page))) == 49
    last = queries(vera, last_page)
    assert len(alone) == len(first) == len(last) <= AT_MOST, last
    lists = [sql for sql in [*first, *last] if is_list(sql)]
    assert len(lists) == 2
    assert all("OFFSET" not in sql and "COUNT(" not in sql for sql in lists)


def address_of_last_page(vera: Person) -> str:
    """What follows the fiftieth from the end, without turning two hundred pages: a key points to a row either way."""
    backwards = vera.client.get("/o/vega/members/?sort=-name")
    match = re.search(r"after=([\w-]+)", body(backwards))
    assert match
    return f"/o/vega/members/?sort=name&after={match[1]}"


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/o/vega/members/?mfa=on", AT_MOST),
        ("/o/vega/members/?q=vera", AT_MOST),
        ("/o/vega/members/review/", AT_MOST_IN_THE_REVIEW),
    ],
)
def test_filters_and_the_review_take_the_same_too(vega: tuple[Organization, Person], path: str, most: int) -> None:
    organization, vera = vega
    alone = queries(vera, path)
    many_members(organization, 1_000)
    assert len(alone) == len(queries(vera, path)) <= most


def is_list(sql: str) -> bool:
    """Whether it asks for the rows of the list: the only query of the page that says by what it sorts."""
    return 'AS "sort_name"' in sql


def test_searching_takes_no_more(cast: Cast) -> None:
    cast.mia.client.get("/o/acme/members/")
    with CaptureQueriesContext(connection) as captured:
        assert "Theo" in body(cast.mia.client.get("/o/acme/members/?q=theo&role=tech&sort=-joined"))
    assert len(captured.captured_queries) <= AT_MOST, [query["sql"] for query in captured.captured_queries]


@pytest.mark.postgresql
def test_the_invitations_take_the_same_queries_with_one_and_with_a_thousand(
    vega: tuple[Organization, Person],
) -> None:
    organization, vera = vega

    def cost() -> int:
        vera.client.get("/o/vega/members/invitations/")
        with CaptureQueriesContext(connection) as captured:
            assert vera.client.get("/o/vega/members/invitations/").status_code == 200
        return len(captured.captured_queries)

    def invite(first: int, beyond: int) -> None:
        organization.invitations.bulk_create(
            organization.invitations.model(
                organization=organization, email=f"guest{number}@example.net", role="member", invited_by=vera.user
            )
            for number in range(first, beyond)
        )

    invite(0, 1)
    with_one = cost()
    invite(1, 1001)
    assert cost() == with_one <= AT_MOST


def test_my_organizations_take_the_same_queries_with_one_and_with_many(cast: Cast) -> None:
    def cost() -> int:
        cast.sam.client.get("/profile/organizations/")
        with CaptureQueriesContext(connection) as captured:
            assert cast.sam.client.get("/profile/organizations/").status_code == 200
        return len(captured.captured_queries)

    alone = cost()
    for number in range(9):
        make_team(f"Vega {number}", cast.rita, {"member": cast.sam})
    # The session, the user, the contexts; invitations, requests, my addresses, who wants one of them, the directory,
    # what I have closed, where I am. The eleventh asks for the domains of those that stand in the directory.
    assert cost() == alone <= 10
