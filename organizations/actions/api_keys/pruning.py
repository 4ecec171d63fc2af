"""Forgetting what nobody asks for any more: dead keys, former secrets, tokens, answers that were kept."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from organizations.models import ApiKey, ApiToken, IdempotentRequest
from organizations.models.idempotent_request import KEPT

# How long a dead key is kept to say why it is dead.
DEAD_KEYS_ARE_KEPT = timedelta(days=90)
BATCH = 1000


def prune_keys() -> int:
    """Forget what is over, some rows at a time. Returns how many keys were forgotten.

    Also ends what the database left of a membership that went without `end_keys_of`, and deletes the former secrets
    whose time is over; neither could be used.
    """
    now = timezone.now()
    ApiKey.objects.orphaned().filter(revoked_at=None).end()
    ApiKey.objects.filter(former_until__lte=now).update(former_secret="", former_until=None)
    _delete(ApiToken.objects.filter(expires_at__lte=now))
    _delete(IdempotentRequest.objects.filter(created_at__lte=now - KEPT))
    long_ago = now - DEAD_KEYS_ARE_KEPT
    return _delete(ApiKey.objects.filter(Q(revoked_at__lte=long_ago) | Q(expires_at__lte=long_ago)))


def _delete(rows: QuerySet[Any]) -> int:
    """Delete these rows, each batch a transaction of its own: nobody waits for long."""
    done = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=ids).delete()
        done += len(ids)
    return done
