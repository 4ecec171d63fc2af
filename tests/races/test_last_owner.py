"""Attack 22: two owners end each other's ownership, or their own, at the same instant; one owner stays."""

from collections.abc import Callable
from functools import partial
from itertools import combinations_with_replacement, count

import pytest
from django.test import Client

from organizations.models import Membership, Organization
from tests.cast import Cast, make_team
from tests.races.together import browser, statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 3
# Without the lock one of a few rounds goes wrong; so many do not all go right.
ROUNDS_WITHOUT_LOCK = 40

numbers = count(1)


class Duel:
    """A fresh organization of two owners, each with a browser, and what the one may try against the other."""

    def __init__(self, cast: Cast) -> None:
        name = f"Duel {next(numbers)}"
        self.organization: Organization = make_team(name, cast.olivia, {"owner": cast.theo})
        self.base = f"/o/{self.organization.slug}"
        self.memberships = {
            person.user.email: Membership.objects.get(organization=self.organization, user=person.user)
            for person in (cast.olivia, cast.theo)
        }
        self.sides = (
            (browser(cast.olivia), "olivia.owner@example.com", "theo.tech@example.com"),
            (browser(cast.theo), "theo.tech@example.com", "olivia.owner@example.com"),
        )

    def fight(self, first: str, second: str) -> list[int]:
        """Both at once; the statuses of the answers."""
        moves: list[Callable[[], object]] = [
            self.move(name, *side) for name, side in zip((first, second), self.sides, strict=True)
        ]
        return statuses(together(*moves))  # type: ignore[arg-type] # answers of the test client

    def move(self, name: str, client: Client, own: str, other: str) -> Callable[[], object]:
        """One owner's request."""
        mine, theirs = self.memberships[own].pk, self.memberships[other].pk
        return {
            "demotes the other": lambda: client.post(f"{self.base}/members/{theirs}/role/", {"role": "member"}),
            "removes the other": lambda: client.post(f"{self.base}/members/{theirs}/removal/"),
            "steps down": lambda: client.post(f"{self.base}/members/{mine}/role/", {"role": "member"}),
            "leaves": lambda: client.post(f"{self.base}/leaving/"),
        }[name]

    @property
    def owners(self) -> int:
        """How many are left."""
        return self.organization.memberships.filter(role="owner").count()


MOVES = ["demotes the other", "removes the other", "steps down", "leaves"]


@pytest.mark.parametrize(("first", "second"), list(combinations_with_replacement(MOVES, 2)))
def test_one_owner_stays_and_nobody_sees_an_error_page(cast: Cast, first: str, second: str) -> None:
    for _ in range(ROUNDS):
        duel = Duel(cast)
        answers = duel.fight(first, second)
        assert duel.owners == 1
        assert 302 in answers
        assert 500 not in answers


@pytest.mark.parametrize(
    ("first", "second"),
    [("demotes the other", "demotes the other"), ("removes the other", "removes the other"), ("leaves", "leaves")],
)
@pytest.mark.long
@pytest.mark.usefixtures("without_lock")
def test_without_the_lock_nobody_is_left(cast: Cast, first: str, second: str) -> None:
    """The proof that the test above can fail."""
    left = []
    for _ in range(ROUNDS_WITHOUT_LOCK):
        duel = Duel(cast)
        duel.fight(first, second)
        left.append(duel.owners)
        if duel.owners == 0:
            break
    assert 0 in left


def test_three_owners_who_all_leave_at_once_leave_one(cast: Cast) -> None:
    for _ in range(ROUNDS):
        duel = Duel(cast)
        Membership.build(organization=duel.organization, user=cast.mia.user, role="owner").save()
        clients = [client for client, *_rest in duel.sides] + [browser(cast.mia)]
        together(*[partial(client.post, f"{duel.base}/leaving/") for client in clients])
        assert duel.owners == 1
