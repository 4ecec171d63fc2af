"""Checks of a deployment's settings, which ``manage.py check --deploy`` runs beside Django's own."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host

from console.text import is_web_address

HELP_PAGES: Final = ("HELP_CENTRE_URL", "COMMUNITY_URL", "TICKETS_URL")


def check_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The key of development is public, so whoever reads our source could sign links and sessions."""
    if settings.SECRET_KEY.startswith("only-for-development"):
        return [
            Error(
                "SECRET_KEY is the one of development.",
                hint="Set SECRET_KEY to 50 or more random characters.",
                id="console.E001",
            )
        ]
    return []


def check_encryption_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Secrets at rest then hang on the key that signs sessions: with it they would be lost, or could not be changed."""
    if not settings.ENCRYPTION_KEYS:
        return [
            Advice(
                "ENCRYPTION_KEYS is not set: secrets of authenticator apps and backup codes hang on SECRET_KEY.",
                hint=(
                    "Set it to 50 or more random characters before people use this console. Where they do already, "
                    "put the present SECRET_KEY, and each of SECRET_KEY_FALLBACKS, behind them, comma separated."
                ),
                id="console.W003",
            )
        ]
    return []


def check_site_url(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Links in mails begin with SITE_URL: they must be private on the way, and this console must answer to them."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https":
        return [
            Error(
                f"SITE_URL does not begin with https:// ({settings.SITE_URL}).",
                hint="Links in mails carry secrets, and cookies are only sent safely over HTTPS.",
                id="console.E002",
            )
        ]
    if not validate_host(site.hostname or "", settings.ALLOWED_HOSTS):
        return [
            Error(
                f"ALLOWED_HOSTS does not name the host of SITE_URL ({site.hostname}).",
                hint="Add it, comma separated.",
                id="console.E003",
            )
        ]
    return []


def check_mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without a transport nobody could verify an address or accept an invitation."""
    if not settings.EMAIL_URL:
        return [
            Advice(
                "EMAIL_URL is not set, so mail is kept and never sent.",
                hint="EMAIL_URL=smtp://user:password@host:587/?tls=true",
                id="console.W001",
            )
        ]
    return []


def check_engines(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without Redis there is neither worker nor beat, and each process counts rate limits for itself."""
    real = settings.EMAIL_URL or settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    if real and not settings.REDIS_URL:
        return [
            Advice(
                "REDIS_URL is not set, although DATABASE_URL or EMAIL_URL is.",
                hint="Without it only bin/dev runs what is periodic: a mail that could not be sent is not tried again.",
                id="console.W002",
            )
        ]
    return []


def check_help(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What is no address of a page, or of a mailbox, is not shown on ``/help/``: somebody should know."""
    wrong = [name for name in HELP_PAGES if (page := getattr(settings, name)) and not is_web_address(page)]
    try:
        validate_email(settings.SUPPORT_EMAIL or "nobody@example.com")
    except ValidationError:
        wrong.append("SUPPORT_EMAIL")
    return [
        Error(f"{name} is no address.", hint="https://… for a page, name@example.com for mail.", id="console.E004")
        for name in wrong
    ]


DEPLOYMENT: Final = (check_secret_key, check_encryption_keys, check_site_url, check_mail, check_engines, check_help)
