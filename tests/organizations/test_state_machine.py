"""Whatever is done in whatever order, to organizations and by whomever: nothing happens that the rules do not allow.

A machine plays organizations, roles, invitations, requests to join, transfers and removals against a model that is
typed by hand (tests/organizations/machine/): which attempt is refused, and what each one changes.
"""

import random
from typing import Any

import hypothesis
import pytest
from allauth.account.models import EmailAddress
from hypothesis.stateful import run_state_machine_as_test
from pytest_django import Settings

from tests.cast import Person, make_person
from tests.organizations.machine.endings import Endings
from tests.organizations.machine.invitations import Invitations
from tests.organizations.machine.ownership import Ownership
from tests.organizations.machine.people import People
from tests.organizations.machine.reading import Reading
from tests.organizations.machine.requests import Requests
from tests.organizations.machine.rules import Rules

pytestmark = pytest.mark.django_db

# An example ends after so many rules; some of them try nothing.
STEPS_OF_AN_EXAMPLE, TRIED_AT_LEAST = 50, 35
SHORT, LONG = 300, 25_000
POLICIES = ["default", "exoscale", "ovhcloud", "percona"]


class Machine(People, Invitations, Requests, Ownership, Endings, Rules, Reading):
    """All that can be done, and all that is looked at."""


def machine(policy: str) -> type[Machine]:
    """The machine under a policy, with six people, every other of whom has two addresses, and two of the staff."""
    people = [make_person(f"person.{number}@example.com") for number in range(6)]
    for person in people[1::2]:
        EmailAddress.objects.create(user=person.user, email=f"other.{person.user.email}", verified=True)
    staff = [make_person(f"staff.{number}@example.com", is_staff=True) for number in range(2)]

    def ids(some: list[Person]) -> list[Any]:
        return [person.user.pk for person in some]

    return type("Machine", (Machine,), {"policy": policy, "user_ids": ids(people), "staff_ids": ids(staff)})


def run(played: type[Machine], steps: int, **more: Any) -> None:
    """Play so many steps, and say how it went."""
    how = hypothesis.settings(
        max_examples=steps // TRIED_AT_LEAST,
        stateful_step_count=STEPS_OF_AN_EXAMPLE,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        **more,
    )
    run_state_machine_as_test(played, settings=how)
    print(f"{played.policy}: {played.steps} steps, {played.refusals} of them refused.")  # noqa: T201 -- -rP shows it


# The rules of the others are played by --long, with many more steps.
@pytest.mark.parametrize("policy", ["default", pytest.param("percona", marks=pytest.mark.long)])
def test_three_hundred_steps_break_nothing(policy: str, settings: Settings) -> None:
    settings.CONSOLE_POLICY = policy
    played = machine(policy)
    # The same steps each time: a test that fails here fails for everybody.
    run(played, SHORT, derandomize=True)
    assert played.steps >= SHORT


@pytest.mark.long
@pytest.mark.parametrize("policy", POLICIES)
def test_many_more_steps_break_nothing(policy: str, settings: Settings) -> None:
    settings.CONSOLE_POLICY = policy
    number = random.randrange(2**32)
    # Shown where it fails: put the number here to play the same steps again.
    print(f"The seed is {number}.")  # noqa: T201 -- shown with a failure
    played = hypothesis.seed(number)(machine(policy))
    run(played, LONG)
    assert played.steps >= LONG
