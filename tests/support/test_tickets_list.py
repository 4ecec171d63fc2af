"""The list of tickets: whose, which, in what order, and as a file."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponseBase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations.models import Organization
from support.models import Ticket
from tests.cast import Cast, Person
from tests.reading import body, main_words
from tests.support.making import make_product, make_ticket

pytestmark = pytest.mark.django_db

LIST = "/o/acme/support/tickets/"
FILE = f"{LIST}export/"


def numbers(page: HttpResponseBase) -> list[int]:
    """The numbers of the tickets that a list shows, in its order."""
    return [int(part.partition("<")[0]) for part in body(page).split('<span class="muted">#')[1:]]


def table(person: Person, query: str = "") -> list[dict[str, str]]:
    """The file, row by row."""
    response = person.client.get(FILE + query)
    assert response.headers["Cache-Control"] == "no-store, private"
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # it is streamed
    return list(csv.DictReader(io.StringIO(text)))


def fill(organization: Organization) -> None:
    """Three tickets, of which the last is late."""
    now = timezone.now()
    columns = {"product": make_product("database"), "priority": "urgent", "state": "solved"}
    make_ticket(organization, None, "=HYPERLINK(0)", changed_at=now - timedelta(days=2))
    make_ticket(organization, None, "Über alles", changed_at=now - timedelta(days=1), **columns)
    make_ticket(organization, None, "Slow", changed_at=now, answer_due_at=now - timedelta(hours=3))


def test_an_empty_list_says_what_it_is_for_and_one_sees_ones_own(cast: Cast) -> None:
    assert "No tickets yet Ask us when something does not work" in main_words(cast.mia.client.get(LIST))
    make_ticket(cast.acme, cast.mia.user)
    make_ticket(cast.acme, cast.theo.user, "Theo's question")
    make_ticket(cast.rival, cast.rita.user, "Rita's question")
    assert numbers(cast.mia.client.get(LIST)) == [1]
    assert numbers(cast.adam.client.get(LIST)) == [2, 1]
    assert numbers(cast.adam.client.get(f"{LIST}?whose=mine")) == []
    assert "Theo" not in main_words(cast.mia.client.get(f"{LIST}?q=question"))
    assert [row["Title"] for row in table(cast.mia)] == ["It does not start"]


def test_search_filters_and_sort_stand_in_the_address(cast: Cast) -> None:
    with time_machine.travel("2026-11-02 09:00:00Z", tick=False):
        fill(cast.acme)
        client = cast.adam.client
        for query, found in (
            ("", [3, 2, 1]),
            ("?sort=number", [1, 2, 3]),
            ("?q=uber", [2]),
            ("?q=%232", [2]),
            ("?q=alles+UBER", [2]),
            ("?q=%2599999999999", []),
            ("?state=solved", [2]),
            ("?priority=urgent&product=database", [2]),
            ("?state=mad&priority=mad&product=mad&whose=mad&sort=mad&after=mad", [3, 2, 1]),
        ):
            assert numbers(client.get(LIST + query)) == found, query
        shown = main_words(client.get(LIST))
        assert "First answer was due 3 hours ago" in shown
        Ticket.objects.filter(number=3).update(answer_due_at=timezone.now() + timedelta(hours=3))
        assert "First answer due in 3 hours" in main_words(client.get(LIST))
        # What is answered is neither.
        Ticket.objects.filter(number=3).update(first_answered_at=timezone.now())
        assert "First answer" not in main_words(client.get(LIST))
        assert "No ticket found" in main_words(client.get(f"{LIST}?q=nowhere"))


def test_the_file_has_what_the_search_finds_and_no_formulas_in_the_readers_language(cast: Cast) -> None:
    fill(cast.acme)
    assert [row["Title"] for row in table(cast.adam)] == ["Slow", "Über alles", "'=HYPERLINK(0)"]
    (row,) = table(cast.adam, "?state=solved")
    assert (row["Number"], row["State"], row["Priority"], row["Product"]) == ("2", "solved", "urgent", "Database")


@pytest.mark.parametrize("many", [1, 1000])
def test_a_page_takes_as_many_queries_for_a_thousand(cast: Cast, many: int) -> None:
    product = make_product("database")
    Ticket.objects.bulk_create(
        Ticket(organization=cast.acme, number=n, title=f"T{n}", raised_by_name="x", product=product)
        for n in range(1, many + 1)
    )
    cast.adam.client.get(LIST)
    with CaptureQueriesContext(connection) as asked:
        cast.adam.client.get(LIST)
    assert len([query for query in asked if '"support_ticket"' in query["sql"]]) == 1
