"""A key's life: a secret made in a browser, used by a program elsewhere, told by the log, revoked."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.signing import prove
from tests.cast import Cast
from tests.e2e.inspection import Inspection

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


def ask(web: str, key: str, secret: str) -> tuple[int, dict[str, Any]]:
    """Ask as a program does, over a socket: the status, and what the JSON says."""
    pair = base64.b64encode(f"{key}:{secret}".encode()).decode()
    request = Request(f"{web}/api/v1/key", headers={"Authorization": f"Basic {pair}"})  # noqa: S310 -- our own server
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except HTTPError as problem:
        with problem:
            return problem.status or 0, json.load(problem)


def test_a_secret_is_made_used_seen_in_the_log_and_revoked(
    cast: Cast, web: str, signed_in: Callable[..., Page]
) -> None:
    prove(cast.olivia.client)
    page = signed_in(cast.olivia)
    page.goto("/o/acme/")
    page.locator("#sections").get_by_role("link", name="API keys").click()
    page.get_by_role("button", name="Make a secret").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The secret of your first pair")
    inspection = Inspection(page)
    inspection.look("a secret")
    assert inspection.faults == []
    key, secret = (field.input_value() for field in page.locator(".copy-value").all())

    status, said = ask(web, key, secret)
    assert (status, said["key"], said["organization"]["name"]) == (200, key, "Acme")
    assert ask(web, key, secret[:-1])[0] == 401

    page.get_by_role("link", name="I have kept it").click()
    line = page.locator("#mine li.api-key").first
    expect(line).to_contain_text("Last used just now from 127.0.0.1")
    page.goto("/o/acme/settings/audit-log/?what=keys")
    log = page.locator("#log")
    expect(log).to_contain_text(f"Made the secret of the API key {key}")
    expect(log).to_contain_text(f"The API key {key} was used from a new address")
    expect(log).to_contain_text(f"The API key {key} was not accepted: wrong secret")

    page.goto("/o/acme/api-keys/")
    line.get_by_role("button", name="Actions for First pair").click()
    line.get_by_role("link", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke key").click()
    expect(page.locator("#mine")).to_contain_text("Revoked")
    status, said = ask(web, key, secret)
    assert (status, said["code"]) == (401, "revoked")
