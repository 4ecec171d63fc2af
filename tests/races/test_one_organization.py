"""Under a policy of one organization for each user (text 003), two at the same instant: one is joined, one refused."""

from functools import partial
from itertools import count

import pytest
from pytest_django import Settings

from organizations.models import Invitation, Membership
from tests.cast import Person, make_person, make_team
from tests.races.together import Request, browser, statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 5

numbers = count(1)


@pytest.fixture(autouse=True)
def percona(settings: Settings) -> None:
    settings.CONSOLE_POLICY = "percona"


def invited_twice() -> tuple[Person, list[Request]]:
    """Somebody whom two organizations have invited, and the two acceptances."""
    number = next(numbers)
    guest = make_person(f"guest.{number}@example.com")
    acceptances: list[Request] = []
    for side in ("left", "right"):
        founder = make_person(f"{side}.{number}@example.com")
        team = make_team(f"{side} {number}", founder)
        founder.client.post(
            f"/o/{team.slug}/members/invitations/new/", {"email": guest.user.email, "role": "technical", "note": ""}
        )
        link = Invitation.objects.get(organization=team).token("copied")
        client = browser(guest)
        acceptances.append(partial(client.post, f"/invitations/{link}/acceptance/"))
    return guest, acceptances


def teams_of(guest: Person) -> int:
    return Membership.objects.filter(user=guest.user, organization__kind="team").count()


def test_of_two_acceptances_one_is_refused() -> None:
    for _ in range(ROUNDS):
        guest, acceptances = invited_twice()
        assert statuses(together(*acceptances)) == [302, 409]
        assert teams_of(guest) == 1


def test_of_an_acceptance_and_a_creation_one_is_refused() -> None:
    for _ in range(ROUNDS):
        guest, acceptances = invited_twice()
        client, name = browser(guest), f"Own {next(numbers)}"
        creation = partial(client.post, "/organizations/new/", {"name": name})
        answers = statuses(together(acceptances[0], creation))
        # The page of a new organization with its refusal, or the page of the invitation with its own.
        assert answers in ([200, 302], [302, 409])
        assert teams_of(guest) == 1


def test_of_two_creations_one_is_refused() -> None:
    for _ in range(ROUNDS):
        guest = make_person(f"guest.{next(numbers)}@example.com")
        one, other, number = browser(guest), browser(guest), next(numbers)
        answers = together(
            lambda: one.post("/organizations/new/", {"name": f"One {number}"}),  # noqa: B023 -- run in this round
            lambda: other.post("/organizations/new/", {"name": f"Other {number}"}),  # noqa: B023 -- run in this round
        )
        assert statuses(answers) == [200, 302]
        assert teams_of(guest) == 1
