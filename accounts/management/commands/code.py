"""``manage.py code``: the code that an authenticator app of the demo would show now."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Authenticator
from accounts.models.authenticator import code_at, step_now


class Command(BaseCommand):
    """Stands in for the phone of somebody of the demo. Refuses without DEBUG: elsewhere it would be a way past MFA."""

    help = "Show the code of somebody's authenticator app, while developing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the first code that was not used yet: the present one, or the next."""
        if not settings.DEBUG:
            raise CommandError("Codes are shown while developing only: set DEBUG=1.")
        app = Authenticator.objects.filter(user__email=options["email"].lower()).first()
        if app is None:
            raise CommandError(f"{options['email']} has no authenticator app.")
        self.stdout.write(code_at(max(step_now(), app.last_step + 1), app.secret))
