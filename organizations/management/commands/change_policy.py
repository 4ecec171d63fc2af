"""``manage.py change_policy``: map the roles of all data to those of another policy, and put that one in force."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from console.refusal import Refused
from organizations.actions.policy_change import PolicyChange, change_policy
from organizations.actors import Actor


class Command(BaseCommand):
    """Runs while nothing serves. See docs/operating.md, *Policies*."""

    help = "Map every role to one of another policy, and put that policy in force."

    def add_arguments(self, parser: CommandParser) -> None:
        """``change_policy percona --map admin=technical tech=technical --dry-run``."""
        parser.add_argument("to", help="the policy that is to be in force: default, exoscale, ovhcloud, percona")
        parser.add_argument(
            "--map", nargs="+", action="extend", default=[], metavar="old=new", help="what a role in use becomes"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, to: str, map: list[str], dry_run: bool, **options: Any) -> None:  # noqa: A002 -- the option's name
        """Change the policy, or say what would change; raises CommandError with what is in the way."""
        mapping = dict(_pair(text) for text in map)
        try:
            with transaction.atomic():
                done = change_policy(to=to, mapping=mapping, by=Actor.system())
                transaction.set_rollback(dry_run)
        except Refused as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self._say(done)
        if dry_run:
            self.stdout.write("This was a dry run: nothing has changed.")
        elif to != settings.CONSOLE_POLICY:
            self.stdout.write(f"Set CONSOLE_POLICY={to} now, then start all processes.")

    def _say(self, done: PolicyChange) -> None:
        self.stdout.write(f"From {done.old.key} to {done.new.key}:")
        for kind, roles in sorted(done.roles.items()):
            self.stdout.write(f"  {kind}: " + ", ".join(f"{number} {change}" for change, number in roles.items()))
        if done.requests:
            self.stdout.write(f"  requests to join that lapse, for want of a directory: {done.requests}")
        if done.new.has_personal_accounts:
            self.stdout.write(f"  personal accounts made: {done.personal_accounts}")
        elif done.old.has_personal_accounts:
            self.stdout.write("  personal accounts are kept, and out of reach")


def _pair(text: str) -> tuple[str, str]:
    old, sign, new = text.partition("=")
    if not (old and sign and new):
        raise CommandError(f"--map takes old=new, not {text!r}.")
    return old, new
