"""The list of servers costs the same number of queries whether there is one row or a thousand."""

import pytest

from console.ids import uuid7
from infrastructure.models import Server
from tests.api.keying import program_of
from tests.bench.test_list_queries import MANY, queries
from tests.cast import Cast
from tests.infrastructure.serving import token_of

pytestmark = pytest.mark.django_db


def connect(cast: Cast, number: int) -> None:
    """So many servers of Acme that Theo connected."""
    Server.objects.bulk_create(
        Server(
            organization=cast.acme,
            external_id=str(pk := uuid7()),
            name=f"Server {index}",
            url="https://pmm.example.com/",
            version="3.1.0",
            secret_digest=pk.hex,
            connected_by=cast.theo.user,
        )
        for index in range(number)
    )


def test_it_takes_as_many_for_a_thousand_as_for_one(cast: Cast) -> None:
    program = program_of(cast.theo, cast.acme)
    header = {"Authorization": program.basic}

    def taken() -> list[int]:
        page = queries(cast.theo.client, "/o/acme/settings/servers/")
        found = queries(cast.theo.client, "/o/acme/settings/servers/?q=server&state=reachable&sort=-seen")
        return [page, found, queries(program.client, "/api/v1/servers?limit=100", header)]

    connect(cast, 1)
    token_of(cast.theo, cast.acme)
    with_one = taken()
    connect(cast, MANY)
    assert taken() == with_one
    # Who asks and where, the servers, the tokens that wait.
    assert with_one[0] <= 6
