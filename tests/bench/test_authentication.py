"""What it costs to come in with a key, beside what a page costs (issue 5, *Show*). ``-rP`` shows the figures."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.origin import Origin
from organizations.api.authentication import WAYS_IN, signature
from organizations.api.authentication.checks import check
from organizations.api.authentication.keys import secrets_of
from organizations.models import ApiKey, ApiKeyAddress
from tests.api.keying import Program, program_of
from tests.api.signing import Signer
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PATH = "/members"
HERE = Origin(address="127.0.0.1", device="", request_id="")


def queries(ask: Callable[[], Any]) -> int:
    """How many queries a request takes once what the first visit leaves behind is there."""
    assert ask().status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)


def median_ms(do: Callable[[], object], times: int) -> float:
    """The median of so many runs, in milliseconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        do()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def more_keys(program: Program, number: int) -> None:
    """So many other keys in the same organization, each used from an address of its own."""
    keys = ApiKey.objects.bulk_create(
        ApiKey(organization=program.key.organization, kind="service", name=f"Robot {index}") for index in range(number)
    )
    ApiKeyAddress.objects.bulk_create(
        ApiKeyAddress(key=key, address=f"192.0.{index // 250}.{index % 250}") for index, key in enumerate(keys)
    )


def test_a_key_takes_no_more_than_half_again_the_queries_of_the_page(cast: Cast) -> None:
    adams = program_of(cast.adam, cast.acme)
    page = queries(lambda: cast.adam.client.get("/o/acme/members/"))
    token = {"Authorization": f"Bearer {adams.post('/tokens').json()['token']}"}
    ways: dict[str, Callable[[], Any]] = {
        "Basic": lambda: adams.get(PATH),
        "token": lambda: adams.get(PATH, token),
        "signature": lambda: Signer(adams).send("GET", PATH),
    }
    with_one = {way: queries(ask) for way, ask in ways.items()}
    more_keys(adams, 1_000)
    with_many = {way: queries(ask) for way, ask in ways.items()}
    print(f"queries: the page of members {page}; GET {PATH} with one key {with_one}, among 1,000 others {with_many}")
    assert with_many == with_one
    assert max(with_one.values()) <= 1.5 * page


def test_checking_a_secret_is_not_what_a_request_waits_for(cast: Cast) -> None:
    """The ratio of medians of one run: the machine may be busy, but with both alike."""
    adams = program_of(cast.adam, cast.acme)
    request = adams.get(PATH).wsgi_request
    read, credentials = WAYS_IN["basic"], adams.basic.partition(" ")[2]
    key = read(credentials, request).key

    def come_in() -> None:
        check(read(credentials, request).key, HERE)

    def sign() -> None:
        signature.message_of(method="GET", path="/api/v1/members", body=b"", arguments={}, expires=1)

    with CaptureQueriesContext(connection) as captured:
        come_in()
    assert len(captured) == 1
    whole = median_ms(lambda: adams.get(PATH), 15)
    opened = median_ms(lambda: list(secrets_of(key)), 30)
    print(
        f"a whole request with Basic {whole:.2f} ms, of which: key looked up, secret opened and compared, all checks "
        f"{median_ms(come_in, 30):.2f} ms; opening the secret {opened:.3f} ms; the message of a signature "
        f"{median_ms(sign, 30):.3f} ms"
    )
    assert opened < whole / 5
