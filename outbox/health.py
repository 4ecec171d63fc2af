"""Whether mails, text messages and webhooks leave."""

from datetime import timedelta

from outbox.carriers import CARRIERS

# Ten sweeps: nobody is at work. A mail server that refuses us does not count, since what waits then does so on purpose;
# nor does a backend that is down or switched off, which is one company's program and not this console.
BOUND = timedelta(minutes=5)


def queue_age() -> str:
    """What is wrong with the queue; empty when nothing is."""
    waiting = any(model.objects.overdue(BOUND).exists() for model in CARRIERS)
    return "mails, text messages or webhooks wait and nobody sends them" if waiting else ""
