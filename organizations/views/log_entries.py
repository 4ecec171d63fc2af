"""Which events the log page and its files show, and what an entry says."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.sessions.devices import device_name
from accounts.sessions.places import place_of
from audit.actors import ActorKind
from audit.lines import GROUPS, SOMEBODY_GONE, TOLD, Names, line_of
from audit.models import Event
from console.dates import date, day_typed, midnight
from console.text import one_line
from organizations.lines.changes import changes_of
from organizations.log import Filters
from organizations.models import Organization, roles_of

COLUMNS = [
    "id", "at", *TOLD, "actor_kind", "actor_id", "key_id", "target_id",
    "detail__actor", "detail__key_name", "detail__address", "detail__device", "detail__texts", "detail__request_id",
]  # fmt: skip

# An id that nothing has: who asks for what is no id finds nothing.
NONE = UUID(int=0)
LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an address asks of the log, as it was typed: ``what`` a group, ``who`` a name, ids, days of the reader."""

    what: str
    who: str
    actor: str
    key: str
    target: str
    outcome: str
    since: str
    until: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """What the query of a request asks; a choice that is none narrows nothing."""
        what, outcome = query.get("what", ""), query.get("outcome", "")
        return cls(
            what=what if what in GROUPS else "",
            who=one_line(query.get("who", ""), LONGEST_NAME),
            actor=one_line(query.get("actor", ""), LONGEST_NAME),
            key=one_line(query.get("key", ""), LONGEST_NAME),
            target=one_line(query.get("target", ""), LONGEST_NAME),
            outcome=outcome if outcome in Event.Outcome.values else "",
            since=day_typed(query.get("from", "")),
            until=day_typed(query.get("to", "")),
        )

    @property
    def narrowing(self) -> list[str]:
        """The names of what narrows, without what was typed."""
        names = {"since": "from", "until": "to"}
        return [names.get(name, name) for name, value in vars(self).items() if value]

    @property
    def filters(self) -> Filters:
        """The same for `organizations.log`."""
        return Filters(
            actions=GROUPS[self.what].actions if self.what else None,
            who=self.who,
            actor_id=_id(self.actor),
            key_id=_id(self.key),
            target_id=_id(self.target),
            outcome=self.outcome,
            since=midnight(self.since),
            until=midnight(self.until, days=1),
        )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return NONE


def names_in(organization: Organization) -> Names:
    """What the keys in events mean there: its roles."""
    return {role.key: str(role.label) for role in roles_of(organization)}


@dataclass(frozen=True, kw_only=True)
class Who:
    """Who acted, as an entry shows them; ``filter``: the part of an address that finds what else they did."""

    name: str
    icon: str = ""
    seed: str = ""
    filter: tuple[str, str] | None = None
    key_name: str = ""
    key_id: UUID | None = None


def entry(event: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """An event (`COLUMNS`) as the time line shows it, in the reader's language."""
    line, is_denied = line_of(event["action"]), event["outcome"] == Event.Outcome.DENIED
    is_staff = event["actor_kind"] == ActorKind.STAFF
    address, device = event["detail__address"], event["detail__device"]
    # Where staff sit is their own affair.
    where = [] if is_staff else [device_name(device) if device else "", place_of(address), address or ""]
    return {
        "id": event["id"],
        "at": event["at"],
        "icon": "shield-alert" if is_denied else line.icon,
        "text": line.sentence(event, names),
        "is_denied": is_denied,
        "who": who(event),
        "where": " · ".join(filter(None, where)),
        "action": event["action"],
        "changes": changes_of(event, names),
        "target_id": event["target_id"],
        "request_id": event["detail__request_id"],
    }


def who(event: Mapping[str, Any]) -> Who:
    """Who acted: a person, a key, our staff, nobody who was signed in, or the system."""
    kind, name = event["actor_kind"], one_line(event["detail__actor"])
    key = {"key_name": one_line(event["detail__key_name"]), "key_id": event["key_id"]}
    if kind == ActorKind.STAFF:
        return Who(name=_("Our staff"), icon="badge-check")
    if kind == ActorKind.SYSTEM:
        return Who(name=_("The system"), icon="cog")
    if kind == ActorKind.KEY:
        named = name or key["key_name"] or _("an API key")
        return Who(name=named, icon="key-round", filter=("key", str(event["key_id"])))
    if kind == ActorKind.VISITOR:
        return Who(name=name or _("Somebody who was not signed in"), icon="user-round-x")
    seed = str(event["actor_id"])
    return Who(name=name or str(SOMEBODY_GONE), seed=seed, filter=("actor", seed), **key)


def by_day(entries: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The entries of each day of the reader's, under what the day is called."""
    today = timezone.localdate()
    near = {today: _("Today"), today - dt.timedelta(days=1): _("Yesterday")}
    for day, some in groupby(entries, key=lambda entry: timezone.localdate(entry["at"])):
        yield near.get(day) or date(day), list(some)
