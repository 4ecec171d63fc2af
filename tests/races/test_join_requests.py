"""Requests to join, asked and decided twice at the same instant."""

from itertools import count

import pytest

from audit.models import Event
from organizations.models import JoinRequest, Membership
from tests.cast import Cast, Person, make_person, make_team
from tests.organizations.asking import MINE, REQUESTS, ask, form_for, make_public, state
from tests.organizations.inviting import invite, mailed_link
from tests.races.together import browser, statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 4

numbers = count(1)


def guest() -> Person:
    return make_person(f"gue.st{next(numbers)}@example.com")


def approve_twice(cast: Cast, person: Person) -> tuple[list[int], str]:
    """Two admins approve one request at once, as different things: the answers, and the role that came of it."""
    request = ask(person)
    JoinRequest.objects.exclude(pk=request.pk).update(created_at="2026-01-01T00:00:00Z")
    address = f"{REQUESTS}{request.pk}/approval/"
    one, other = browser(cast.olivia), browser(cast.adam)
    answers = together(lambda: one.post(address, {"role": "tech"}), lambda: other.post(address, {"role": "member"}))
    return statuses(answers), person.membership(cast.acme).role


def test_two_admins_approve_one_wins_and_nobody_sees_an_error(cast: Cast) -> None:
    make_public(cast.acme)
    for _ in range(ROUNDS):
        answers, role = approve_twice(cast, guest())
        assert answers == [302, 302]
        assert role in {"tech", "member"}
    decided = Event.objects.filter(action="join_request.approved")
    assert decided.filter(outcome="done").count() == decided.filter(outcome="denied").count() == ROUNDS


def test_approved_and_declined_at_once_is_one_or_the_other(cast: Cast) -> None:
    make_public(cast.acme)
    for _ in range(ROUNDS):
        person = guest()
        request = ask(person)
        one, other = browser(cast.olivia), browser(cast.adam)
        answers = together(
            lambda: one.post(f"{REQUESTS}{request.pk}/approval/", {"role": "member"}),  # noqa: B023 -- run in this round
            lambda: other.post(f"{REQUESTS}{request.pk}/declination/", {"reason": "No."}),  # noqa: B023 -- run in this round
        )
        assert 500 not in statuses(answers)
        is_member = Membership.objects.filter(organization=cast.acme, user=person.user).exists()
        assert state(request) == ("approved" if is_member else "declined")


def test_approved_and_withdrawn_at_once_is_one_or_the_other(cast: Cast) -> None:
    make_public(cast.acme)
    for _ in range(ROUNDS):
        person = guest()
        request = ask(person)
        ours, theirs = browser(cast.olivia), browser(person)
        answers = together(
            lambda: ours.post(f"{REQUESTS}{request.pk}/approval/", {"role": "member"}),  # noqa: B023 -- run in this round
            lambda: theirs.post(f"{MINE}requests/{request.pk}/withdrawal/"),  # noqa: B023 -- run in this round
        )
        assert statuses(answers) == [302, 302]
        is_member = Membership.objects.filter(organization=cast.acme, user=person.user).exists()
        assert state(request) == ("approved" if is_member else "withdrawn")


def test_approved_and_invited_at_once_is_one_membership(cast: Cast) -> None:
    make_public(cast.acme)
    for _ in range(ROUNDS):
        person = guest()
        request = ask(person)
        link = mailed_link(invite(cast, person.user.email))
        ours, theirs = browser(cast.olivia), browser(person)
        answers = together(
            lambda: ours.post(f"{REQUESTS}{request.pk}/approval/", {"role": "tech"}),  # noqa: B023 -- run in this round
            lambda: theirs.post(f"{link}acceptance/"),  # noqa: B023 -- run in this round
        )
        assert 500 not in statuses(answers)
        assert Membership.objects.filter(organization=cast.acme, user=person.user).count() == 1
        assert state(request) in {"approved", "lapsed"}


def test_the_same_request_sent_twice_is_one(cast: Cast) -> None:
    make_public(cast.acme)
    for _ in range(ROUNDS):
        person = guest()
        one, other = browser(person), browser(person)
        address = form_for("acme")
        answers = together(lambda: one.post(address, {"note": ""}), lambda: other.post(address, {"note": ""}))  # noqa: B023 -- run in this round
        assert statuses(answers) == [200, 302]
        assert JoinRequest.objects.filter(user=person.user).count() == 1


def test_the_last_of_five_open_requests_is_sent_once(cast: Cast) -> None:
    teams = [make_team(f"Team {number}", cast.rita) for number in range(6)]
    make_public(*teams)
    for _ in range(ROUNDS):
        person = guest()
        for team in teams[:4]:
            ask(person, team.slug)
        one, other = browser(person), browser(person)
        answers = together(
            lambda: one.post(form_for(teams[4].slug), {"note": ""}),  # noqa: B023 -- run in this round
            lambda: other.post(form_for(teams[5].slug), {"note": ""}),  # noqa: B023 -- run in this round
        )
        assert statuses(answers) == [200, 302]
        assert JoinRequest.objects.filter(user=person.user).pending().count() == 5
        JoinRequest.objects.update(created_at="2026-01-01T00:00:00Z")
