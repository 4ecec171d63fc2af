"""Whether mail leaves."""

from datetime import timedelta

from outbox.models import Mail

# Ten sweeps: nobody is at work. A mail server that refuses us does not count, since mails then wait on purpose.
BOUND = timedelta(minutes=5)


def queue_age() -> str:
    """What is wrong with the queue; empty when nothing is."""
    return "mails wait and nobody sends them" if Mail.objects.overdue(BOUND).exists() else ""
