"""The list of storage engines costs the same number of queries for one as for a hundred, the most there are."""

import pytest

from infrastructure.actions.engines import MOST
from tests.api.keying import program_of
from tests.bench.test_list_queries import queries
from tests.cast import Cast
from tests.infrastructure.making import link, make_engine
from tests.projects.making import make_project

pytestmark = pytest.mark.django_db


def test_it_takes_as_many_for_all_as_for_one(cast: Cast) -> None:
    browser, program = cast.theo.client, program_of(cast.theo, cast.acme)

    def taken() -> tuple[int, int]:
        listed = queries(program.client, "/api/v1/storage-engines", {"Authorization": program.basic})
        return queries(browser, "/o/acme/settings/storage-engines/"), listed

    link(make_project(cast.acme), make_engine(cast.acme))
    with_one = taken()
    for _number in range(MOST - 1):
        make_engine(cast.acme)
    # Who asks and where, the list, and how many projects use each; of a program, its key and the list.
    assert taken() == with_one == (6, 2)
