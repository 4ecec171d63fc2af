"""The list of projects at ten thousand, of which a hundred were granted to who looks: as with those hundred alone."""

from collections.abc import Iterable
from statistics import median
from time import perf_counter

import pytest
from django.db import connection
from django.test import Client

from organizations.models import Organization
from projects.levels import Level
from projects.models import Project
from projects.models.grant import set_person_level
from tests.bench.plans import asked, explain, the_one
from tests.cast import Cast
from tests.projects.making import make_region

pytestmark = [pytest.mark.postgresql, pytest.mark.long, pytest.mark.django_db]

LIST = "/o/acme/projects/"
MANY = 10_000
GRANTED = 100
# What only the query for the rows says.
ROWS = '"projects_project"."sort_name" AS "sort_name"'
# How often a page is measured, and how much longer it may take (issue: *Show*).
TIMES = 15
RATIO = 1.5
# Milliseconds of the database, on a machine that does other things too.
AT_ONCE = 100


def fill(organization: Organization, numbers: Iterable[int], visibility: str = "restricted") -> list[Project]:
    """So many projects of an organization."""
    region = make_region()
    return Project.objects.bulk_create(
        (
            Project(
                organization=organization,
                slug=f"project-{number}",
                name=f"Project {number:05}",
                sort_name=f"project {number:05}",
                search=f"project {number:05} project-{number} team{number % 100}",
                visibility=visibility,
                region=region,
            )
            for number in numbers
        ),
        batch_size=2_000,
    )


def analyze() -> None:
    """As the database does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def milliseconds(client: Client) -> float:
    """What the page takes, without what else this machine did meanwhile."""
    times = []
    for _time in range(TIMES):
        began = perf_counter()
        assert client.get(LIST).status_code == 200
        times.append(1_000 * (perf_counter() - began))
    return median(sorted(times)[: TIMES // 2])


def test_a_hundred_granted_of_ten_thousand_are_listed_as_a_hundred_alone(cast: Cast) -> None:
    client = cast.mia.client
    mine = fill(cast.acme, range(0, MANY, MANY // GRANTED))
    for project in mine[:10]:
        set_person_level(project, cast.mia.user.pk, Level.VIEW)
    with_ten = asked(client, LIST)
    for project in mine[10:]:
        set_person_level(project, cast.mia.user.pk, Level.VIEW)
    analyze()
    alone = milliseconds(client)
    fill(cast.acme, [number for number in range(MANY) if number % (MANY // GRANTED)])
    analyze()
    among_many = milliseconds(client)
    queries = asked(client, LIST)
    print(f"{alone:.1f} ms alone, {among_many:.1f} ms among {Project.objects.count()}; {len(queries)} queries")
    assert len(queries) == len(with_ten)
    print(explain(the_one(queries, ROWS)))
    assert among_many < RATIO * alone


def test_ten_thousand_that_all_see_are_found_by_an_index(cast: Cast) -> None:
    fill(cast.acme, range(MANY), "organization")
    Project.objects.filter(slug__endswith="7").update(visibility="restricted")
    # As in a deployment: most rows of the table are others'.
    fill(cast.rival, range(3 * MANY), "organization")
    analyze()
    for who in (cast.mia, cast.olivia):
        for query, index in {
            "": "project_by_name",
            "?sort=-name": "project_by_name",
            "?sort=created": "project_by_age",
            "?sort=-changed": "project_by_change",
        }.items():
            plan = explain(the_one(asked(who.client, LIST + query), ROWS))
            print(f"{plan}  {who.user.first_name} {query}")
            assert plan.uses(index), query
            assert plan.milliseconds < AT_ONCE, query
        searched = explain(the_one(asked(who.client, f"{LIST}?q=05432"), ROWS))
        print(f"{searched}  {who.user.first_name} ?q=05432")
        assert not searched.reads_all_of("projects_project")
        assert searched.milliseconds < AT_ONCE
