"""Keys that expire: the notices before, and the end."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.recording import record
from organizations.actors import Actor
from organizations.letters import api_keys as letters
from organizations.models import ApiKey, ApiToken, IdempotentRequest, Organization
from organizations.models.api_key import ApiKeyQuerySet
from organizations.roles import Permission

# How many are looked at in one run of the task; the next run goes on.
AT_ONCE = 1000


def tell_of_key_ends() -> int:
    """Tell whom a key belongs to that it expires in 30 days, in 7 and in 1 (`END_NOTICES`). Returns how many keys.

    For a service key, those who manage them. Who is told stands in the row in the same transaction: a worker that is
    killed, or two at once, tell nobody twice.
    """
    return _each(ApiKey.objects.untold(), _tell)


def end_expired_keys() -> int:
    """Delete the secrets of keys whose end has come, and tell whom they belong to. Returns how many keys.

    The clock has ended them already, whether or not this ran.
    """
    return _each(ApiKey.objects.expired(), _end)


def _each(due: ApiKeyQuerySet, act: Callable[[ApiKey], None]) -> int:
    done = 0
    for pk, organization_id in list(due.values_list("pk", "organization_id")[:AT_ONCE]):
        with transaction.atomic():
            organization = Organization.objects.lock(organization_id)
            # Somebody may have given it another end, or another worker may have been first.
            key = due.select_related("membership__user").filter(pk=pk).first()
            if key is not None:
                key.organization = organization
                key.expiry_told_at = timezone.now()
                act(key)
                done += 1
    return done


def _tell(key: ApiKey) -> None:
    key.save(update_fields=["expiry_told_at"])
    for user in _concerned(key):
        letters.send_key_ending(key, user)


def _end(key: ApiKey) -> None:
    key.secret, key.former_secret, key.former_until = "", "", None
    key.save(update_fields=["secret", "former_secret", "former_until", "expiry_told_at"])
    ApiToken.objects.filter(key=key).delete()
    IdempotentRequest.objects.filter(key=key).delete()
    record("api_key.expired", by=Actor.system(), organization_id=key.organization_id, target=key)
    for user in _concerned(key):
        letters.send_key_ended(key, user)


def _concerned(key: ApiKey) -> list[User]:
    if key.is_service:
        return key.organization.memberships.to_be_told(Permission.MANAGE_SERVICE_KEYS)
    return [key.membership.user] if key.membership else []
