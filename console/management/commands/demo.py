"""``manage.py demo``: fills a development database with people and organizations, so that no page is empty."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from console.registry import registry
from console.startup import refuse_wrong_start


class Command(BaseCommand):
    """Calls the builders that apps have registered, in their order; each finds what it made before, and leaves it."""

    help = "Fill a development database with demo data. Safe to run again; refuses without DEBUG."

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, and print what the builders say."""
        # The demo's people have a password that everybody knows.
        if not settings.DEBUG:
            raise CommandError("The demo is for development only: set DEBUG=1.")
        try:
            # What is served afterwards would refuse to start.
            refuse_wrong_start()
        except ImproperlyConfigured as wrong:
            raise CommandError(str(wrong)) from None
        for _order, build in registry.demo:
            for line in build():
                self.stdout.write(line)
