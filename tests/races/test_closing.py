"""Accounts that end at the same instant as something else happens to them, or to the teams that they hold."""

from datetime import UTC, datetime
from itertools import count
from uuid import UUID

import pytest
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import User
from accounts.proof import PROVEN_AT
from audit.models import Event
from organizations.actions import account_closing
from organizations.models import Membership, Organization
from tests.cast import Cast, Person, make_person, make_team
from tests.organizations.inviting import invite, mailed_link
from tests.races.together import browser, statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 4
ROUNDS_WITHOUT_LOCK = 40

numbers = count(1)


def proven(person: Person) -> Client:
    """A browser of the person, who has just proven who they are."""
    client = browser(person)
    session = client.session
    session[PROVEN_AT] = datetime.now(UTC).timestamp()
    session.save()
    return client


def newcomer() -> Person:
    return make_person(f"new.comer.{next(numbers)}@example.com")


def delete(client: Client, person: Person) -> HttpResponseBase:
    """The request that ends the account."""
    return client.post("/profile/preferences/deletion/", {"email": person.user.email})


class Pair:
    """A team of two owners, each with a browser."""

    def __init__(self) -> None:
        self.one, self.other = newcomer(), newcomer()
        self.team: Organization = make_team(f"Duel {next(numbers)}", self.one, {"owner": self.other})
        self.browsers = proven(self.one), proven(self.other)

    def owners(self) -> int:
        return Membership.objects.founders().filter(organization=self.team).count()

    def both_delete(self) -> list[int]:
        left, right = self.browsers
        return statuses(together(lambda: delete(left, self.one), lambda: delete(right, self.other)))


@pytest.mark.usefixtures("cast")
def test_of_two_last_owners_who_delete_their_accounts_at_once_one_stays() -> None:
    for _ in range(ROUNDS):
        pair = Pair()
        assert pair.both_delete() == [200, 302]
        assert pair.owners() == 1


@pytest.mark.usefixtures("cast")
def test_without_the_lock_a_team_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the test above can fail."""

    def unlocked(user: User) -> set[UUID]:
        return set(Membership.objects.filter(user=user).values_list("organization_id", flat=True))

    monkeypatch.setattr(account_closing, "_lock_all", unlocked)
    for _ in range(ROUNDS_WITHOUT_LOCK):
        pair = Pair()
        pair.both_delete()
        if pair.owners() == 0:
            return
    pytest.fail("No round went wrong: the test of the lock shows nothing.")


@pytest.mark.usefixtures("cast")
def test_one_owner_leaves_while_the_other_deletes_the_account_and_one_stays() -> None:
    for _ in range(ROUNDS):
        pair = Pair()
        left, right = pair.browsers
        together(lambda: delete(left, pair.one), lambda: right.post(f"/o/{pair.team.slug}/leaving/"))  # noqa: B023 -- run in this round
        assert pair.owners() == 1


def test_an_account_that_is_deleted_twice_is_gone_once(cast: Cast) -> None:
    for _ in range(ROUNDS):
        person = newcomer()
        one, other = proven(person), proven(person)
        answers = statuses(together(lambda: delete(one, person), lambda: delete(other, person)))  # noqa: B023 -- run in this round
        assert 500 not in answers
        assert not User.objects.filter(pk=person.user.pk).exists()
        assert Event.objects.filter(action="account.closed", outcome="done", subject_id=person.user.pk).count() == 1


def test_who_accepts_an_invitation_while_the_account_is_deleted_is_no_member_or_still_there(cast: Cast) -> None:
    for _ in range(ROUNDS):
        person = newcomer()
        link = mailed_link(invite(cast, person.user.email))
        one, other = proven(person), browser(person)
        together(lambda: delete(one, person), lambda: other.post(f"{link}acceptance/"))  # noqa: B023 -- run in this round
        is_there = User.objects.filter(pk=person.user.pk).exists()
        assert is_there or not Membership.objects.filter(user_id=person.user.pk).exists()


def test_two_who_have_invited_each_other_delete_their_accounts_at_once(cast: Cast) -> None:
    """Each one's end touches the other's rows: they wait for each other in the same order."""
    for _ in range(ROUNDS):
        one, other = newcomer(), newcomer()
        for host, guest in ((one, other), (other, one)):
            team = make_team(f"Team {next(numbers)}", cast.rita, {"admin": host})
            Membership.build(organization=team, user=guest.user, role="member", invited_by=host.user).save()
        Organization.objects.update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
        left, right = proven(one), proven(other)
        answers = together(lambda: delete(left, one), lambda: delete(right, other))  # noqa: B023 -- run in this round
        assert statuses(answers) == [302, 302]
