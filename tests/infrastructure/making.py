"""Certificates, engines and servers for tests that are about something else; straight into the database."""

import hashlib
from datetime import timedelta
from itertools import count
from typing import Any

from django.urls import reverse
from django.utils import timezone

from console.ids import uuid7
from console.sealing import fingerprint
from infrastructure.models import Certificate, ProjectEngine, Server, StorageEngine
from infrastructure.models.server import DIGEST_PURPOSE
from organizations.models import Domain, Organization
from projects.models import Project

NUMBERS = count(1)


def make_domain(organization: Organization, name: str = "", **columns: Any) -> Domain:
    """A domain that is proven, unless the columns say otherwise."""
    proven = {"verified_at": timezone.now(), "checked_at": timezone.now()}
    return Domain.objects.create(
        organization=organization, name=name or f"example-{next(NUMBERS)}.com", **{**proven, **columns}
    )


def make_certificate(organization: Organization, **columns: Any) -> Certificate:
    """A certificate of which nothing but the row exists, for a year from yesterday."""
    number = next(NUMBERS)
    row = {
        "name": f"Certificate {number}",
        "chain": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "names": [f"www-{number}.example.com"],
        "subject": f"www-{number}.example.com",
        "issuer": "Example Authority",
        "serial": f"{number:x}",
        "fingerprint": hashlib.sha256(str(number).encode()).hexdigest(),
        "key_kind": "RSA 2048",
        "not_before": timezone.now() - timedelta(days=1),
        "not_after": timezone.now() + timedelta(days=364),
    }
    certificate = Certificate(organization=organization, **{**row, **columns})
    certificate.set_key("-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n")
    certificate.save()
    return certificate


def make_engine(organization: Organization, name: str = "", **columns: Any) -> StorageEngine:
    """A PostgreSQL engine that nobody has tried."""
    config = {"host": "db.example.com", "port": 5432, "database": "data", "user": "console", "tls": "verify-full"}
    row = {"kind": "postgresql", "config": config, "due_at": timezone.now() + timedelta(hours=1)}
    engine = StorageEngine(organization=organization, name=name or f"Engine {next(NUMBERS)}", **{**row, **columns})
    engine.set_secret("a secret of the engine")
    engine.save()
    return engine


def link(project: Project, engine: StorageEngine) -> ProjectEngine:
    """The project keeps its data in the engine."""
    return ProjectEngine.objects.create(project=project, engine=engine)


def make_server(organization: Organization, name: str = "", **columns: Any) -> Server:
    """A server that was heard of just now."""
    number = next(NUMBERS)
    row = {
        "external_id": f"server-{number}",
        "url": f"https://monitoring-{number}.example.com/",
        "version": "3.1.0",
        "secret_digest": fingerprint(str(uuid7()), purpose=DIGEST_PURPOSE),
    }
    return Server.objects.create(organization=organization, name=name or f"Server {number}", **{**row, **columns})


def at(name: str, organization: Organization, *arguments: Any) -> str:
    """The address of a page of infrastructure."""
    return reverse(f"infrastructure:{name}", args=[organization.slug, *arguments])
