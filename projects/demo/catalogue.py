"""The demo's regions and catalogue: kinds that run at once, and one that a backend of the company makes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from organizations.actors import Actor
from outbox.models import Endpoint
from projects.actions.endpoints import make_endpoint
from projects.models import Region, ServiceKind, ServiceSize

REGIONS = (("eu-west", "Europe West (Paris)"), ("eu-north", "Europe North (Stockholm)"), ("us-east", "US East (Ohio)"))
# Sizes as: key, name, what it is, price for each hour.
type Sizes = Sequence[tuple[str, str, str, str]]

KINDS: Sequence[tuple[str, str, str, str, Mapping[str, Any], Sizes]] = (
    (
        "postgresql",
        "PostgreSQL",
        "A relational database, backed up each night.",
        "database",
        {
            "type": "object",
            "properties": {
                "version": {"type": "string", "title": "Version", "enum": ["15", "16", "17"], "default": "17"},
                "database": {
                    "type": "string",
                    "title": "Name of the database",
                    "description": "Small letters, digits and underscores.",
                    "pattern": "^[a-z][a-z0-9_]{0,62}$",
                    "maxLength": 63,
                    "default": "app",
                },
                "backups": {
                    "type": "integer",
                    "title": "Days that backups are kept",
                    "minimum": 1,
                    "maximum": 90,
                    "default": 14,
                },
            },
            "required": ["version", "database"],
        },
        (
            ("small", "Small", "1 CPU, 2 GB, 20 GB", "0.0250"),
            ("medium", "Medium", "2 CPUs, 8 GB, 100 GB", "0.0900"),
            ("large", "Large", "8 CPUs, 32 GB, 500 GB", "0.3600"),
        ),
    ),
    (
        "redis",
        "Redis",
        "A cache and a broker, in memory.",
        "zap",
        {
            "type": "object",
            "properties": {
                "persistent": {"type": "boolean", "title": "Write to disk, too", "default": False},
            },
        },
        (("small", "Small", "1 GB", "0.0150"), ("large", "Large", "8 GB", "0.1100")),
    ),
    (
        "object-storage",
        "Object storage",
        "Files of any size, by the S3 protocol.",
        "archive",
        {
            "type": "object",
            "properties": {
                "bucket": {
                    "type": "string",
                    "title": "Name of the bucket",
                    "pattern": "^[a-z0-9][a-z0-9-]{2,62}$",
                    "maxLength": 63,
                },
            },
            "required": ["bucket"],
        },
        (("standard", "Standard", "1 TB", "0.0200"),),
    ),
    (
        "web-app",
        "Web app",
        "Your container, reached by HTTPS.",
        "globe",
        {
            "type": "object",
            "properties": {
                "image": {
                    "type": "string",
                    "title": "Image",
                    "description": "As a registry calls it.",
                    "maxLength": 200,
                },
                "contact": {"type": "string", "title": "Who is told when it is down", "format": "email"},
                "instances": {"type": "integer", "title": "Instances", "minimum": 1, "maximum": 20, "default": 2},
                "settings": {
                    "type": "string",
                    "title": "Settings",
                    "description": "One on each line.",
                    "format": "textarea",
                    "maxLength": 2000,
                },
            },
            "required": ["image"],
        },
        (("small", "Small", "0.5 CPU, 512 MB each", "0.0100"), ("large", "Large", "2 CPUs, 4 GB each", "0.0600")),
    ),
)
# What the company's own backend makes; it is switched off, so that the demo calls nobody.
CLUSTER = "kubernetes"
BACKEND = "Clusters"
# Nobody has an address there (RFC 2606).
BACKEND_URL = "https://provisioning.example.com/console"
# The demo's backend says nothing more, and nothing is given up: minutes, a year.
PATIENCE = 365 * 24 * 60


def make_catalogue() -> None:
    """Regions, and kinds with their sizes, as staff make them."""
    for order, (key, name) in enumerate(REGIONS):
        Region.objects.create(key=key, name=name, order=order)
    for order, (key, name, description, icon, form, sizes) in enumerate(KINDS):
        kind = ServiceKind.objects.create(
            key=key, name=name, description=description, icon=icon, form=form, order=order, provisioner="instant"
        )
        _add_sizes(kind, sizes)
    cluster = ServiceKind.objects.create(
        key=CLUSTER,
        name="Kubernetes",
        description="A cluster of your own, made by our backend.",
        icon="ship-wheel",
        provisioner="webhook",
        endpoint=_backend(),
        silence=PATIENCE,
        order=len(KINDS),
    )
    _add_sizes(cluster, (("three", "Three nodes", "4 CPUs, 16 GB each", "0.4500"),))


def _backend() -> Endpoint:
    endpoint = make_endpoint(name=BACKEND, url=BACKEND_URL, by=Actor.system())
    Endpoint.objects.filter(pk=endpoint.pk).update(is_on=False)
    return endpoint


def _add_sizes(kind: ServiceKind, sizes: Sizes) -> None:
    for order, (key, name, description, price) in enumerate(sizes):
        ServiceSize.objects.create(
            kind=kind, key=key, name=name, description=description, price=Decimal(price), order=order
        )
