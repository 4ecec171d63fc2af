"""The demo's infrastructure: certificates, storage engines and servers, one of each that needs looking after."""

from collections.abc import Iterator

from django.db import transaction

from infrastructure.demo.building import build_infrastructure
from infrastructure.demo.scenes import SCENES
from infrastructure.models import Server
from organizations import policies


def build() -> Iterator[str]:
    """Make what the policy in force shows, whole or not at all, unless there is a server already."""
    if not Server.objects.exists():
        with transaction.atomic():
            for one in SCENES[policies.current().key]:
                build_infrastructure(one)
    yield from ()
