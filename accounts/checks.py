"""Start-up checks: files and numbers that an operator has set."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from accounts.passwords.breaches import Unusable, check_file
from accounts.sessions.places import fault_of


def check_geoip_file(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """``GEOIP_FILE`` is a file of cities, where it is set."""
    if not settings.GEOIP_FILE or not (fault := fault_of(settings.GEOIP_FILE)):
        return []
    hint = "Set it to the path of a GeoIP2 or GeoLite2 City file (.mmdb), or to nothing."
    return [Error(f"GEOIP_FILE ({settings.GEOIP_FILE}) is of no use. {fault}", hint=hint, id="accounts.E001")]


def check_session_days(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Sessions end at some time, and not at once."""
    if 1 <= settings.SESSION_IDLE_DAYS <= settings.SESSION_MAX_DAYS:
        return []
    hint = "SESSION_IDLE_DAYS must be 1 or more, and SESSION_MAX_DAYS no less than that."
    return [Error("SESSION_IDLE_DAYS and SESSION_MAX_DAYS do not fit.", hint=hint, id="accounts.E002")]


def check_breached_passwords_file(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """``BREACHED_PASSWORDS_FILE`` is a sorted list of digests, where it is set."""
    if not settings.BREACHED_PASSWORDS_FILE:
        return []
    try:
        check_file(Path(settings.BREACHED_PASSWORDS_FILE))
    except (OSError, Unusable) as error:
        fault = error.strerror if isinstance(error, OSError) else str(error)
        hint = "Set it to the path of a list of SHA-1 digests, one a line and sorted, or to nothing."
        return [Error(f"BREACHED_PASSWORDS_FILE is of no use: {fault}", hint=hint, id="accounts.E003")]
    return []


CHECKS: Final = (check_geoip_file, check_session_days, check_breached_passwords_file)
