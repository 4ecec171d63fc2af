"""What the use of a key leaves behind: when and where it was used last, an event from a new address, one for a denial.

None of it is part of what the request does: each is written by itself, before that begins, and seldom.
"""

import logging
import time
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.actors import Actor as Somebody
from audit.models import Event
from audit.recording import record
from console.origin import Origin, network_of
from organizations.actors import Actor
from organizations.models import ApiKey, ApiKeyAddress

log = logging.getLogger(__name__)

# "Last used" is written again by the first request of a minute, once the former one is so old.
USE_STEP = timedelta(minutes=1)
# For so long a key is not denied from the same address again, for the same reason, in the log.
DENIAL_STEP = timedelta(minutes=10)


def note_use(key: ApiKey, origin: Origin) -> None:
    """Write when and from where the key is used, at most once a minute, and that it is somewhere new.

    An address is a new one by its network (`network_of`): providers give each of their customers a whole one in IPv6.
    """
    network = network_of(origin.address)
    if not _is_first("api-used", f"{key.pk}:{network}", USE_STEP):
        return
    _note_moment(key, origin)
    if network:
        _note_address(key, network, origin)


def note_denial(key: ApiKey | None, *, code: str, is_proven: bool, origin: Origin) -> None:
    """Write that a key was denied, into its organization's log: for each reason and address once in `DENIAL_STEP`.

    Who had the secret (``is_proven``) is the key's holder; who only knew its name may be anybody. Of keys that are not
    known the program's own log says that there were some, without what was sent.
    """
    if key is None:
        log.warning("Denied a credential that names no key: %s", code)
        return
    if not _is_first("api-denied", f"{key.pk}:{code}:{network_of(origin.address)}", DENIAL_STEP):
        return
    by: Somebody = Actor.program(key, origin) if is_proven else Actor.visitor(origin)
    with transaction.atomic():
        record(
            "api_key.denied",
            by=by,
            organization_id=key.organization_id,
            target=key,
            after={"code": code},
            outcome=Event.Outcome.DENIED,
        )


def _is_first(what: str, of_whom: str, step: timedelta) -> bool:
    """Whether this is the first in this ``step`` of the clock. Counted in the cache, as rates are."""
    seconds = int(step.total_seconds())
    return cache.add(f"{what}:{of_whom}:{int(time.time()) // seconds}", 1, timeout=seconds)


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
