"""``manage.py verify_audit``: read the audit log again, and name the first event of each chain that does not fit."""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from audit.models import Chain
from audit.verifying import PAGE, Fault, stray, verify
from organizations.models import Slug


class Command(BaseCommand):
    """May be run at any time, and takes no lock. See docs/operating.md, *The audit log*."""

    help = "Verify the chains of the audit log; exits with 1 where an event does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        """``verify_audit --all``, or one chain."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="every chain")
        which.add_argument("--organization", metavar="slug", help="the log of an organization")
        which.add_argument("--user", metavar="email", help="the logs of somebody and of their personal account")
        which.add_argument(
            "--chain", metavar="id", type=_uuid, help="by its id: of what is gone, and 0 for that of the deployment"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify; raises CommandError where something does not fit, after all of it was said."""
        if options["all"]:
            faults = self._verify_all()
        else:
            faults = sum(self._verify_one(chain_id) for chain_id in _chosen(options))
        if faults:
            raise CommandError(f"The log was changed: {faults} of its chains do not fit.")

    def _verify_all(self) -> int:
        """Only what does not fit gets a line, and the sums. Returns how many chains do not."""
        chains = verified = unlinked = faults = 0
        for chain_id in Chain.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=500):
            verdict = verify(chain_id, tell=self._progress(chain_id))
            chains, verified, unlinked = chains + 1, verified + verdict.verified, unlinked + verdict.unlinked
            faults += self._say(chain_id, [verdict.fault])
        faults += self._say("no chain", [stray()])
        self.stdout.write(f"{verified} events in {chains} chains fit; {unlinked} are not linked yet.")
        return faults

    def _verify_one(self, chain_id: UUID) -> int:
        verdict = verify(chain_id, tell=self._progress(chain_id))
        faults = self._say(chain_id, [verdict.fault, stray(chain_id)])
        self.stdout.write(
            f"{chain_id}: {verdict.verified} events fit; {verdict.unlinked} are not linked yet."
            f" It was read after position {verdict.position - verdict.verified} to {verdict.position},"
            f" {verdict.hash or 'empty'}."
        )
        return faults

    def _say(self, where: object, faults: Iterable[Fault | None]) -> int:
        found = [fault for fault in faults if fault]
        for fault in found:
            self.stderr.write(f"{where}: {fault}.")
        return int(bool(found))

    def _progress(self, chain_id: UUID) -> Callable[[int], object]:
        pages = count(1)

        def tell(position: int) -> None:
            if next(pages) % (EVERY // PAGE) == 0:
                self.stdout.write(f"{chain_id}: at position {position} …")

        return tell


# Events between two lines that say how far a long chain is read: whole pages, wherever the chain begins.
EVERY = 100_000


def _uuid(text: str) -> UUID:
    return Chain.DEPLOYMENT if text == "0" else UUID(text)


def _chosen(options: dict[str, Any]) -> list[UUID]:
    if options["chain"]:
        return [options["chain"]]
    if options["organization"]:
        return _found("organization", Slug.objects.filter(slug=options["organization"]).values_list("organization_id"))
    user = User.objects.filter(email=options["user"].lower())
    return _found("user", user.values_list("pk", "personal_account__pk"))


def _found(what: str, rows: Iterable[tuple[UUID | None, ...]]) -> list[UUID]:
    ids = [chain_id for row in rows for chain_id in row if chain_id]
    if not ids:
        raise CommandError(f"There is no such {what}.")
    return ids
