"""What the API says of itself: OpenAPI 3.1 for programs, a page for people (issue 5, Deliver 3)."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from console.api.catalogue import CATALOGUE
from tests.api.test_manners import all_operations
from tests.cast import Cast

SCHEMA = "/api/v1/openapi.json"
DOCS = "/api/v1/docs"


def test_the_document_is_openapi_3_1_and_says_what_all_operations_share(client: Client) -> None:
    answer = client.get(SCHEMA)
    found = answer.json()
    OPENAPI_31_VALIDATOR.validate(found)
    assert (answer.headers["Content-Type"], found["openapi"]) == ("application/json", "3.1.0")
    assert found["servers"] == [{"url": "http://localhost:8000"}]
    assert {name: one["type"] for name, one in found["components"]["securitySchemes"].items()} == {
        "basic": "http",
        "token": "http",
        "signature": "apiKey",
        "backend": "apiKey",
        "connection-token": "http",
        "server-secret": "http",
    }
    change = found["paths"]["/api/v1/organization"]["patch"]
    assert (change["operationId"], change["x-permission"]) == ("change_organization", ["edit_settings"])
    assert {"$ref": "#/components/parameters/If-Match"} in change["parameters"]
    assert set(change["responses"]) >= {"200", "401", "403", "404", "409", "412", "422", "429", "500", "503"}
    conflict = found["components"]["responses"]["Problem409"]["content"]
    assert list(conflict) == ["application/problem+json"]
    # Every reference leads somewhere.
    for name in set(re.findall(r'"\$ref": "#/components/([^"]+)"', json.dumps(found))):
        kind, _slash, key = name.partition("/")
        assert key in found["components"][kind], name


def test_no_two_things_in_the_document_have_one_name() -> None:
    """Else one is described as the other: ninja puts all schemas of all operations together by their names."""
    described: dict[str, dict[str, Any]] = {}
    for method, path, operation in all_operations():
        taken = [model.model_json_schema(mode="validation") for model in operation.models]
        given = [model.model_json_schema(mode="serialization") for model in operation.response_models.values() if model]
        for found in (*taken, *given):
            for name, schema in found.get("$defs", {}).items():
                assert described.setdefault(name, schema) == schema, f"{name} of {method} {path}"
                # No path of a module, by which two of one name would be told apart.
                assert "__" not in name


def test_the_document_is_open_to_everybody_and_asked_for_once(client: Client) -> None:
    first = client.get(SCHEMA)
    assert "public" in first.headers["Cache-Control"]
    again = client.get(SCHEMA, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(SCHEMA).status_code == 200


@pytest.mark.django_db
def test_the_page_signs_a_request_as_our_documents_do(client: Client) -> None:
    """Those are run (test_documented_examples)."""
    documented = Path("docs/api.md").read_text()
    page = unescape(client.get(DOCS).content.decode())
    for line in ("expires=$(", "signature=$(", "openssl dgst", '"Authorization: EXO2'):
        (found,) = [written.strip() for written in documented.splitlines() if written.strip().startswith(line)]
        assert found in page


@pytest.mark.django_db
def test_the_page_shows_each_operation_and_each_problem_and_nothing_of_another_host(client: Client) -> None:
    page = client.get(DOCS).content.decode()
    for path, methods in client.get(SCHEMA).json()["paths"].items():
        assert path in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
            assert f'href="#{operation["operationId"]}"' in page
    for code in CATALOGUE:
        assert f'id="problem-{code}"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert all(source.startswith("/static/") for source in re.findall(r'(?:src|srcset)="([^"]+)"', page))
    assert "curl -u" in page


@pytest.mark.django_db
def test_the_page_is_linked_from_help_and_from_the_foot_of_each_page(cast: Cast) -> None:
    page = cast.sam.client.get("/help/").content.decode()
    assert page.count(f'href="{DOCS}"') == 2


@pytest.mark.django_db
def test_the_page_speaks_the_readers_language_around_what_stays_english(client: Client) -> None:
    page = client.get(DOCS, headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="fr"' in page
    assert 'lang="en"' in page


def test_what_is_copied_is_the_command_with_its_quotes(client: Client) -> None:
    page = client.get("/api/v1/docs").content.decode()
    assert 'data-copy="curl -u &#34;$CONSOLE_KEY:$CONSOLE_SECRET&#34; http' in page
    assert 'data-copy="curl -u "' not in page
