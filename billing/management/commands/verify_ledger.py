"""``manage.py verify_ledger``: read the ledger again, with all that it comes from, and name what does not fit."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.models import Account
from billing.verifying import Fault, verify
from organizations.models import Slug


class Command(BaseCommand):
    """May be run at any time, and takes no lock. See docs/operating.md, *The ledger*."""

    help = "Verify the ledger, and that payments, charges and invoices fit it; exits with 1 where something does not."

    def add_arguments(self, parser: CommandParser) -> None:
        """``verify_ledger``, or that of one account."""
        parser.add_argument("--account", metavar="slug", help="of one organization, by its slug or its id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify; raises CommandError where something does not fit, after all of it was said."""
        verdict = verify(_chosen(options["account"]), tell=self._say)
        counts = ", ".join(f"{number} {name}" for name, number in verdict.looked_at.items())
        self.stdout.write(f"Looked at {counts}.")
        if verdict.faults:
            raise CommandError(f"The ledger does not fit in {verdict.faults} places.")
        self.stdout.write("Everything fits, to the smallest coin.")

    def _say(self, fault: Fault) -> None:
        self.stderr.write(f"{fault}.")


def _chosen(account: str | None) -> UUID | None:
    """The id of the account; one whose organization is gone is found by its id alone. Raises CommandError."""
    if not account:
        return None
    found = Slug.objects.filter(slug=account).values_list("organization_id", flat=True).first()
    try:
        pk = found or UUID(account)
    except ValueError:
        raise CommandError("There is no such organization.") from None
    if not Account.objects.filter(pk=pk).exists():
        raise CommandError("It has no account: nothing was ever paid or charged there.")
    return pk
