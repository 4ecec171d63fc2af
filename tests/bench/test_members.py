"""Members at a hundred thousand, among those of other organizations: as with ten, and found by an index. `--long`."""

import re
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations import policies
from organizations.actions import close_organization, closing_work, security
from organizations.actions.closing_work import go_on_closing
from organizations.actions.security import tell_of_second_factor
from organizations.models import Closing, CustomRole, Membership, Organization
from organizations.roles import Permission
from outbox.models import Mail
from tests.bench.plans import Plan, asked, explain, the_one
from tests.bulk import many_members, protect_most
from tests.cast import Person, make_person, make_team
from tests.memory import measured
from tests.reading import body, rows

pytestmark = [pytest.mark.postgresql, pytest.mark.long, pytest.mark.django_db]

MANY = 100_000
MEMBERS = "/o/vega/members/"
REVIEW = "/o/vega/members/review/"
PREVIEW = "/o/vega/settings/security/second-factor/?grace_days=7&phone_counts=True"
# What only the query for the rows says.
ROWS = 'AS "sort_name"'
SORTS = {
    "name": "membership_by_name",
    "role": "membership_by_rank",
    "joined": "membership_by_joining",
    "active": "membership_by_activity",
}
# Milliseconds of the database, on a machine that does other things too: of what an index leads to, and of what looks
# at every member of the organization, where few or none of them are meant and no index says which.
AT_ONCE = 100
LOOKING = 1_500


@pytest.fixture
def vega(db: None) -> tuple[Organization, Person]:
    """Vega, whose owner Vera is."""
    owner = make_person("vera.owner@example.com")
    return make_team("Vega", owner), owner


def fill(organization: Organization) -> None:
    """A hundred thousand members, nine in ten with a second factor, three with a role of the organization's own."""
    other = make_team("Other", make_person("otto.other@example.com"))
    many_members(organization, MANY - 1)
    # As in a deployment: not all rows of the table are theirs.
    many_members(other, MANY)
    protect_most(organization, MANY - 1)
    auditor = CustomRole.objects.create(
        organization=organization, name="Auditor", permissions={Permission.VIEW_ORGANIZATION}
    )
    three = organization.memberships.filter(user__email__in=[f"person07777{digit}@vega.example" for digit in range(3)])
    assert three.update(**Membership.columns_for(auditor.as_role, policies.current())) == 3
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def last_page(vera: Person, sort: str) -> str:
    """What follows the fiftieth from the end, without turning two thousand pages: a key points to a row either way."""
    match = re.search(r"after=([\w-]+)", body(vera.client.get(f"{MEMBERS}?sort=-{sort}")))
    assert match
    return f"{MEMBERS}?sort={sort}&after={match[1]}"


@pytest.fixture
def stopped_clock() -> Iterator[None]:
    """However long it takes: now and then a page writes down when somebody was last active, and here none does."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.mark.usefixtures("stopped_clock")
def test_every_page_takes_the_queries_of_a_short_list_and_an_index(vega: tuple[Organization, Person]) -> None:
    organization, vera = vega
    alone = {len(asked(vera.client, path)) for path in (MEMBERS, REVIEW, PREVIEW)}
    fill(organization)

    def look(path: str) -> Plan:
        queries = asked(vera.client, path)
        assert {len(queries)} == alone == {7}, queries
        plan = explain(the_one(queries, ROWS))
        print(f"{plan}  {path}")
        assert not plan.reads_all_of("organizations_membership"), path
        return plan

    for sort, index in SORTS.items():
        for path in (f"{MEMBERS}?sort={sort}", f"{MEMBERS}?sort=-{sort}", last_page(vera, sort)):
            plan = look(path)
            assert plan.uses(index), path
            assert plan.milliseconds < AT_ONCE, path
        assert len(rows(vera.client.get(last_page(vera, sort)))) == 49

    for term in ("person054321", "takumi yamamoto person09", "zbigniew zimmermann", "nowhere at all"):
        plan = look(f"{MEMBERS}?q={term}")
        assert plan.uses("membership_by_search"), term
        assert plan.milliseconds < AT_ONCE, term
    assert "person054321@vega.example" in body(vera.client.get(f"{MEMBERS}?q=person054321"))

    auditor = CustomRole.objects.get()
    for role, number in (("owner", 1), (str(auditor.pk), 3), ("member", 50)):
        path = f"{MEMBERS}?role={role}"
        assert look(path).milliseconds < AT_ONCE, path
        assert len(rows(vera.client.get(path))) == number

    # Frequent letters are found while sorting, rare ones and factors by looking at every member of this organization.
    for query in ("q=a", "q=ng", "q=zz", "mfa=on", "mfa=off", "mfa=off&q=ng", f"mfa=on&role={auditor.pk}"):
        assert look(f"{MEMBERS}?{query}").milliseconds < LOOKING, query
    assert look(REVIEW).milliseconds < AT_ONCE

    # Of whom a rule would concern, no more are counted than anybody reads.
    for path in (PREVIEW, f"{PREVIEW}&q=person012"):
        assert look(path).milliseconds < LOOKING, path
        plan = explain(the_one(asked(vera.client, path), 'COUNT(*) FROM (SELECT "organizations_membership"'))
        print(f"{plan}  the number on {path}")
        assert plan.milliseconds < LOOKING, path


@pytest.mark.parametrize("path", [f"{MEMBERS}export/", f"{MEMBERS}review/export/"])
def test_a_file_is_made_in_a_memory_that_does_not_grow(vega: tuple[Organization, Person], path: str) -> None:
    organization, vera = vega
    vera.client.get(path)
    many_members(organization, MANY - 1)
    began = perf_counter()
    with measured() as memory, CaptureQueriesContext(connection) as captured:
        answer: Any = vera.client.get(path)
        lines = sum(chunk.count(b"\r\n") for chunk in answer.streaming_content)
    most = memory.peak
    print(
        f"{path}: {lines} lines, {len(captured)} queries, {most / 1e6:.1f} MB, {perf_counter() - began:.0f} s (traced)"
    )
    assert lines == MANY + 1
    assert most < 20_000_000
    # A thousand rows with each query, and whether the reader is still a member before each.
    assert len(captured) < 2 * MANY / 1_000 + 20


def test_all_are_told_in_batches_that_cost_the_same_from_the_first_to_the_last(
    vega: tuple[Organization, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    organization, vera = vega
    many_members(organization, MANY - 1)
    monkeypatch.setattr(security, "BATCHES", 1)
    monkeypatch.setattr(closing_work, "BATCHES", 1)
    of_the_last = organization.memberships.order_by("pk")[MANY - 1_000 : MANY - 999].values_list("pk", flat=True).get()

    now = timezone.now()
    Organization.objects.filter(pk=organization.pk).update(second_factor_from=now, second_factor_set_at=now)
    first = cost(tell_of_second_factor)
    organization.memberships.filter(pk__lt=of_the_last).update(factor_told_at=timezone.now())
    last = cost(tell_of_second_factor)
    print(f"second factor, {security.BATCH} told: queries and seconds {first}, of the last {last}")
    assert first[0] == last[0] <= 2 * security.BATCH
    assert Mail.objects.filter(kind="second-factor-required").count() == 2 * security.BATCH

    Organization.objects.filter(pk=organization.pk).update(second_factor_from=None, second_factor_set_at=None)
    organization.refresh_from_db()
    close_organization(organization=organization, name="Vega", acknowledged=True, by=vera.actor(organization))
    closing = Closing.objects.get()
    first = cost(lambda: go_on_closing(closing.pk))
    Closing.objects.update(told_up_to=of_the_last)
    last = cost(lambda: go_on_closing(closing.pk))
    print(f"closing, {closing_work.BATCH} told: queries and seconds {first}, of the last {last}")
    assert first[0] == last[0] <= 3 * closing_work.BATCH
    assert Mail.objects.filter(kind="organization-closed").count() == 2 * closing_work.BATCH


def cost(step: Callable[[], object]) -> tuple[int, float]:
    """How many queries a step takes, and how many seconds."""
    began = perf_counter()
    with CaptureQueriesContext(connection) as captured:
        step()
    return len(captured), round(perf_counter() - began, 1)
