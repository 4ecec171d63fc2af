"""Cards that are kept: through a payment, chosen as the default, removed, and forgotten by the gateway then."""

import logging
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing import gateways
from billing.actions.locking import lock_account, lock_again
from billing.gateways.base import Card, Unreachable
from billing.letters import methods as letters
from billing.models import Account, PaymentMethod
from console.celery import wake
from console.refusal import Refused
from organizations.actors import Actor
from organizations.roles import Permission
from outbox.leases import pause_after

log = logging.getLogger(__name__)

FORGET_METHOD = "billing.forget_method"
# Cards that an account keeps; whoever tries out stolen ones keeps many.
MOST = 10
DECEMBER = 12


def keep_method(account: Account, gateway: str, card: Card, *, asked_by: Any, by: Actor) -> PaymentMethod | None:
    """Keep a card that a gateway keeps, for an account that the caller has locked; the first one becomes the default.

    None where it is another account's already, or where there are many: it is then used this once.
    """
    known = PaymentMethod.objects.filter(gateway=gateway, external_id=card.external_id).first()
    if known is not None:
        return known if known.account_id == account.pk and known.removed_at is None else None
    kept = PaymentMethod.objects.filter(account=account, gateway=gateway).kept()
    if kept.count() >= MOST:
        return None
    method = PaymentMethod.objects.create(
        account=account,
        gateway=gateway,
        external_id=card.external_id,
        brand=card.brand,
        last4=card.last4,
        expires_year=card.expires_year,
        expires_month=card.expires_month,
        is_default=not kept.filter(is_default=True).exists() and _clear_default(account),
        added_by=asked_by,
    )
    record("payment_method.kept", by=by, organization_id=account.pk, target=method)
    return method


@audited("payment_method.made_default")
def make_default(*, method: PaymentMethod, by: Actor) -> PaymentMethod:
    """Top the funds up with this card from now on. Raises Refused for one that is not kept, or not at this gateway."""
    account, method, by = _lock(method, by)
    if method.gateway != settings.PAYMENT_GATEWAY:
        # Nothing would be charged to it, and the one that is would be the default no more.
        raise _gone()
    if not method.is_default:
        _clear_default(account)
        method.is_default = True
        method.save(update_fields=["is_default"])
        record("payment_method.made_default", by=by, organization_id=account.pk, target=method)
    return method


@audited("payment_method.removed")
def remove_method(*, method: PaymentMethod, by: Actor) -> PaymentMethod:
    """Use a card no more; a worker has the gateway forget it. The newest other one becomes the default.

    Raises Refused for one that is not kept any more.
    """
    account, method, by = _lock(method, by)
    was_default = method.is_default
    method.is_default, method.removed_at, method.due_at = False, timezone.now(), timezone.now()
    method.save()
    other = PaymentMethod.objects.filter(account=account, gateway=method.gateway).kept().first()
    if was_default and other is not None:
        other.is_default = True
        other.save(update_fields=["is_default"])
    record("payment_method.removed", by=by, organization_id=account.pk, target=method)
    transaction.on_commit(partial(wake, FORGET_METHOD, str(method.pk)), robust=True)
    return method


def forget_method(method_id: UUID) -> bool:
    """Have the gateway forget a removed card, if that is due and nobody else is at it; whether it has."""
    for method in PaymentMethod.objects.filter(pk=method_id).claim(1):
        mine = PaymentMethod.objects.filter(pk=method.pk, attempts=method.attempts)
        try:
            gateways.named(method.gateway).forget(method)
        except Exception as error:  # noqa: BLE001 -- whatever went wrong, it is tried again
            if not isinstance(error, Unreachable):
                log.warning("A gateway could not forget a card (%s).", type(error).__name__)
            mine.update(claimed_until=None, due_at=timezone.now() + pause_after(method.attempts))
        else:
            return bool(mine.update(claimed_until=None, forgotten_at=timezone.now()))
    return False


def tell_of_expiring_cards() -> int:
    """Tell whoever pays, once, that a card which is used expires this month or the next; how many there were."""
    today = timezone.now().date()
    later = date(today.year + today.month // DECEMBER, today.month % DECEMBER + 1, 1)
    months = Q(expires_year=today.year, expires_month=today.month) | Q(
        expires_year=later.year, expires_month=later.month
    )
    ids = list(PaymentMethod.objects.filter(months, is_default=True, told_at=None).values_list("pk", flat=True)[:500])
    return sum(_tell_of_expiry(pk) for pk in ids)


@transaction.atomic
def _tell_of_expiry(method_id: UUID) -> int:
    found = PaymentMethod.objects.select_related("account__organization").get(pk=method_id)
    account, _by = lock_again(found.account, Actor.system())
    if not PaymentMethod.objects.filter(pk=method_id, told_at=None, is_default=True).update(told_at=timezone.now()):
        return 0
    if account.organization is None or account.organization.is_closed:
        return 0
    letters.tell_of_expiry(account, found)
    return 1


def _lock(method: PaymentMethod, by: Actor) -> tuple[Account, PaymentMethod, Actor]:
    organization = method.account.organization
    if organization is None:
        raise Refused(_("This organization is gone."), code="gone")
    account, by = lock_account(organization, by, Permission.PAY)
    found = PaymentMethod.objects.filter(account=account).kept().filter(pk=method.pk).first()
    if found is None:
        raise _gone()
    return account, found, by


def _gone() -> Refused:
    return Refused(_("This card is no longer kept."), code="gone")


def _clear_default(account: Account) -> bool:
    PaymentMethod.objects.filter(account=account, is_default=True).update(is_default=False)
    return True
