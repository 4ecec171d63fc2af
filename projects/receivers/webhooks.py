"""What became of calls to backends (outbox.signals): an operation was accepted, or has failed."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext_noop

from outbox.models import Webhook
from outbox.signals import given_up, taken
from projects.actions.services.settling import note_accepted, note_failed
from projects.models import Operation

REFUSED = gettext_noop("The program that makes these services refused it.")
SILENT = gettext_noop("The program that makes these services could not be reached for a day.")


@receiver(taken)
def note_that_backend_accepted(webhook: Webhook, **_: Any) -> None:
    """The backend has said yes; what became of it, it reports."""
    for operation_id in _operations(webhook):
        note_accepted(operation_id)


@receiver(given_up)
def note_that_backend_did_not(webhook: Webhook, *, for_good: bool, **_: Any) -> None:
    """The call is not tried any more; where staff have it tried again, or the backend did it after all, it counts."""
    for operation_id in _operations(webhook):
        note_failed(operation_id, REFUSED if for_good else SILENT, gave_up=True)


def _operations(webhook: Webhook) -> Any:
    return Operation.objects.filter(webhook=webhook.pk).values_list("pk", flat=True)
