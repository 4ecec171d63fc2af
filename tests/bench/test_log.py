"""The audit log at a million events, among those of others: every filter finds its page by an index. `--long`."""

import re
from time import perf_counter
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from organizations.models import Organization
from tests.api.keying import Program, program_of
from tests.bench.plans import Plan, asked, explain, the_one
from tests.cast import Person, make_person, make_team
from tests.memory import measured
from tests.reading import body

pytestmark = [pytest.mark.postgresql, pytest.mark.long, pytest.mark.django_db]

MANY = 1_000_000
FILE = 20_000
LOG = "/o/vega/settings/audit-log/"
# What only the query for the rows says.
ROWS = '"audit_detail"."texts" AS'
LATER = '"audit_link"."position" >'
# Milliseconds of the database, on a machine that does other things too.
AT_ONCE = 100
# A name that some thousands of events have: they are looked through for the newest.
LOOKING = 1_500

RARE = UUID(int=3)
KEY = UUID(int=4)
TARGET = UUID(int=5)

# Events every half minute up to this moment: a year of a large organization. One in a thousand is denied, five in a
# million have to do with settings; two hundred people, of whom Ursula Rare did five things.
FILL = """
WITH numbered AS (
    SELECT n, floor(extract(epoch FROM now()) * 1000)::bigint - (%(many)s - n)::bigint * 30000 AS ms
    FROM generate_series(1, %(many)s) AS n
), made AS (
    INSERT INTO audit_event (id, at, action, outcome, organization_id, actor_kind, actor_id, key_id, subject_id,
        target_type, target_id, before, after)
    SELECT
        (lpad(to_hex(ms), 12, '0') || '7' || %(mark)s || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
        to_timestamp(ms / 1000.0),
        CASE WHEN n %% 200000 = 7 THEN 'organization.edited'
            WHEN n %% 3 = 0 THEN 'membership.role_changed' WHEN n %% 3 = 1 THEN 'invitation.created'
            ELSE 'account.signed_in' END,
        CASE WHEN n %% 1000 = 1 THEN 'denied' ELSE 'done' END,
        %(organization)s, 'user',
        CASE WHEN n %% 200000 = 9 THEN %(rare)s ELSE (lpad(to_hex(1000 + n %% 200), 32, '0'))::uuid END,
        CASE WHEN n %% 10000 = 1 THEN %(key)s END,
        NULL, 'organizations.membership',
        CASE WHEN n %% 50000 = 1 THEN %(target)s ELSE (lpad(to_hex(5000 + n %% 9000), 32, '0'))::uuid END,
        '{}', '{}'
    FROM numbered
)
INSERT INTO audit_detail (event_id, organization_id, actor, key_name, target, address, device, texts, request_id)
SELECT
    (lpad(to_hex(ms), 12, '0') || '7' || %(mark)s || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
    %(organization)s,
    CASE WHEN n %% 200000 = 9 THEN 'Ursula Rare'
        ELSE (ARRAY['Anna', 'Bruno', 'Chloé', 'Dmitri', 'Elif'])[1 + n %% 5] || ' ' || %(family)s || ' ' || n %% 200
    END,
    CASE WHEN n %% 10000 = 1 THEN 'Nightly build' ELSE '' END,
    'Somebody', '198.51.100.7', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', '{}', ''
FROM numbered
"""

# Where each stands in its chain.
LINK = """
WITH chain AS (INSERT INTO audit_chain (id, position, hash) VALUES (%(organization)s, %(many)s, '') RETURNING id)
INSERT INTO audit_link (event_id, chain_id, position, hash)
SELECT event.id, chain.id, row_number() OVER (ORDER BY event.id), ''
FROM audit_event AS event JOIN chain ON event.organization_id = chain.id
"""


@pytest.fixture
def vega(db: None) -> tuple[Organization, Person]:
    """Vega, whose owner Vera is."""
    owner = make_person("vera.owner@example.com")
    return make_team("Vega", owner), owner


def fill(organization: Organization, many: int, mark: str, family: str) -> None:
    with connection.cursor() as cursor:
        ids = {"rare": RARE, "key": KEY, "target": TARGET}
        others = {name: UUID(int=value.int + 100) for name, value in ids.items()}
        cursor.execute(
            FILL,
            {
                **(ids if mark == "000" else others),
                "organization": organization.pk,
                "many": many,
                "mark": mark,
                "family": family,
            },
        )
        cursor.execute(LINK, {"organization": organization.pk, "many": many})


@pytest.fixture
def grown(vega: tuple[Organization, Person]) -> Person:
    """Vera, once Vega has a million events, among as many of others whose names Vega has not."""
    organization, vera = vega
    fill(organization, MANY, "000", "Martin")
    fill(make_team("Other", make_person("otto.other@example.com")), MANY // 3, "001", "Otherwise")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return vera


def test_every_filter_finds_its_page_by_an_index(vega: tuple[Organization, Person], grown: Person) -> None:
    began = perf_counter()

    def look(query: str, path: str = LOG) -> Plan:
        queries = asked(grown.client, f"{path}?{query}")
        assert len(queries) <= 7, queries
        plan = explain(the_one(queries, ROWS))
        print(f"{plan}  {query}")
        assert not plan.reads_all_of("audit_event"), query
        assert not plan.reads_all_of("audit_detail"), query
        return plan

    middle = Event.objects.filter(organization_id=vega[0].pk).order_by("id")[MANY // 2]
    day = f"from={middle.at.date()}&to={middle.at.date()}"
    for query in (
        "", "sort=at", "what=people", "what=billing", "what=settings", "what=keys", "outcome=denied", "outcome=done",
        f"actor={RARE}", f"actor={UUID(int=1000)}", f"key={KEY}", f"target={TARGET}", f"target={UUID(int=5001)}",
        "target=nonsense", day, f"{day}&what=roles", "to=2020-01-01", "from=2999-01-01",
        f"actor={UUID(int=1000)}&what=settings", "what=roles&outcome=denied",
    ):  # fmt: skip
        assert look(query).milliseconds < AT_ONCE, query
    for query in (
        "who=anna", "who=a", "who=martin 199", "who=rare", "who=otherwise", "who=nobody", "who=nightly",
        f"{day}&who=nobody", "who=anna&what=settings", "who=anna&outcome=denied", f"who=elif&actor={UUID(int=1000)}",
    ):  # fmt: skip
        assert look(query).milliseconds < LOOKING, query
    # The end is as near as the beginning: what follows the fiftieth from the end.
    match = re.search(r"after=([\w-]+)", body(grown.client.get(f"{LOG}?sort=at")))
    assert match
    assert look(f"sort=-at&after={match[1]}").milliseconds < AT_ONCE
    assert body(grown.client.get(f"{LOG}?sort=-at&after={match[1]}")).count('class="event-mark"') == 49
    print(f"{perf_counter() - began:.1f} s in all")
    follows(program_of(grown, vega[0]))


def follows(program: Program) -> None:
    """A program that follows the log finds where it was by the chain, near its beginning and near its end."""
    for after in (0, MANY // 2, MANY - 10):
        with CaptureQueriesContext(connection) as captured:
            assert program.get("/events", order="oldest", limit="100", after=str(after)).status_code == 200
        plan = explain(the_one([query["sql"] for query in captured.captured_queries], LATER))
        print(f"{plan}  after {after}")
        assert plan.uses("link_position_once"), after
        assert plan.milliseconds < AT_ONCE, after


def read(person: Person, kind: str) -> tuple[int, float]:
    """How many lines a file of the log has, and the megabytes that it took at once."""
    response: Any = person.client.get(f"{LOG}export/?format={kind}")
    with measured() as memory:
        lines = sum(chunk.count(b"\n") for chunk in response.streaming_content)
    return lines, memory.peak / 1e6


def test_a_file_is_made_in_a_memory_that_does_not_hold_it(vega: tuple[Organization, Person]) -> None:
    organization, vera = vega
    fill(organization, FILE, "000", "Martin")
    for kind in ("jsonl", "csv"):
        began = perf_counter()
        lines, megabytes = read(vera, kind)
        print(f"{kind}: {lines} lines, {megabytes:.1f} MB, {perf_counter() - began:.0f} s (traced)")
        assert lines > FILE
        # Some batches of five hundred, until Python collects them; all of it would be ten times as much.
        assert megabytes < 30
