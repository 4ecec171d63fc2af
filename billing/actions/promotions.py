"""Promotional credit: staff give it, it is spent before anything else, and what is left of it ends with its day."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing.actions import standing
from billing.actions.ledger import book
from billing.actions.locking import lock_account, lock_again
from billing.actions.notifying import tell_payers
from billing.actions.staff import check_amount, check_note, check_staff
from billing.letters import funds as letters
from billing.models import Account, Promotion, Reason
from billing.models.promotion import PromotionQuerySet
from console.ids import uuid7
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization

log = logging.getLogger(__name__)

# Years: longer than anybody plans for.
LONGEST = timedelta(days=5 * 366)
# How many accounts are looked at in one run of the task; the next run goes on.
AT_ONCE = 1000


@audited("promotion.given")
def give_promotion(
    *, organization: Organization, amount: int, ends_at: datetime, note: str, once: UUID | None = None, by: Actor
) -> Promotion:
    """Give an organization funds, in the smallest unit, that are never paid out and are gone at ``ends_at``.

    Staff alone. What is owed is paid with it at once. ``note``: what it is for, which its people read; ``once``: the
    id of this gift: asked for again, it was given already. Raises Refused for an amount that is none, and an end that
    is past or years away.
    """
    account, by = lock_account(organization, by)
    check_staff(by)
    given = Promotion.objects.filter(pk=once).first() if once else None
    if given is not None and given.account_id == account.pk:
        return given
    check_amount(amount)
    _check_end(ends_at)
    promotion = Promotion.objects.create(
        id=once if once and given is None else uuid7(),
        account=account,
        amount=amount,
        left=amount,
        ends_at=ends_at,
        note=check_note(note),
        given_by=by.user,
    )
    entry = book(account, Reason.PROMOTION, amount, key=f"promotion:{promotion.pk}", promotion=promotion)
    promotion.refresh_from_db(fields=["left"])
    record(
        "promotion.given",
        by=by,
        organization_id=account.pk,
        target=promotion,
        after={"amount": amount, "currency": account.currency, "balance": entry.balance, "ends": ends_at.isoformat()},
    )
    tell_payers(account, kind="promotion-given", letter=partial(letters.promotion_given, promotion))
    standing.review(account, by=by)
    return promotion


def end_promotions() -> int:
    """Take out of the funds what is left of promotional credit that has ended. Returns of how many.

    Each account is a transaction, and its entry has a key: this may run twice, late, or on two machines at once.
    """
    return _for_each_account(Promotion.objects.over(), _end)


def tell_of_ending_promotions() -> int:
    """Tell those who pay of promotional credit that ends within a week (`TOLD_BEFORE`), once. Returns of how many."""
    return _for_each_account(Promotion.objects.ending_untold(), _tell)


def _check_end(ends_at: datetime) -> None:
    now = timezone.now()
    if ends_at <= now:
        raise Refused(_("Choose a day in the future."), code="past", field="ends_at")
    if ends_at > now + LONGEST:
        raise Refused(_("Choose a day within the next five years."), code="too-late", field="ends_at")


def _for_each_account(due: PromotionQuerySet, act: Callable[[Promotion, Actor], None]) -> int:
    done = 0
    for pk in list(due.order_by("account").values_list("account", flat=True).distinct()[:AT_ONCE]):
        try:
            done += _for_account(pk, due, act)
        except Exception:
            # Of one; the others must not wait for it.
            log.exception("The promotional credit of the account %s could not be looked after.", pk)
    return done


@transaction.atomic
def _for_account(pk: UUID, due: PromotionQuerySet, act: Callable[[Promotion, Actor], None]) -> int:
    account, by = lock_again(Account.objects.select_related("organization").get(pk=pk), Actor.system())
    # Another worker may have been first.
    promotions = list(due.filter(account=account))
    for promotion in promotions:
        promotion.account = account
        act(promotion, by)
    standing.review(account, by=by)
    return len(promotions)


def _end(promotion: Promotion, by: Actor) -> None:
    account, left = promotion.account, promotion.left
    entry = book(account, Reason.EXPIRY, -left, key=f"expiry:{promotion.pk}", promotion=promotion)
    record(
        "promotion.ended",
        by=by,
        organization_id=account.pk,
        target=promotion,
        after={"amount": left, "currency": account.currency, "balance": entry.balance},
    )


def _tell(promotion: Promotion, by: Actor) -> None:
    promotion.told_at = timezone.now()
    promotion.save(update_fields=["told_at"])
    tell_payers(promotion.account, kind="promotion-ending", letter=partial(letters.promotion_ending, promotion))
