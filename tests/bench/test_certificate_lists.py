"""The list of certificates costs the same number of queries whether there is one or twenty."""

import pytest

from tests.api.keying import program_of
from tests.bench.test_list_queries import queries
from tests.cast import Cast
from tests.infrastructure.making import make_certificate

pytestmark = pytest.mark.django_db


def test_it_takes_as_many_for_twenty_as_for_one(cast: Cast) -> None:
    browser, program = cast.theo.client, program_of(cast.theo, cast.acme)

    def taken() -> tuple[int, int]:
        listed = queries(program.client, "/api/v1/certificates", {"Authorization": program.basic})
        return queries(browser, "/o/acme/settings/certificates/"), listed

    make_certificate(cast.acme)
    with_one = taken()
    for _number in range(20):
        make_certificate(cast.acme)
    # Who asks and where, and the list; of a program, its key besides, and the domains that use each.
    assert taken() == with_one == (5, 3)
