"""``manage.py import_customers``: what a file of customers would change, and, on demand, that it does."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from console.refusal import Refused
from organizations.actors import Actor
from support.actions.customers import apply_import, give_in
from support.directory.telling import Told
from support.models import DirectoryImport


class Command(BaseCommand):
    """For large directories, and for what another system writes every night. See docs/customer-directory.md."""

    help = "Say what a file of customers (JSON or CSV) would change; with --apply, change it."

    def add_arguments(self, parser: CommandParser) -> None:
        """``import_customers customers.json --apply``."""
        parser.add_argument("file", type=Path, help="a file in UTF-8 whose name ends in .json or .csv")
        parser.add_argument("--apply", action="store_true", help="do what it says")

    def handle(self, *args: Any, file: Path, apply: bool, **options: Any) -> None:
        """Look, say it, and apply; raises CommandError where nothing of the file can be."""
        try:
            content = file.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file.name} cannot be read: {error}") from None
        try:
            given = give_in(name=file.name, content=content, by=Actor.system())
            for line in Told(given.plan).text():
                self.stdout.write(line)
            if given.state == DirectoryImport.State.REFUSED:
                raise CommandError(f"Nothing was changed: {given.plan['problem_count']} problems.")
            if not apply:
                self.stdout.write("Nothing was changed. Say --apply, and it is.")
                return
            apply_import(pk=given.pk, seen=given.digest, by=Actor.system())
        except Refused as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write("Applied.")
