"""What nobody thought of, sent to every operation as an Owner (issue 5, Show): made by schemathesis from our schema.

All of its checks of one answer run that need no second request. Left out, and why:

* ``positive_data_acceptance``: what fits the schema may still be refused by a rule (an address that is taken, a role
  that is not there, a founder who is the last), with a 409, a 422 or a 404, as the pages refuse it.
* ``negative_data_rejection`` where the only thing wrong is a header: what is no key of idempotency or no entity tag is
  refused in tests/api/test_idempotency.py and test_tags.py; a malformed If-None-Match is no condition (RFC 9110).
* ``ignored_auth``, ``use_after_free``, ``ensure_resource_availability``, ``object_authorization`` and what else sends
  more requests: tests/access/test_api_walk.py does, with each kind of key.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from pytest_django import Settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from projects.levels import Level
from projects.models.grant import set_person_level
from tests.api.keying import Program
from tests.billing.making import fund, keep_card, make_plan
from tests.cast import Cast
from tests.projects.making import make_project, make_service

pytestmark = pytest.mark.django_db

ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# What says that bad data was not taken; it does not know that a condition is asked for before the body is looked at.
REJECTING = {"negative_data_rejection": {"expected-statuses": ["400", "404", "405", "409", "412", "415", "422"]}}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture
def olivias(cast: Cast, olivias: Program, settings: Settings) -> Program:
    """Hers, which here may ask as often as it likes, of an organization in which something runs, and that can pay."""
    settings.API_REQUESTS_PER_MINUTE = 10**9
    website = make_project(cast.acme)
    make_service(website)
    set_person_level(website, cast.mia.user.pk, Level.OPERATE)
    make_plan()
    fund(cast.acme, 5_000)
    keep_card(cast.acme)
    return olivias


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Requests leave the connection of the test open, as with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def send_all(olivias: Program, kept_connection: None) -> Callable[[int], int]:
    """Sends so many examples to each operation in each mode, and checks the answers; returns how many it sent."""
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), config=SchemathesisConfig.from_dict({"checks": REJECTING})
    )

    def send(each: int) -> int:
        return sum(_send(operation, mode, each, olivias) for operation in _operations(schema) for mode in MODES)

    return send


def _operations(schema: Any) -> Iterator[Any]:
    for result in schema.get_all_operations():
        yield result.ok()


def _send(operation: Any, mode: GenerationMode, each: int, program: Program) -> int:
    sent = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    @examples(
        max_examples=each,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers_well(case: Any) -> None:
        nonlocal sent
        sent += 1
        # Each example finds the same Acme.
        with transaction.atomic():
            response = case.call(headers={"Authorization": program.basic, "Accept-Encoding": "identity"})
            transaction.set_rollback(True)
        # The header is ours, whatever was made up for it.
        case.headers.pop("Authorization", None)
        is_looked_at = _is_wrong_but_for_headers(case) and not _is_signed(operation)
        checks = [*ALWAYS, negative_data_rejection] if is_looked_at else ALWAYS
        case.validate_response(response, checks=checks)

    try:
        answers_well()
    except Exception as error:
        error.add_note(f"{mode.value} data for {operation.label}")
        raise
    return sent


def _is_signed(operation: Any) -> bool:
    """Whether it takes the signature of a backend, which is checked before what was sent is looked at."""
    return "security" in operation.definition.raw


def _is_wrong_but_for_headers(case: Any) -> bool:
    wrong = {place for place, part in case.meta.components.items() if part.mode == GenerationMode.NEGATIVE}
    return bool(wrong - {ParameterLocation.HEADER, ParameterLocation.COOKIE})


def test_a_hundred_examples_are_answered_as_the_schema_says(send_all: Callable[[int], int]) -> None:
    assert send_all(1) >= 90


@pytest.mark.long
def test_two_thousand_examples_are_answered_as_the_schema_says(send_all: Callable[[int], int]) -> None:
    assert send_all(25) >= 2_000
