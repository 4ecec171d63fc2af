"""What *Getting started* tells somebody whom the directory of customers names, and who is no member yet."""

from dataclasses import dataclass
from typing import Any

from console.registry import Card
from organizations import policies
from organizations.requests import UserRequest
from support.directory.problems import said_to_person
from support.models import CustomerPerson


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A customer whose somebody the reader is: its name, and nobody else's.

    ``problem``: why they are no member, as they may read it, empty where nothing is in the way;
    ``waits_for_administrator``: the organization is made when that person first signs in; ``may_be_in_one``: whoever
    makes another organization meanwhile keeps out of this one.
    """

    name: str
    problem: Any
    waits_for_administrator: bool
    may_be_in_one: bool


def expected_of(request: UserRequest) -> list[Expected]:
    """Of which customers the reader is known, by addresses that they have proven. One query."""
    policy = policies.current()
    if not policy.recreates_customers:
        return []
    known = CustomerPerson.objects.of_user(request.user).not_registered().select_related("customer").order_by("id")
    # Who was invited besides is there already.
    known = known.exclude(customer__organization__memberships__user=request.user)
    return [
        Expected(
            name=person.customer.name,
            problem=said_to_person(person.problem),
            waits_for_administrator=not person.problem and person.customer.organization_id is None,
            may_be_in_one=policy.organizations_per_user == 1,
        )
        for person in known[:3]
    ]


EXPECTED = Card(page="getting-started", order=10, template="support/_expected_card.html", show=expected_of)
