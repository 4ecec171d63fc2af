"""The demo's infrastructure, by policy. Every name and address is one of those that are nobody's (RFC 2606)."""

from collections.abc import Mapping, Sequence

from infrastructure.connecting.findings import SILENT
from infrastructure.demo.scene import DemoCertificate, DemoEngine, DemoInfrastructure, DemoServer
from infrastructure.models.engine import Stage

ACME = "acme-robotics"

CERTIFICATES = (
    DemoCertificate(name="Shop", names=("shop.acme-robotics.example",), days=79, ends_in=11),
    DemoCertificate(
        name="Everything else", names=("acme-robotics.example", "*.acme-robotics.example"), days=20, ends_in=70
    ),
)
ENGINES = (
    DemoEngine(
        name="Orders",
        kind="postgresql",
        config={
            "host": "db-1.acme-robotics.example",
            "port": 5432,
            "database": "orders",
            "user": "console",
            "tls": "verify-full",
            "authority": "",
        },
        days=120,
        project="web-shop",
    ),
    DemoEngine(
        name="Pictures of parts",
        kind="s3",
        config={
            "endpoint": "https://objects.acme-robotics.example",
            "region": "eu-west-1",
            "bucket": "parts",
            "access_key_id": "ACMEDEMO",
            "path_style": True,
        },
        days=45,
        fails=(Stage.NETWORK, SILENT),
    ),
)


def _servers(first: str, second: str) -> tuple[DemoServer, ...]:
    return (
        DemoServer(
            name="Factory floor",
            url="https://monitoring.acme-robotics.example/",
            version="3.1.0",
            days=90,
            by=first,
        ),
        DemoServer(
            name="Test stand",
            url="https://test-stand.acme-robotics.example:8443/",
            version="2.44.1",
            days=210,
            by=second,
            silent_hours=31,
        ),
    )


SCENES: Mapping[str, Sequence[DemoInfrastructure]] = {
    "default": (
        DemoInfrastructure(
            organization=ACME,
            by="Theo Tech",
            certificates=CERTIFICATES,
            engines=ENGINES,
            servers=_servers("Theo Tech", "Bruno Silva"),
            waits="Theo Tech",
        ),
    ),
    "exoscale": (
        DemoInfrastructure(
            organization=ACME,
            by="Theo Tech",
            certificates=CERTIFICATES,
            engines=ENGINES,
            servers=_servers("Theo Tech", "Bruno Silva"),
        ),
    ),
    "ovhcloud": (
        DemoInfrastructure(
            organization=ACME,
            by="Adam Admin",
            certificates=CERTIFICATES,
            engines=ENGINES,
            servers=_servers("Adam Admin", "Amara Okafor"),
        ),
    ),
    # Text 003 tells of servers, and of nothing else here.
    "percona": (
        DemoInfrastructure(
            organization=ACME,
            by="Adam Admin",
            servers=_servers("Tara Technical", "Bruno Silva"),
            waits="Tara Technical",
        ),
    ),
}
