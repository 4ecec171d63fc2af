"""The directory at 10,000 organizations and, with --long, at a million: the same queries, found by an index."""

from itertools import batched

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import JoinRequest, Organization
from organizations.models.directory import listed_for, matching
from tests.cast import Cast
from tests.organizations.asking import MINE, REQUESTS, form_for, make_public
from tests.reading import links

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

BATCH = 10_000
KINDS = ["Robotics", "Analytics", "Logistics", "Biotech", "Consulting", "Foods", "Energy", "Media", "Systems", "Works"]
SYLLABLES = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "du", "fe", "go", "hi", "ja", "pu", "wo"]

# Milliseconds, of the database alone, on a machine that does other things too.
AT_MOST = 250


def name_of(number: int) -> str:
    """A name of syllables, its own for each number, and what the company does."""
    syllables = [SYLLABLES[number // 16**place % 16] for place in range(5)]
    return f"{''.join(syllables).capitalize()} {KINDS[number % 10]}"


def many_organizations(number: int) -> None:
    """So many that everybody may find, nobody in them."""
    for numbers in batched(range(number), BATCH):
        made = []
        for index in numbers:
            name = name_of(index)
            # What saving it would copy.
            search = f" {name.lower()} org {index} we make things"
            made.append(
                Organization(
                    name=name,
                    slug=f"org-{index}",
                    description="We make things",
                    discoverability="public",
                    search=search,
                )
            )
        Organization.objects.bulk_create(made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE organizations_organization")


def queries(client: Client, path: str, query: dict[str, str] | None = None) -> list[str]:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, query or {}).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_ten_thousand_take_the_same_queries_as_one_and_none_counts(cast: Cast) -> None:
    make_public(cast.acme)
    client = cast.sam.client
    with_one = queries(client, MINE)
    searched = queries(client, MINE, {"q": "acme"})
    many_organizations(10_000)
    first = queries(client, MINE)
    page = client.get(MINE)
    next_page = MINE + next(link for link in links(page) if "available_after" in link)
    second = queries(client, next_page)
    assert len(with_one) == len(first) == len(second), first
    assert len(queries(client, MINE, {"q": "robotics"})) == len(searched)
    lists = [sql for sql in [*first, *second] if 'FROM "organizations_organization"' in sql]
    assert lists
    assert all("OFFSET" not in sql and "COUNT(" not in sql for sql in lists)
    assert [link for link in links(client.get(MINE, {"q": f"{name_of(7_777)}"})) if "/requests/new/" in link] == [
        form_for("org-7777")
    ]


def test_requests_take_the_same_queries_with_one_and_with_a_thousand(cast: Cast) -> None:
    def fill(first: int, beyond: int) -> None:
        users = type(cast.sam.user).objects.bulk_create(
            type(cast.sam.user)(email=f"person{number}@example.net", first_name="Pat")
            for number in range(first, beyond)
        )
        JoinRequest.objects.bulk_create(JoinRequest(organization=cast.acme, user=user) for user in users)

    fill(0, 1)
    with_one = queries(cast.adam.client, REQUESTS)
    fill(1, 1_000)
    assert len(queries(cast.adam.client, REQUESTS)) == len(with_one) <= 8


TERMS = [
    "robotics",
    "bakelimo",
    "kelimonu analytics",
    "a",
    "b",
    "q",
    "zz",
    "ba",
    "xq",
    "things",
    "org 4",
    "nowhere",
    "",
]


@pytest.mark.long
def test_a_million_are_searched_by_an_index(cast: Cast) -> None:
    many_organizations(1_000_000)
    times: dict[str, float] = {}
    for term in TERMS:
        found = matching(listed_for(cast.sam.user), term) if term else listed_for(cast.sam.user)
        plan = found.order_by("name", "id").values("id", "name")[:21].explain(analyze=True)
        times[term] = float(plan.rpartition("Execution Time: ")[2].split()[0])
        print(f"{term!r}: {times[term]:.1f} ms\n{plan}\n")
        assert "Seq Scan on organizations_organization" not in plan, plan
        assert "organization_by_search" in plan or "organization_in_directory" in plan, plan
    assert max(times.values()) < AT_MOST, times
