"""``manage.py reseal``: close every sealed secret again, with the newest key; then an older one can be taken away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from console.registry import Sealed, registry
from console.sealing import Unreadable, reseal

BATCH = 500


class Command(BaseCommand):
    """May be run at any time, and again; people sign in and keys are used meanwhile. See docs/operating.md, *Keys*."""

    help = "Close sealed secrets again with the first of ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all that stays sealed (`Sealed`); raises CommandError where a secret cannot be opened."""
        done, unreadable = 0, 0
        for sealed in registry.sealed:
            renewed, lost = _reseal(sealed)
            done, unreadable = done + renewed, unreadable + lost
        self.stdout.write(f"{done} secrets are closed with the newest key.")
        if unreadable:
            raise CommandError(f"{unreadable} secrets cannot be opened: ENCRYPTION_KEYS lacks their key.")


def _reseal(sealed: Sealed) -> tuple[int, int]:
    """Close the secrets of one column again; how many were, and how many cannot be opened."""
    column, done, unreadable = sealed.column, 0, 0
    rows = sealed.rows().exclude(**{column: ""}).order_by("pk")
    for pk, closed in rows.values_list("pk", column).iterator(chunk_size=BATCH):
        try:
            renewed = reseal(closed, purpose=sealed.purpose)
        except Unreadable:
            unreadable += 1
            continue
        # Only what was read: one that somebody else closed again meanwhile is as good.
        done += sealed.rows().filter(pk=pk, **{column: closed}).update(**{column: renewed})
    return done, unreadable
