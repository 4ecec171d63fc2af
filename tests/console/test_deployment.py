"""What an operator is told: the checks of a deployment, and the table of variables."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import CheckMessage

from console import checks
from tests.settings import VARIABLES

pytestmark = pytest.mark.embedded

SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
OPERATING = Path(__file__).resolve().parents[2] / "docs" / "operating.md"


def test_each_variable_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", OPERATING.read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(VARIABLES)


@pytest.mark.parametrize(
    ("check", "changed", "found"),
    [
        (checks.check_secret_key, {"SECRET_KEY": "only-for-development-and-refused-by-check-deploy"}, ["console.E001"]),
        (checks.check_secret_key, {}, []),
        (checks.check_encryption_keys, {"ENCRYPTION_KEYS": []}, ["console.W003"]),
        (checks.check_encryption_keys, {}, []),
        (checks.check_site_url, {"SITE_URL": "http://console.example.com"}, ["console.E002"]),
        (checks.check_site_url, {"ALLOWED_HOSTS": ["other.example.com"]}, ["console.E003"]),
        (checks.check_site_url, {}, []),
        (checks.check_mail, {"EMAIL_URL": ""}, ["console.W001"]),
        (checks.check_mail, {}, []),
        (checks.check_engines, {"REDIS_URL": "", "EMAIL_URL": ""}, ["console.W002"]),
        (checks.check_engines, {"REDIS_URL": "", "DATABASES": SQLITE}, ["console.W002"]),
        (checks.check_engines, {"REDIS_URL": "", "EMAIL_URL": "", "DATABASES": SQLITE}, []),
        (checks.check_engines, {}, []),
    ],
)
def test_an_unsafe_setting_is_named(
    monkeypatch: pytest.MonkeyPatch,
    check: Callable[[None], list[CheckMessage]],
    changed: dict[str, Any],
    found: list[str],
) -> None:
    production = {
        "SECRET_KEY": "x9" * 30,
        "ENCRYPTION_KEYS": ["y8" * 30],
        "SITE_URL": "https://console.example.com",
        "ALLOWED_HOSTS": ["console.example.com"],
        "EMAIL_URL": "smtp://mail.example.com",
        "REDIS_URL": "redis://127.0.0.1",
        "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    }
    # In the check only: changing DATABASES for all would not be undone where connections stand.
    monkeypatch.setattr(checks, "settings", SimpleNamespace(**{**production, **changed}))
    assert [message.id for message in check(None)] == found
