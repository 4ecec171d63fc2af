"""Deleting what was kept for a while only, and whose time is over."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import AddressChange, Notification, Phone, Recovery
from accounts.models.address import HEARS_FOR, UNDONE_WITHIN

# So long staff can see what came of a recovery; the log keeps the events.
RECOVERIES_KEPT = timedelta(days=90)
# So long one can see, in one's data, of what one was told.
NOTIFICATIONS_KEPT = timedelta(days=90)
# A number's last code counts for ten minutes; who opens a link in its last minute finds what it is about.
A_DAY = timedelta(days=1)


def delete_leftovers() -> int:
    """Delete what nobody can use any more, and what is about people: how many there were. Safe to run twice at once.

    Changes of addresses that cannot be taken back any more, and name nobody who hears of recoveries; recoveries that
    were decided long ago; telephone numbers that nobody confirmed; notifications that await nobody any more (ASVS
    14.2.7: data is kept no longer than it is needed for).
    """
    now = timezone.now()
    changes = AddressChange.objects.filter(made_at__lte=now - UNDONE_WITHIN - A_DAY).exclude(
        undone_at__gt=now - HEARS_FOR
    )
    recoveries = Recovery.objects.filter(decided_at__lte=now - RECOVERIES_KEPT)
    numbers = Phone.objects.filter(confirmed=False, created_at__lte=now - A_DAY)
    # A new code for a number of yesterday gives it another day.
    unused = numbers.exclude(expires_at__gt=now - A_DAY)
    settled = Notification.objects.filter(settled_at__lte=now - NOTIFICATIONS_KEPT)
    # What has ended by the clock still holds names.
    expired = Notification.objects.filter(settled_at=None, expires_at__lte=now - A_DAY)
    return sum(kept.delete()[0] for kept in (changes, recoveries, unused, settled, expired))
