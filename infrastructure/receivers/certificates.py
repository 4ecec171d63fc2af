"""What uses a certificate, when a domain is no longer the organization's."""

from typing import Any

from django.dispatch import receiver

from infrastructure.actions.certificates import detach
from organizations import signals
from organizations.actors import Actor
from organizations.models import Domain


@receiver(signals.domain_ending)
def detach_what_ends(domain: Domain, by: Actor, **_: Any) -> None:
    """Let a name that is lost or removed use no certificate any more, and say so in the log."""
    detach(domain, by)
