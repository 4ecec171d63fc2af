"""Accounts that end at the instant in which somebody lets them in, and one person who makes much at once."""

from functools import partial
from itertools import count

import pytest

from organizations.actions import require_second_factor
from organizations.models import JoinRequest, Membership, Organization
from tests.accounts.factors import give_app
from tests.cast import Person, make_person, make_team
from tests.organizations.asking import ask, make_public
from tests.races.together import browser, statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 5
DELETION = "/profile/preferences/deletion/"

numbers = count(1)


def team_that_asks_for_a_factor() -> tuple[Person, Organization, Person]:
    """Its founder, the team, and somebody who asks to join: whoever lets them in locks their account, too."""
    number = next(numbers)
    founder = make_person(f"founder.{number}@example.com")
    team = make_team(f"Team {number}", founder)
    give_app(founder.user)
    make_public(team)
    guest = make_person(f"guest.{number}@example.com")
    ask(guest, team.slug)
    require_second_factor(organization=team, grace_days=0, phone_counts=True, by=founder.actor(team))
    return founder, team, guest


def test_an_approval_and_the_end_of_the_account_wait_for_each_other() -> None:
    for _ in range(ROUNDS):
        founder, team, guest = team_that_asks_for_a_factor()
        asked = JoinRequest.objects.get(organization=team)
        approval = f"/o/{team.slug}/members/requests/{asked.pk}/approval/"
        answers = together(
            partial(browser(founder).post, approval, {"role": "member"}),
            partial(browser(guest).post, DELETION, {"email": guest.user.email}),
        )
        assert statuses(answers) == [302, 302]
        assert not JoinRequest.objects.filter(pk=asked.pk).exists()
        assert not Membership.objects.filter(organization=team).exclude(user=founder.user).exists()


def test_one_person_makes_no_more_organizations_at_once_than_in_a_day() -> None:
    maker = make_person("maker@example.com")
    for number in range(7):
        make_team(f"Before {number}", maker)
    creations = [partial(browser(maker).post, "/organizations/new/", {"name": f"At once {n}"}) for n in range(7)]
    assert statuses(together(*creations)) == [200] * 4 + [302] * 3
    assert Organization.objects.filter(kind="team").count() == 10
