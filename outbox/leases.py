"""What a worker takes for a time: claimed in one short transaction, worked on outside of it, tried again with pauses.

A row that is worked on so has ``due_at``, ``claimed_until`` and ``attempts``. The last grows with each claim: so who
has lost theirs, because the lease ran out, knows it, and marks nothing (a compare-and-set on ``attempts``).
"""

from datetime import timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

# Longer than a delivery may take (outbox.tasks), and short enough that what a killed worker had claimed is tried
# again, by the sweep every 30 seconds, within a minute.
LEASE = timedelta(seconds=25)
# How long to wait after the first, second, … failure; then always as long as the last.
BACK_OFF = [timedelta(seconds=seconds) for seconds in (5, 15, 30, 60, 120, 300, 900, 3600)]


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures, one at least."""
    return BACK_OFF[min(failures, len(BACK_OFF)) - 1]


class LeasedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that workers claim. Whoever inherits says in `due` what else must hold of one that is to be worked on."""

    def due(self) -> Self:
        """Those whose time has come, and that nobody has claimed."""
        now = timezone.now()
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lte=now), due_at__lte=now)

    def claim(self, limit: int) -> list[M]:
        """Take up to ``limit`` due rows for ``LEASE``, the longest due first: nobody else gets them meanwhile.

        Each claim counts as an attempt. The transaction ends before any work begins.
        """
        with transaction.atomic():
            claimed = list(self.due().select_for_update(skip_locked=True, of=("self",)).order_by("due_at")[:limit])
            until = timezone.now() + LEASE
            for row in claimed:
                row.claimed_until = until  # type: ignore[attr-defined] # what each of them has
                row.attempts += 1  # type: ignore[attr-defined]
            self.model._default_manager.filter(pk__in=[row.pk for row in claimed]).update(
                claimed_until=until, attempts=F("attempts") + 1
            )
        return claimed
