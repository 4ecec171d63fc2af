"""``manage.py reseal``: close every sealed secret again, with the newest key; then an older one can be taken away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Authenticator
from accounts.models.authenticator import PURPOSE
from console.sealing import Unreadable, reseal

BATCH = 500


class Command(BaseCommand):
    """May be run at any time, and again; people sign in meanwhile. See docs/operating.md, *Keys*."""

    help = "Close sealed secrets again with the first of ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the secrets of apps, all that stays sealed; raises CommandError where one cannot be opened."""
        rows = Authenticator.objects.order_by("pk").values_list("pk", "sealed_secret")
        done, unreadable = 0, 0
        for pk, sealed in rows.iterator(chunk_size=BATCH):
            try:
                renewed = reseal(sealed, purpose=PURPOSE)
            except Unreadable:
                unreadable += 1
                continue
            # Only what was read: one that somebody else closed again meanwhile is as good.
            done += Authenticator.objects.filter(pk=pk, sealed_secret=sealed).update(sealed_secret=renewed)
        self.stdout.write(f"{done} secrets are closed with the newest key.")
        if unreadable:
            raise CommandError(f"{unreadable} secrets cannot be opened: ENCRYPTION_KEYS lacks their key.")
