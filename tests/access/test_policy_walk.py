"""The walk of test_walk.py under the vendors' policies: each role that a vendor knows, on every address."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from organizations.actions import reactivate_organization, remove_member, suspend_organization
from organizations.actors import Actor
from organizations.models import Organization
from tests.access.table import MISSING, POLICIES, WITHHELD
from tests.access.walk import ABSENT, always, deviations, expected_for, furnish
from tests.cast import Person, make_person, make_team

pytestmark = pytest.mark.django_db

# What each role of a vendor holds is compared in test_policy.py, and what opens an address is walked with the roles of
# the default policy: the vendor's highest role shows which pages are there; the others walk with --long.
ROLES = [
    pytest.param(policy, role, marks=[] if role == next(iter(POLICIES[policy])) else pytest.mark.long)
    for policy in MISSING
    for role in POLICIES[policy]
]


@dataclass
class Team:
    """A customer of a vendor, with somebody in each of the vendor's roles, and a stranger who asks to join."""

    organization: Organization
    people: dict[str, Person]
    stranger: Person

    def held_by(self, policy: str, role: str) -> set[str]:
        """What the role's member may do now: under `exoscale` the first payment is still to come."""
        return POLICIES[policy][role] - WITHHELD[self.organization.suspended_for]


def team_under(policy: str, install: Callable[[str], None]) -> Team:
    install(policy)
    people = {role: make_person(f"the.{role}@example.com") for role in POLICIES[policy]}
    founder, *others = people
    organization = make_team("Acme", people[founder], {role: people[role] for role in others})
    stranger = make_person("sam.stranger@example.com")
    furnish(organization, people[founder], stranger)
    return Team(organization, people, stranger)


@pytest.mark.parametrize(("policy", "role"), ROLES)
def test_each_role_may_do_what_the_table_says(install: Callable[[str], None], policy: str, role: str) -> None:
    team = team_under(policy, install)
    assert team.organization.suspended_for == ("unfunded" if policy == "exoscale" else "")
    expected = expected_for(team.held_by(policy, role), MISSING[policy])
    assert deviations(team.people[role].client, team.organization, expected) == []


# What a suspension withholds is nobody's policy: one shows it, the one whose customers begin suspended.
@pytest.mark.parametrize(
    "policy", [pytest.param(policy, marks=[] if policy == "exoscale" else pytest.mark.long) for policy in MISSING]
)
def test_a_suspension_by_staff_withholds_what_the_table_says(install: Callable[[str], None], policy: str) -> None:
    """From the founder, who holds everything; what it withholds is the same for all roles."""
    team = team_under(policy, install)
    founder = next(iter(POLICIES[policy]))
    if team.organization.suspended_for:
        # It was paid for, and then misused.
        reactivate_organization(organization=team.organization, by=Actor.system())
    suspend_organization(organization=team.organization, reason="staff", by=Actor.system())
    team.organization.refresh_from_db()
    expected = expected_for(team.held_by(policy, founder), MISSING[policy], role=POLICIES[policy][founder])
    assert deviations(team.people[founder].client, team.organization, expected) == []


# Whether one is a member does not depend on the policy: one vendor's shows it.
@pytest.mark.parametrize(
    "policy", [pytest.param(policy, marks=[] if policy == "percona" else pytest.mark.long) for policy in MISSING]
)
@pytest.mark.usefixtures("statuses_only")
def test_to_a_stranger_and_to_who_was_removed_nothing_is_there(install: Callable[[str], None], policy: str) -> None:
    team = team_under(policy, install)
    founder, *_between, least = team.people.values()
    assert least.client.get("/o/acme/").status_code == 200
    remove_member(membership=least.membership(team.organization), by=founder.actor(team.organization))
    for person in (team.stranger, least):
        assert deviations(person.client, team.organization, always(ABSENT)) == []
