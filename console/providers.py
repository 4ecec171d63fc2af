"""Others to whom people are led, to sign in or to pay: what the environment says of them, and browsers are told."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

# Where each of these asks people to agree.
AUTHORIZATION_ORIGINS = {"google": "https://accounts.google.com", "github": "https://github.com"}
# Where one types a card, and where one's bank asks.
STRIPE_ORIGINS = ["https://checkout.stripe.com", "https://hooks.stripe.com"]
NAMES = {"google": "Google", "github": "GitHub"}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# Only the browser that began may end it, whoever reads the code on its way (RFC 7636, RFC 9700 section 2.1.1).
PKCE = {"OAUTH_PKCE_ENABLED": True}

type Client = tuple[str, str]
type Entry = Mapping[str, Any]


def for_allauth(clients: Mapping[str, Client], openid_connect: Any) -> dict[str, Any]:
    """``SOCIALACCOUNT_PROVIDERS`` of those that are configured; the others are not there.

    ``clients``: id and secret by ``google`` and ``github``, empty where not set; ``openid_connect``: what
    OIDC_PROVIDERS says. Raises ImproperlyConfigured for an entry that cannot be used.
    """
    found: dict[str, Any] = {
        provider: {**PKCE, "APPS": [{"name": NAMES[provider], "client_id": client_id, "secret": secret}]}
        for provider, (client_id, secret) in clients.items()
        if client_id and secret
    }
    if not isinstance(openid_connect, list) or not all(isinstance(entry, dict) for entry in openid_connect):
        raise ImproperlyConfigured("OIDC_PROVIDERS: this is no list of objects.")
    apps = [_application(entry) for entry in openid_connect]
    if len({app["provider_id"] for app in apps}) < len(apps):
        raise ImproperlyConfigured("OIDC_PROVIDERS: two providers have the same id.")
    if apps:
        found["openid_connect"] = {**PKCE, "APPS": apps}
    return found


def authorization_origins(providers: Mapping[str, Any]) -> list[str]:
    """Where forms may lead to: browsers apply ``form-action`` to what a form is answered with, too (CSP Level 3)."""
    origins = [AUTHORIZATION_ORIGINS[provider] for provider in providers if provider in AUTHORIZATION_ORIGINS]
    for app in providers.get("openid_connect", {}).get("APPS", []):
        origins += app["settings"]["authorization_origins"]
    return sorted(set(origins))


def payment_origins(pages: Iterable[str], stripe_key: str) -> list[str]:
    """Where forms may lead to so that people can pay: the addresses that PAYMENT_PAGES names, and Stripe with its key.

    Raises ImproperlyConfigured for what is no address.
    """
    return sorted({*(_origin(page, "PAYMENT_PAGES") for page in pages), *(STRIPE_ORIGINS if stripe_key else [])})


def _application(entry: Entry) -> dict[str, Any]:
    missing = [key for key in ("id", "name", "issuer", "client_id", "client_secret") if not _is_text(entry, key)]
    if missing:
        raise ImproperlyConfigured(f"OIDC_PROVIDERS: an entry lacks {', '.join(missing)}.")
    if not re.fullmatch(r"[a-z0-9-]{1,30}", entry["id"]) or entry["id"] in NAMES:
        raise ImproperlyConfigured(f"OIDC_PROVIDERS: {entry['id']!r} cannot be an id; use small letters, digits and -.")
    issuer = entry["issuer"].rstrip("/")
    # Checked whatever the origins are: TLS to it stands in for signatures (OpenID Connect Core 1.0, 3.1.3.7, item 6).
    origin = _origin(issuer)
    return {
        "provider_id": entry["id"],
        "name": entry["name"],
        "client_id": entry["client_id"],
        "secret": entry["client_secret"],
        "settings": {
            "server_url": issuer,
            "authorization_origins": [_origin(address) for address in entry.get("authorization_origins") or [origin]],
        },
    }


def _is_text(entry: Entry, key: str) -> bool:
    return isinstance(entry.get(key), str) and bool(entry[key].strip())


def _origin(address: str, setting: str = "OIDC_PROVIDERS") -> str:
    # Whoever listens on the way could be anybody there (OpenID Connect Discovery 1.0, section 4).
    parts = urlsplit(address)
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
        raise ImproperlyConfigured(f"{setting}: {address!r} is no https:// address.")
    return f"{parts.scheme}://{parts.netloc}"
