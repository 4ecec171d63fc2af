"""Logs: JSON, one line for each request, no secrets."""

import json
import logging
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from console.logs import JsonFormatter, LineFormatter, without_secrets
from console.registry import registry

TOKEN = "kTq3-vErY-sEcReT_token"
PATHS = [
    f"/invitations/{TOKEN}/",
    f"/invitations/{TOKEN}/acceptance/",
    f"/accounts/confirm-email/{TOKEN}/",
    f"/accounts/password/reset/key/1a-{TOKEN}/",
]


def entry(record: logging.LogRecord) -> dict[str, object]:
    line = JsonFormatter().format(record)
    assert "\n" not in line
    parsed: dict[str, object] = json.loads(line)
    return parsed


@pytest.mark.parametrize("path", PATHS)
def test_links_that_open_something_are_not_in_the_logs(path: str) -> None:
    assert TOKEN not in without_secrets(f'"GET {path} HTTP/1.1" 200')
    assert TOKEN not in without_secrets(f"https://console.example.com{path}")
    record = logging.makeLogRecord({"msg": "Not Found: %s", "args": (path,)})
    assert TOKEN not in LineFormatter().format(record)
    assert TOKEN not in JsonFormatter().format(record)


def secret_addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address that has a token or a key in it, filled in."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from secret_addresses(pattern, route)
        elif {"token", "key"} & pattern.pattern.regex.groupindex.keys():
            # Routes of Django's own kind, and regular expressions.
            path = re.sub(r"<\w+:(?:token|key)>|\(\?P<(?:token|key)>[^)]*\)", TOKEN, route)
            yield "/" + re.sub(r"\(\?P<\w+>[^)]*\)|\\Z|[\^$]", "", path)


def test_every_address_that_opens_something_is_kept_out_of_the_logs() -> None:
    addresses = list(secret_addresses(get_resolver()))
    assert {address.split("/")[1] for address in addresses} == {"invitations", "accounts", "mail", "profile"}
    assert len(addresses) >= len(PATHS)
    for address in addresses:
        assert TOKEN in address
        assert TOKEN not in without_secrets(f"Not Found: {address}"), address


@pytest.mark.parametrize(
    "text",
    [
        "https://console.example.com{}",
        "console.example.com{}",
        "http://localhost:8000/{}",
        "({})",
        "['{}']",
        "next={}",
        "Referer:{}",
    ],
)
def test_an_address_is_known_whatever_stands_before_it(text: str) -> None:
    assert TOKEN not in without_secrets(text.format(PATHS[0]))


@pytest.mark.parametrize("prefix", ["cnsl_secret_", "cnsl_token_", "whsec_"])
def test_a_secret_is_known_by_its_form_wherever_somebody_puts_it(prefix: str) -> None:
    assert without_secrets(f"Not Found: /o/acme/{prefix}4zQ/+b=/x?q={prefix}4zQ") == (
        f"Not Found: /o/acme/{prefix}…?q={prefix}…"
    )
    assert without_secrets("cnsl_key_4zQ") == "cnsl_key_4zQ"


def test_before_the_apps_are_ready_the_text_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "secret_paths", ())
    monkeypatch.setattr(registry, "secret_prefixes", ())
    assert without_secrets("Loading the apps.") == "Loading the apps."


@pytest.mark.parametrize("path", ["/o/acme/members/invitations/new/", "/accounts/login/", "/o/invitations/members/"])
def test_a_path_without_secrets_stays_as_it_is(path: str) -> None:
    assert without_secrets(path) == path


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_a_request_is_one_line_that_names_no_secret(
    client: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.get(f"{path}?email=someone@example.com")
    lines = [record for record in caplog.records if record.name == "console.access"]
    assert len(lines) == 1
    said = entry(lines[0])
    assert said["status"] == answer.status_code
    assert said["level"] == "info"
    assert isinstance(said["duration_ms"], float)
    for record in caplog.records:
        assert TOKEN not in JsonFormatter().format(record)
        assert "someone@example.com" not in JsonFormatter().format(record)


def test_a_line_says_which_request_it_was_written_in(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonFormatter().format(record))

    access = logging.getLogger("console.access")
    handler = Keep()
    access.addHandler(handler)
    try:
        answer = client.get("/healthz?secret=1")
    finally:
        access.removeHandler(handler)
    said = json.loads(lines[0])
    assert said["request_id"] == answer.headers["X-Request-ID"]
    assert (said["method"], said["path"], said["logger"]) == ("GET", "/healthz", "console.access")
    assert "secret" not in lines[0]


def test_an_exception_stays_on_its_line() -> None:
    error = ValueError(f"/invitations/{TOKEN}/\nsecond line")
    record = logging.makeLogRecord({"msg": "Broken", "exc_info": (ValueError, error, None)})
    said = entry(record)
    assert "ValueError" in str(said["traceback"])
    assert TOKEN not in str(said["traceback"])
