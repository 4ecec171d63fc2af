"""Start-up checks: a known policy, and a declared permission on every view below ``/o/<slug>/``."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from organizations import policies


def check_policy(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """``CONSOLE_POLICY`` names a policy."""
    try:
        policies.current()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="organizations.E001")]
    return []


def check_views(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each view below ``/o/<slug>/`` says through ``@requires`` what it asks for."""
    return [
        Error(
            f"The view of {route} declares no permission.",
            hint="Put @requires(Permission.…) on it (organizations/access.py).",
            id="organizations.E002",
        )
        for route, pattern in context_patterns()
        if not hasattr(pattern.callback, "permissions")
    ]


def context_patterns() -> Iterator[tuple[str, URLPattern]]:
    """Every address below ``/o/<slug>/``, with its route."""
    for route, pattern in _patterns(get_resolver()):
        if route.startswith("o/<"):
            yield route, pattern


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route)
        else:
            yield route, entry
