"""What is done with a mail that waits: deliver it, try it again, withdraw it, forget it."""

import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.core.mail import mailers
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from console.celery import SWEEP_PERIOD, wake
from console.refusal import Refused
from outbox.failures import failure_of
from outbox.models import Mail
from outbox.signals import bounced

log = logging.getLogger(__name__)

# Links live for seven days: what could not be sent by then is of no use to anybody.
FORGET_UNSENT_AFTER = timedelta(days=7)
# The record that a mail was sent holds an address: it goes, too.
REMOVE_AFTER = timedelta(days=90)
# What one sweep wakes workers up for, at most.
SWEEP = 500


def enqueue(mail: Mail) -> Mail:
    """Write the mail down; a worker is woken up once the transaction is committed."""
    mail.save(force_insert=True)
    _wake_after_commit(mail)
    return mail


def deliver(mail_id: UUID) -> bool:
    """Send the mail if it is due and nobody else is at it; whether it was sent.

    The claim and the mark are short transactions of their own; between them the mail goes to the transport. Killed
    between the transport's yes and the mark, the mail is sent once more, with the same ``Message-ID``.
    """
    for mail in Mail.objects.filter(pk=mail_id).claim(1):
        return _attempt(mail)
    return False


def sweep() -> int:
    """Wake workers up for what is due: retries, and whatever a lost message or a killed worker left. How many."""
    due = list(Mail.objects.due().order_by("due_at").values_list("pk", flat=True)[:SWEEP])
    for mail_id in due:
        # The next sweep asks again: without workers the broker must not fill up.
        wake("outbox.deliver", str(mail_id), expires=SWEEP_PERIOD)
    return len(due)


def try_again(mail: Mail) -> None:
    """Deliver a mail now, although it waits for its next attempt or was given up.

    Raises ``Refused`` when it has left already, was withdrawn, or what was written in it is forgotten.
    """
    with transaction.atomic():
        mail = Mail.objects.select_for_update().get(pk=mail.pk)
        if mail.state == Mail.State.SENT:
            raise Refused(_("This mail has been sent."), code="sent")
        if mail.state == Mail.State.WITHDRAWN:
            raise Refused(_("This mail is no longer wanted."), code="withdrawn")
        if mail.is_wiped:
            raise Refused(_("What was written in this mail is no longer kept."), code="wiped")
        mail.state, mail.due_at = Mail.State.WAITING, timezone.now()
        mail.save(update_fields=["state", "due_at"])
        _wake_after_commit(mail)


@transaction.atomic
def withdraw(mail: Mail) -> bool:
    """Keep a mail that is no longer wanted from leaving, and forget what was written in it; whether it still waited.

    One that is being sent at this moment may still leave. One that was given up is forgotten, so that nobody has it
    tried again. Lock your own rows before: who is told of a bounce does so, too.
    """
    unsent = Mail.objects.filter(pk=mail.pk).exclude(state=Mail.State.SENT)
    waited = unsent.filter(state=Mail.State.WAITING).update(state=Mail.State.WITHDRAWN, last_error="")
    unsent.wipe_bodies()
    return bool(waited)


def prune() -> None:
    """Forget what was written in mails that were never sent, after a week, and that there were mails, after 90 days."""
    now = timezone.now()
    Mail.objects.filter(state=Mail.State.FAILED, created_at__lt=now - FORGET_UNSENT_AFTER).wipe_bodies()
    Mail.objects.filter(created_at__lt=now - REMOVE_AFTER).delete()


def _wake_after_commit(mail: Mail) -> None:
    transaction.on_commit(partial(wake, "outbox.deliver", str(mail.pk)), robust=True)


def _attempt(mail: Mail) -> bool:
    transport = mailers["transport"]
    try:
        transport.send_messages([mail.message()])
    except Exception as error:  # noqa: BLE001  whatever a transport raises, the mail waits for its next attempt
        _note_failure(mail, error)
        return False
    with transaction.atomic():
        mail.mark_sent()
        if not getattr(transport, "keeps_bodies", False):
            Mail.objects.filter(pk=mail.pk).wipe_bodies()
    return True


def _note_failure(mail: Mail, error: Exception) -> None:
    failure = failure_of(error)
    # Neither the exception's text nor its traceback: both name the recipient.
    log.warning(
        "A mail could not be sent (%s).",
        type(error).__name__,
        extra={"mail_id": mail.pk, "reply_code": failure.reply_code},
    )
    with transaction.atomic():
        # Before the mail is locked: receivers lock rows of their own, and whoever withdraws a mail locks those first.
        if failure.for_good:
            bounced.send(Mail, mail=mail)
        if not mail.mark_failed(failure.sentence, for_good=failure.for_good):
            transaction.set_rollback(True)
