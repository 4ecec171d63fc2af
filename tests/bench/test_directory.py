"""The directory at 10,000 organizations and, with --long, at a million: the same queries, found by an index."""

import base64
import json

import pytest

from organizations.models import JoinRequest, Organization
from tests.bench.plans import asked, explain, the_one
from tests.bulk import many_organizations, name_of
from tests.cast import Cast
from tests.organizations.asking import MINE, REQUESTS, form_for, make_public
from tests.reading import links

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

# What only the query for the rows says.
ROWS = "\"discoverability\" = 'public'"
# Milliseconds, of the database alone, on a machine that does other things too.
AT_MOST = 500


def test_ten_thousand_take_the_same_queries_as_one_and_none_counts(cast: Cast) -> None:
    make_public(cast.acme)
    client = cast.sam.client
    with_one = asked(client, MINE)
    searched = asked(client, MINE, {"q": "acme"})
    many_organizations(10_000)
    first = asked(client, MINE)
    page = client.get(MINE)
    next_page = MINE + next(link for link in links(page) if "available_after" in link)
    second = asked(client, next_page)
    # Where there is somebody to show, their domains are asked for.
    assert len(with_one) == len(first) == len(second) <= 11, first
    assert len(asked(client, MINE, {"q": "robotics"})) == len(searched)
    for page_queries in (first, second):
        of_list = the_one(page_queries, ROWS)
        assert "OFFSET" not in of_list
        assert "COUNT(" not in of_list
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
    with_one = asked(cast.adam.client, REQUESTS)
    fill(1, 1_000)
    assert len(asked(cast.adam.client, REQUESTS)) == len(with_one) <= 7


TERMS = [
    # What is typed letter by letter.
    "b", "ba", "bak", "bake", "bakelimo", "bakelimonu robotics",
    # Words that very many have, in the name or in the description, and several of them.
    "robotics", "things", "robotics things", "batteries magnets media",
    # Numbers, other letters, what nobody has.
    "org 4", "org-777777", "données", "LABOR München", "q", "zz", "xq", "nowhere", "nowhere robotics",
]  # fmt: skip


@pytest.mark.long
def test_a_million_are_searched_by_an_index(cast: Cast) -> None:
    make_public(cast.acme)
    client = cast.sam.client
    with_one, searched = asked(client, MINE), asked(client, MINE, {"q": "acme"})
    many_organizations(1_000_000)
    far = Organization.objects.order_by("name", "id").filter(name__gte="Tu").values("name", "pk")[0]
    paths = {
        "(the first page)": {},
        "(a page near the end)": {"available_after": key_of(far["name"], far["pk"].hex)},
        **{term: {"q": term} for term in TERMS},
    }
    times: dict[str, float] = {}
    for what, query in paths.items():
        page = asked(client, MINE, query)
        # Where nothing is found, no domains are asked for.
        assert len(page) in {len(searched), len(searched) - 1} if "q" in query else len(page) == len(with_one), what
        plan = explain(the_one(page, ROWS))
        times[what] = plan.milliseconds
        print(f"{plan}  {what}")
        assert not plan.reads_all_of("organizations_organization"), what
        assert plan.uses("organization_by_search") or plan.uses("organization_in_directory"), what
    assert max(times.values()) < AT_MOST, times


def key_of(name: str, pk: str) -> str:
    """A page's key in an address (console.pages)."""
    return base64.urlsafe_b64encode(json.dumps([name, pk]).encode()).decode().rstrip("=")


def test_many_are_written_as_saving_one_writes_it(cast: Cast) -> None:
    """The figures are worth something only where the rows are those that people make."""
    many_organizations(40)
    for number, made in enumerate(Organization.objects.filter(slug__startswith="org-").order_by("pk")):
        assert (made.name, made.slug) == (name_of(number), f"org-{number}")
        copied = made.search
        made.save()
        assert made.search == copied
