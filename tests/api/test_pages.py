"""Pages of lists by cursor (issue 5, Deliver 3)."""

from typing import Any

import pytest

from organizations.models import Membership
from tests.api.keying import Program, problem, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def names(program: Program, after: str = "") -> tuple[list[str], Any]:
    """The names on a page of two, and what leads to the next."""
    page = program.get("/members", limit="2", after=after).json()
    return [item["name"] for item in page["items"]], page["next"]


def test_who_comes_or_goes_meanwhile_moves_nobody_else(cast: Cast) -> None:
    olivias = program_of(cast.olivia, cast.acme)
    first, after = names(olivias)
    assert first == ["Adam Admin", "Bella Billing"]
    # Where the page ended nobody stands any more, and somebody came before.
    cast.bella.membership(cast.acme).delete()
    Membership.build(organization=cast.acme, user=cast.sam.user, role="member").save()
    cast.sam.user.first_name = "Aaron"
    cast.sam.user.save()
    second, after = names(olivias, after=after)
    assert second == ["Mia Member", "Olivia Owner"]
    third, end = names(olivias, after=after)
    assert (third, end) == (["Theo Tech"], None)
    # At the end it stays at the end: never the first page again.
    cast.theo.membership(cast.acme).delete()
    assert names(olivias, after=after) == ([], None)


def test_a_cursor_that_was_made_up_is_refused_and_no_first_page(cast: Cast) -> None:
    olivias = program_of(cast.olivia, cast.acme)
    _first, by_name = names(olivias)
    for after in ("x", "W10", "bnVsbA", "WyJhIiwgIngiXQ", "=" * 400, "[" * 400, "é"):
        answer = olivias.get("/members", after=after)
        assert problem(answer) == (422, "cursor"), after
        assert answer.json()["errors"][0]["field"] == "after"
    assert problem(olivias.get("/members", after=by_name, sort="joined")) == (422, "cursor")
    for query in ({"sort": "secret"}, {"limit": "0"}, {"limit": "101"}, {"limit": "9" * 400}, {"after": "a" * 501}):
        answer = olivias.get("/members", None, **query)
        assert problem(answer) == (422, "invalid")
        assert answer.json()["errors"][0]["field"] == next(iter(query))
