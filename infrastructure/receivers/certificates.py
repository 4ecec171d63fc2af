"""What uses a certificate, when a domain is no longer proven, or goes."""

from typing import Any

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver

from infrastructure.actions.certificates import detach
from organizations.actors import Actor
from organizations.models import Domain


@receiver(post_save, sender=Domain)
def detach_what_is_lost(instance: Domain, created: bool, **_: Any) -> None:  # noqa: FBT001 -- Django's signature
    """Let a name that is no longer the organization's use none of its certificates."""
    if not created and instance.verified_at is None:
        detach(instance, Actor.system())


@receiver(pre_delete, sender=Domain)
def detach_what_goes(instance: Domain, origin: Any, **_: Any) -> None:
    """Say in the log what a domain used that is removed; what ends with its organization needs no words."""
    model = getattr(origin, "model", type(origin))
    if model is Domain:
        detach(instance, Actor.system())
