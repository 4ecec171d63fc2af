"""The plan of an import: what a file would change, which people see before it is done."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.utils.translation import gettext as _

from support.directory.comparing import Change, Comparison, What, compare
from support.directory.reading import read
from support.directory.rows import Given, Kind, Problem
from support.directory.standing import SOME, Standing, elsewhere, standing_of
from support.models import Customer, CustomerPerson, Entitlement

# Problems that are listed; whoever has as many mends them first.
MOST_LISTED = 200


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a file would change: by customer, those alone of which something changes; or what is wrong with it.

    ``missing``: keys and names of customers that are not in the file, and stay.
    """

    problems: list[Problem] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the file can be applied."""
        return bool(self.problems)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many of each kind become what, by what becomes of them; what new customers have counts, too."""
        counted: dict[str, Counter[str]] = {}
        for comparison in self.comparisons:
            for line in comparison.lines:
                counted.setdefault(line["what"], Counter())[line["kind"]] += 1
        if self.missing:
            counted.setdefault(What.GONE.value, Counter())[Kind.CUSTOMER.value] += len(self.missing)
        return {what: dict(kinds) for what, kinds in counted.items()}

    @property
    def shown(self) -> dict[str, Any]:
        """As `DirectoryImport.plan` keeps it."""
        if self.is_refused:
            listed = [{"where": one.where, "sentence": one.sentence} for one in self.problems[:MOST_LISTED]]
            return {"problems": listed, "problem_count": len(self.problems)}
        customers = [
            {"key": one.given.key, "name": one.given.name, "lines": one.lines} for one in self.comparisons if one.lines
        ]
        gone = [
            {"key": key, "name": name, "lines": [Change(what=What.GONE, kind=Kind.CUSTOMER, key=key).line]}
            for key, name in self.missing
        ]
        return {"counts": self.counts, "customers": customers + gone}

    @property
    def digest(self) -> str:
        """Of all that it says: what is applied is what was seen."""
        return hashlib.sha256(json.dumps(self.shown, sort_keys=True).encode()).hexdigest()


def plan(content: str, name: str) -> Plan:
    """Compare the text of a file called ``name`` with what is there. Changes nothing."""
    reading = read(content, name)
    if reading.problems:
        return Plan(problems=reading.problems)
    customers = reading.customers
    standing = standing_of(customers)
    owner = {email: given.key for given in customers.values() for email in given.people}
    at_others = [(person, key) for person, key in elsewhere(owner) if owner[person.email.lower()] != key]
    problems = [*_people_elsewhere(customers, at_others, owner), *_numbers_elsewhere(customers, standing)]
    if problems:
        return Plan(problems=problems)
    moving = {person.email.lower(): person for person, _key in at_others}
    comparisons = [_compared(given, standing.get(given.key), moving) for given in customers.values()]
    missing = Customer.objects.order_by("key").values_list("key", "name")
    return Plan(
        comparisons=comparisons,
        missing=[(key, called) for key, called in missing if key not in customers],
    )


def _compared(given: Given, standing: Standing | None, moving: Mapping[str, CustomerPerson]) -> Comparison:
    leaving = {email for email in (standing.people if standing else ()) if email in moving}
    return compare(given, standing, moving, leaving)


def _people_elsewhere(
    customers: Mapping[str, Given], at_others: list[tuple[CustomerPerson, str]], owner: Mapping[str, str]
) -> list[Problem]:
    """Who would leave a customer about which the file says nothing."""
    return [
        Problem(
            customers[owner[person.email.lower()]].where,
            _("The address %(address)s stands in the directory at the customer “%(key)s”, who is not in this file.")
            % {"address": person.email, "key": key},
        )
        for person, key in at_others
        if key not in customers
    ]


def _numbers_elsewhere(customers: Mapping[str, Given], standing: Mapping[str, Standing]) -> list[Problem]:
    """Entitlements whose number another one has: here, or at a customer that waits and is not in the file."""
    wanted = {row["number"]: (given, key) for given in customers.values() for key, row in given.entitlements.items()}
    problems = []
    for some in batched(sorted(wanted), SOME):
        rows = Entitlement.objects.filter(number__in=some).values_list("number", "organization", "directory_key")
        for number, organization_id, key in rows:
            given, wanted_key = wanted[number]
            there = standing.get(given.key)
            is_own = there is not None and there.customer.organization_id == organization_id and key == wanted_key
            if not is_own:
                problems.append(_taken(given, number))
    waiting = Customer.objects.filter(organization=None).values_list("key", "data")
    for customer_key, data in waiting.iterator(chunk_size=SOME):
        if customer_key not in customers:
            numbers = {row["number"] for row in data.get("entitlements", {}).values()}
            problems += [_taken(wanted[number][0], number) for number in sorted(numbers & wanted.keys())]
    return problems


def _taken(given: Given, number: str) -> Problem:
    return Problem(given.where, _("There is another entitlement with the number “%s” already.") % number)
