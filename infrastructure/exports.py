"""What infrastructure adds to exports: of what an organization owns, and of what is kept about a person.

The fields are named one by one, so that a new column is left out until somebody has looked at it. No private key, no
password of an engine and no digest of a token or secret is among them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.models import User
from infrastructure.models import (
    Certificate,
    CertificateUse,
    EngineCheck,
    ProjectEngine,
    Server,
    ServerToken,
    StorageEngine,
)
from organizations.models import Organization

type Rows = Iterator[dict[str, Any]]
type AddPart = Callable[[str, Callable[[], Rows], tuple[str, ...]], None]
type AddRows = Callable[[str, Rows], None]

# Rows that are read from the database at a time.
CHUNK = 500

# By subject: the rows of an organization, the columns of its table, and those that belong to what a row refers to.
LISTS: dict[str, tuple[Callable[[UUID], QuerySet[Any]], tuple[str, ...], dict[str, str]]] = {
    "certificates": (
        lambda pk: Certificate.objects.filter(organization=pk),
        (
            "id", "name", "subject", "issuer", "serial", "fingerprint", "key_kind", "not_before", "not_after",
            "created_at", "changed_at",
        ),
        {"created_by_email": "created_by__email"},
    ),
    "certificate_uses": (
        lambda pk: CertificateUse.objects.filter(certificate__organization=pk),
        ("certificate_id", "created_at"),
        {"domain_name": "domain__name"},
    ),
    "storage_engines": (
        lambda pk: StorageEngine.objects.filter(organization=pk),
        (
            "id", "name", "kind", "is_default", "health", "problem_stage", "problem", "checked_at", "failing_since",
            "created_at", "changed_at",
        ),
        {"created_by_email": "created_by__email"},
    ),
    "storage_engine_checks": (
        lambda pk: EngineCheck.objects.filter(engine__organization=pk),
        ("engine_id", "checked_at", "problem_stage", "problem", "milliseconds"),
        {},
    ),
    "project_engines": (
        lambda pk: ProjectEngine.objects.filter(engine__organization=pk),
        ("project_id", "engine_id", "created_at"),
        {"project_slug": "project__slug"},
    ),
    "servers": (
        lambda pk: Server.objects.filter(organization=pk),
        ("id", "external_id", "name", "url", "version", "connected_at", "last_seen_at"),
        {"connected_by_email": "connected_by__email"},
    ),
    "server_tokens": (
        lambda pk: ServerToken.objects.filter(organization=pk),
        ("id", "created_at", "expires_at", "used_at"),
        {"made_by_email": "membership__user__email"},
    ),
}  # fmt: skip
# What is no cell of a table: in the JSON alone.
NESTED = {"certificates": ("names", "chain"), "storage_engines": ("config",)}


def add_what_is_owned(organization: Organization, add: AddPart) -> None:
    """Add the certificates, engines and servers of an organization, without secrets."""
    for subject, (rows, fields, more) in LISTS.items():
        read = partial(_owned, rows, organization.pk, (*fields, *NESTED.get(subject, ())), more)
        add(subject, read, (*fields, *more))


def add_what_is_personal(user: User, add: AddRows) -> None:
    """Add what a person set up, by ids: what it is called today may be no business of theirs."""
    for subject, model in (("certificates_added", Certificate), ("storage_engines_added", StorageEngine)):
        rows: QuerySet[Any] = model._default_manager.filter(created_by=user)
        add(subject, _values(rows, ("id", "organization_id", "created_at")))
    connected = Server.objects.filter(connected_by=user)
    add("servers_connected", _values(connected, ("id", "organization_id", "connected_at")))
    made = ServerToken.objects.filter(membership__user=user)
    add("server_tokens_made", _values(made, ("organization_id", "created_at", "expires_at", "used_at")))


def _owned(
    rows: Callable[[UUID], QuerySet[Any]], organization_id: UUID, fields: Iterable[str], more: Mapping[str, str]
) -> Rows:
    return _values(rows(organization_id), fields, more)


def _values(rows: QuerySet[Any], fields: Iterable[str], more: Mapping[str, str] | None = None) -> Rows:
    named = {name: F(path) for name, path in (more or {}).items()}
    yield from rows.order_by("pk").values(*fields, **named).iterator(chunk_size=CHUNK)
