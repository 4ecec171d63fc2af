"""What is done with a mail, a text message or a webhook that waits: deliver, try again, withdraw, forget it."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from console.celery import SWEEP_PERIOD, wake
from console.refusal import Refused
from outbox.carriers import CARRIERS, MODELS, Carrier
from outbox.failures import Failure
from outbox.forgetting import forget_farewells
from outbox.models import Delivery, Endpoint, Mail, Receipt, Webhook
from outbox.models.webhook import KEPT

log = logging.getLogger(__name__)

# Links live for seven days: what could not be sent by then is of no use to anybody.
FORGET_UNSENT_AFTER = timedelta(days=7)
# The record that something was sent holds an address or a number: it goes, too.
REMOVE_AFTER = timedelta(days=90)
# What one sweep wakes workers up for, at most, of each kind.
SWEEP = 500


def enqueue[D: Delivery](delivery: D) -> D:
    """Write it down; a worker is woken up once the transaction is committed."""
    delivery.save(force_insert=True)
    _wake_after_commit(delivery)
    return delivery


def deliver(delivery_id: UUID, model: type[Delivery] = Mail) -> bool:
    """Send the mail (or what else ``model`` says) if it is due and nobody else is at it; whether it was sent.

    The claim and the mark are short transactions of their own; between them it goes to the transport. Killed between
    the transport's yes and the mark, it is sent once more, a mail with the same ``Message-ID``, a webhook with the same
    ``webhook-id``. What nobody has any use for by now is withdrawn instead.
    """
    for delivery in model.objects.filter(pk=delivery_id).claim(1):
        if not delivery.is_too_late:
            return _attempt(delivery)
        withdraw(delivery)
    return False


def sweep() -> int:
    """Wake workers up for what is due: retries, and whatever a lost message or a killed worker left. How many."""
    count = 0
    for kind, model in MODELS.items():
        due = list(model.objects.due().order_by("due_at").values_list("pk", flat=True)[:SWEEP])
        for delivery_id in due:
            # The next sweep asks again: without workers the broker must not fill up.
            wake("outbox.deliver", str(delivery_id), kind, expires=SWEEP_PERIOD)
        count += len(due)
    return count


def try_again(delivery: Delivery) -> None:
    """Deliver something now, although it waits for its next attempt or was given up.

    Raises ``Refused`` when it has left already, was withdrawn, or what was written in it is forgotten.
    """
    with transaction.atomic():
        delivery = type(delivery).objects.select_for_update().get(pk=delivery.pk)
        if delivery.state == Delivery.State.SENT:
            raise Refused(_("This message has been sent."), code="sent")
        if delivery.state == Delivery.State.WITHDRAWN:
            raise Refused(_("This message is no longer wanted."), code="withdrawn")
        if delivery.is_wiped:
            raise Refused(_("What was written in this message is no longer kept."), code="wiped")
        delivery.state, delivery.due_at = Delivery.State.WAITING, timezone.now()
        delivery.save(update_fields=["state", "due_at"])
        if isinstance(delivery, Webhook):
            # Whoever asks for it knows that the receiver is back.
            Endpoint.objects.filter(pk=delivery.endpoint_id).update(resting_until=None)
        _wake_after_commit(delivery)


@transaction.atomic
def withdraw(delivery: Delivery) -> bool:
    """Keep what is no longer wanted from leaving, and forget what was written in it; whether it still waited.

    One that is being sent at this moment may still leave. One that was given up is forgotten, so that nobody has it
    tried again. Lock your own rows before: who is told of a bounce does so, too.
    """
    unsent = type(delivery).objects.filter(pk=delivery.pk).exclude(state=Delivery.State.SENT)
    waited = unsent.filter(state=Delivery.State.WAITING).update(state=Delivery.State.WITHDRAWN, last_error="")
    unsent.wipe_bodies()
    return bool(waited)


def prune() -> None:
    """Forget what was written in what was never sent, after a week, and that there was anything, after 90 days."""
    now = timezone.now()
    for model in CARRIERS:
        model.objects.filter(state=Delivery.State.FAILED, created_at__lt=now - FORGET_UNSENT_AFTER).wipe_bodies()
        model.objects.filter(created_at__lt=now - REMOVE_AFTER).delete()
    Receipt.objects.filter(created_at__lt=now - KEPT).delete()
    forget_farewells()


def _wake_after_commit(delivery: Delivery) -> None:
    kind = str(delivery._meta.model_name)
    transaction.on_commit(partial(wake, "outbox.deliver", str(delivery.pk), kind), robust=True)


def _attempt(delivery: Delivery) -> bool:
    carrier = CARRIERS[type(delivery)]
    is_sent = _carried(delivery, carrier)
    for follower in carrier.followers(delivery):
        wake("outbox.deliver", str(follower), str(delivery._meta.model_name))
    return is_sent


def _carried(delivery: Delivery, carrier: Carrier[Any]) -> bool:
    try:
        keeps_body = carrier.carry(delivery)
    except Exception as error:  # noqa: BLE001  whatever a transport raises, it waits for its next attempt
        failure = carrier.failure_of(error)
        # Neither the exception's text nor its traceback: both name the recipient.
        log.warning(
            "A %s could not be sent (%s).",
            delivery._meta.verbose_name_raw,
            type(error).__name__,
            extra={"delivery_id": delivery.pk, "reply_code": failure.reply_code},
        )
        _note_failure(delivery, carrier, failure)
        return False
    with transaction.atomic():
        # First: receivers lock rows of their own, and whoever withdraws locks those before the delivery.
        carrier.note_taken(delivery)
        delivery.mark_sent()
        if not keeps_body:
            type(delivery).objects.filter(pk=delivery.pk).wipe_bodies()
    return True


def _note_failure(delivery: Delivery, carrier: Carrier[Any], failure: Failure) -> None:
    carrier.note_failure(delivery, failure)
    with transaction.atomic():
        # Before the row is locked, as above.
        if failure.for_good or delivery.is_out_of_patience:
            carrier.note_given_up(delivery, failure)
        is_marked = delivery.mark_failed(failure.sentence, for_good=failure.for_good, pause=failure.pause)
        if not is_marked:
            transaction.set_rollback(True)
    if not is_marked:
        delivery.let_go()
