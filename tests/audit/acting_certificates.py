"""Actions on certificates, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from infrastructure.actions.certificates import add_certificate, remove_certificate, renew_certificate, set_uses
from infrastructure.material import Material
from infrastructure.models import Certificate
from tests.cast import Cast
from tests.infrastructure.making import make_domain


def material(mark: str) -> Material:
    """What was read of a certificate; ``mark`` tells it from another."""
    now = timezone.now()
    return Material(
        chain="-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        key="-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        names=["example.com"],
        subject="example.com",
        issuer="Example Authority",
        serial=mark,
        fingerprint=mark * 64,
        key_kind="EC P-256",
        not_before=now - timedelta(days=1),
        not_after=now + timedelta(days=89),
    )


def added(cast: Cast) -> Certificate:
    """Acme's, added by Theo."""
    return add_certificate(organization=cast.acme, name="", material=material("a"), by=cast.theo.actor(cast.acme))


def _use(cast: Cast) -> Certificate:
    domain = make_domain(cast.acme, "example.com")
    return set_uses(certificate=added(cast), domains=[domain.pk], by=cast.theo.actor(cast.acme))


CERTIFICATES: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "add_certificate": ("certificate.added", added),
    "renew_certificate": (
        "certificate.renewed",
        lambda c: renew_certificate(certificate=added(c), material=material("b"), by=c.theo.actor(c.acme)),
    ),
    "set_uses": ("certificate.used", _use),
    "remove_certificate": (
        "certificate.removed",
        lambda c: remove_certificate(certificate=added(c), by=c.theo.actor(c.acme)),
    ),
}
