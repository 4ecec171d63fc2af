"""Start-up checks: a known policy, the one of the data, name servers, a permission on every view of ``/o/<slug>/``."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.urls import URLPattern, URLResolver, get_resolver

from organizations import policies
from organizations.dns import server_at
from organizations.models import PolicyInForce

log = logging.getLogger(__name__)


def check_policy(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """``CONSOLE_POLICY`` names a policy."""
    try:
        policies.current()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="organizations.E001")]
    return []


def check_policy_in_force(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The data was made under ``CONSOLE_POLICY``; ``check --deploy --database default`` looks."""
    wrong = wrong_policy() if databases else ""
    return [Error(wrong, id="organizations.E003")] if wrong else []


def check_name_servers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each of DNS_SERVERS is an address: else no domain would ever be proven, and nobody would know why."""
    wrong = []
    for address in settings.DNS_SERVERS:
        try:
            server_at(address)
        except ValueError:
            wrong.append(address)
    sentence = "DNS_SERVERS has %r, which is no address of a name server."
    return [Error(sentence % address, id="organizations.E004") for address in wrong]


def wrong_policy() -> str:
    """What is wrong where the data was made under another policy than ``CONSOLE_POLICY``; empty where nothing is.

    Where the database does not answer, or was never migrated, nobody can say, and nothing is served from it either.
    """
    try:
        in_force = PolicyInForce.objects.key()
    except DatabaseError as error:
        log.warning("Which policy the data was made under cannot be read (%s).", type(error).__name__)
        return ""
    if in_force in {None, policies.current().key}:
        return ""
    wanted = settings.CONSOLE_POLICY
    return (
        f"CONSOLE_POLICY is {wanted!r}, and the data was made under {in_force!r}: its roles mean something else. "
        f"Map them first (manage.py change_policy {wanted} --dry-run), or set CONSOLE_POLICY={in_force}."
    )


def check_views(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each view below ``/o/<slug>/`` says through ``@requires`` what it asks for."""
    return [
        Error(
            f"The view of {route} declares no permission.",
            hint="Put @requires(Permission.…) on it (organizations/access.py).",
            id="organizations.E002",
        )
        for route, _name, pattern in context_patterns()
        if not hasattr(pattern.callback, "permissions")
    ]


def context_patterns() -> Iterator[tuple[str, str, URLPattern]]:
    """Every address below ``/o/<slug>/``, with its route and its name (``organizations:members``)."""
    for route, name, pattern in _patterns(get_resolver()):
        if route.startswith("o/<"):
            yield route, name, pattern


def _patterns(resolver: URLResolver, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            below = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _patterns(entry, route, below)
        else:
            yield route, f"{namespace}{entry.name}", entry
