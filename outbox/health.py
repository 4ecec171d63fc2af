"""Whether mails and text messages leave."""

from datetime import timedelta

from outbox.carriers import CARRIERS

# Ten sweeps: nobody is at work. A mail server that refuses us does not count, since what waits then does so on purpose.
BOUND = timedelta(minutes=5)


def queue_age() -> str:
    """What is wrong with the queue; empty when nothing is."""
    waiting = any(model.objects.overdue(BOUND).exists() for model in CARRIERS)
    return "mails or text messages wait and nobody sends them" if waiting else ""
