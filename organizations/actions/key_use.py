"""What the use of a key leaves behind: when and where it was used last, and an event from a new address.

None of it is part of what the request does: each is written by itself, before that begins, and seldom.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.recording import record
from console.origin import Origin, network_of
from console.steps import Steps
from organizations.actors import Actor
from organizations.models import ApiKey, ApiKeyAddress

# "Last used" is written again by the first request of a minute, once the former one is so old.
USE_STEP = timedelta(minutes=1)
USES = Steps("api-used", USE_STEP)


def note_use(key: ApiKey, origin: Origin) -> None:
    """Write when and from where the key is used, at most once a minute, and that it is somewhere new.

    An address is a new one by its network (`network_of`): providers give each of their customers a whole one in IPv6.
    """
    network = network_of(origin.address)
    if not USES.is_first(f"{key.pk}:{network}"):
        return
    _note_moment(key, origin)
    if network:
        _note_address(key, network, origin)


def _note_moment(key: ApiKey, origin: Origin) -> None:
    now = timezone.now()
    if key.last_used_at is not None and key.last_used_at > now - USE_STEP:
        return
    with transaction.atomic():
        # Whoever changes the key at this moment is not waited for: the next minute writes it.
        due = ApiKey.objects.select_for_update(skip_locked=True).filter(
            Q(last_used_at=None) | Q(last_used_at__lte=now - USE_STEP), pk=key.pk
        )
        ApiKey.objects.filter(pk__in=due.values("pk")).update(last_used_at=now, last_used_from=origin.address or None)


def _note_address(key: ApiKey, network: str, origin: Origin) -> None:
    with transaction.atomic():
        # Of two at once, one makes the row; the other finds it.
        _address, is_new = ApiKeyAddress.objects.get_or_create(key=key, address=network)
        if is_new:
            record("api_key.used", by=Actor.program(key, origin), target=key)
