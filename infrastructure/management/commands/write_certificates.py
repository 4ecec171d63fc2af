"""``manage.py write_certificates DIRECTORY``: the one way by which keys of certificates leave the console."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from infrastructure.files import write_all


class Command(BaseCommand):
    """Writes a file for each domain that uses a certificate, for whoever ends TLS (docs/certificates.md)."""

    help = "Write the certificate, chain and key of each domain into DIRECTORY, and remove those no longer used."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, and say how many; ends with an error where a key cannot be opened."""
        try:
            result = write_all(options["directory"])
        except OSError as error:
            raise CommandError(f"The directory cannot be written: {error.strerror}.") from None
        self.stdout.write(
            f"{len(result.written)} written, {len(result.unchanged)} unchanged, {len(result.removed)} removed."
        )
        if result.unreadable:
            names = ", ".join(result.unreadable)
            raise CommandError(f"No key of ENCRYPTION_KEYS opens the keys for: {names}. Their files are as they were.")
