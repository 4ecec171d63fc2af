"""Whether the log is linked."""

from datetime import timedelta

from django.utils import timezone

from audit.models import Unlinked

# Nobody is at work, or each run fails: the task comes every few seconds.
BOUND = timedelta(minutes=5)


def link_age() -> str:
    """What is wrong with the linking; empty when nothing is."""
    waits = Unlinked.objects.filter(event__at__lt=timezone.now() - BOUND).exists()
    return "events wait and nobody links them" if waits else ""
