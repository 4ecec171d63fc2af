"""What the environment makes of the settings."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.embedded

SETTINGS = Path(__file__).resolve().parents[2] / "console" / "settings.py"


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Reads the settings as an operator's variables make them: ``settings_of(SITE_URL="https://…")["DATABASES"]``."""

    def read(**variables: str) -> dict[str, Any]:
        for name in ("DATABASE_URL", "DATABASE_POOL", "REDIS_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return read


def test_what_an_address_of_a_database_asks_for_is_kept_beside_the_pool(settings_of: Any) -> None:
    url = "postgres://console:secret@db.example.com/console?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    options = settings_of(DATABASE_URL=url, DATABASE_POOL="3")["DATABASES"]["default"]["OPTIONS"]
    assert options["sslmode"] == "verify-full"
    assert options["sslrootcert"] == "/etc/ca.pem"
    assert options["pool"]["max_size"] == 3


def test_sqlite_has_one_writer_whatever_its_address_asks_for(settings_of: Any) -> None:
    url = "sqlite:///console.sqlite3?check_same_thread=false"
    options = settings_of(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert options["check_same_thread"] is False
    assert options["transaction_mode"] == "IMMEDIATE"


def hsts(settings: dict[str, Any]) -> tuple[int, bool, bool]:
    return (
        settings["SECURE_HSTS_SECONDS"],
        settings["SECURE_HSTS_INCLUDE_SUBDOMAINS"],
        settings["SECURE_HSTS_PRELOAD"],
    )


def test_browsers_insist_on_https_for_an_hour_unless_the_operator_promises_more(settings_of: Any) -> None:
    https = {"SITE_URL": "https://console.example.com"}
    assert hsts(settings_of()) == (0, False, False)
    assert hsts(settings_of(**https)) == (3600, False, False)
    promised = {"HSTS_SECONDS": "31536000", "HSTS_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}
    assert hsts(settings_of(**https, **promised)) == (31_536_000, True, True)


def test_passkeys_belong_to_the_host_of_the_site_and_plain_http_is_no_error(settings_of: Any) -> None:
    settings = settings_of(SITE_URL="https://Console.example.com:8443/", BRAND_NAME="Vega")
    assert settings["OTP_WEBAUTHN_RP_ID"] == "console.example.com"
    assert settings["OTP_WEBAUTHN_RP_NAME"] == "Vega"
    assert settings["OTP_WEBAUTHN_ALLOWED_ORIGINS"] == ["https://console.example.com:8443"]
    assert "otp_webauthn.E031" in settings_of(SITE_URL="http://10.0.0.1")["SILENCED_SYSTEM_CHECKS"]


def test_providers_come_from_variables_and_forms_may_lead_to_them(settings_of: Any) -> None:
    entry = {"id": "example", "name": "Example", "issuer": "https://login.example.com", "client_id": "a"}
    entries = json.dumps([{**entry, "client_secret": "b"}])
    read = settings_of(GITHUB_CLIENT_ID="a", GITHUB_CLIENT_SECRET="b", GOOGLE_CLIENT_ID="a", OIDC_PROVIDERS=entries)
    assert set(read["SOCIALACCOUNT_PROVIDERS"]) == {"github", "openid_connect"}
    assert read["SECURE_CSP"]["form-action"][1:] == ["https://github.com", "https://login.example.com"]
