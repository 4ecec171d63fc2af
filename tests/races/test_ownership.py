"""Transfers and closings at the same instant as what would undo them: one wins, and nobody sees an error page."""

from functools import partial
from itertools import count

import pytest

from organizations.models import Closing, Membership, Organization, Transfer
from tests.cast import Cast, make_team
from tests.organizations.inviting import mailed_link
from tests.organizations.owning import close, reopening
from tests.races.together import browser, statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 4

numbers = count(1)


class Duel:
    """A fresh organization of Olivia's, with Adam in it, who is offered it."""

    def __init__(self, cast: Cast) -> None:
        self.team: Organization = make_team(f"Duel {next(numbers)}", cast.olivia, {"admin": cast.adam})
        self.base = f"/o/{self.team.slug}/settings"
        self.olivia, self.adam, self.cast = browser(cast.olivia), browser(cast.adam), cast
        member = cast.adam.membership(self.team).pk
        assert self.olivia.post(f"{self.base}/transfer/", {"member": member, "role": "member"}).status_code == 302
        self.transfer = Transfer.objects.get(organization=self.team)
        self.accept = partial(self.adam.post, f"/transfers/{self.transfer.pk}/acceptance/")
        self.close = partial(self.olivia.post, f"{self.base}/closing/", {"name": self.team.name, "acknowledged": "on"})

    @property
    def outcome(self) -> tuple[str, set[str]]:
        """The transfer's state, and who are owners."""
        self.transfer.refresh_from_db()
        owners = Membership.objects.filter(organization=self.team, role="owner")
        return self.transfer.state, set(owners.values_list("user__first_name", flat=True))


def test_accepted_or_withdrawn(cast: Cast) -> None:
    for _ in range(ROUNDS):
        duel = Duel(cast)
        answers = together(duel.accept, partial(duel.olivia.post, f"{duel.base}/transfer/withdrawal/"))
        assert 500 not in statuses(answers)
        assert duel.outcome in [("accepted", {"Adam"}), ("withdrawn", {"Olivia"})]


def test_accepted_twice_is_accepted_once(cast: Cast) -> None:
    for _ in range(ROUNDS):
        duel = Duel(cast)
        other = browser(cast.adam)
        answers = together(duel.accept, partial(other.post, f"/transfers/{duel.transfer.pk}/acceptance/"))
        assert statuses(answers) == [302, 302]
        assert duel.outcome == ("accepted", {"Adam"})


def test_accepted_while_the_giver_leaves_or_the_receiver_is_removed(cast: Cast) -> None:
    for _ in range(ROUNDS):
        duel = Duel(cast)
        removal = f"/o/{duel.team.slug}/members/{cast.adam.membership(duel.team).pk}/removal/"
        answers = together(duel.accept, partial(duel.olivia.post, removal))
        assert 500 not in statuses(answers)
        assert duel.outcome in [("accepted", {"Adam"}), ("withdrawn", {"Olivia"})]


def test_accepted_or_closed(cast: Cast) -> None:
    for _ in range(ROUNDS):
        duel = Duel(cast)
        answers = together(duel.accept, duel.close)
        assert 500 not in statuses(answers)
        duel.team.refresh_from_db()
        # Whoever was first: the other one found that it is no longer theirs to decide.
        assert (duel.team.status, *duel.outcome) in [
            ("active", "accepted", {"Adam"}),
            ("closed", "withdrawn", {"Olivia"}),
        ]


def test_two_offers_at_once_are_one(cast: Cast) -> None:
    for _ in range(ROUNDS):
        team = make_team(f"Duel {next(numbers)}", cast.olivia, {"admin": cast.adam, "owner": cast.theo})
        data = {"member": str(cast.adam.membership(team).pk), "role": "member"}
        page = f"/o/{team.slug}/settings/transfer/"
        answers = together(*[partial(browser(person).post, page, data) for person in (cast.olivia, cast.theo)])
        assert statuses(answers) == [200, 302]
        assert Transfer.objects.filter(organization=team).count() == 1


def test_closed_twice_is_closed_once(cast: Cast) -> None:
    for _ in range(ROUNDS):
        team = make_team(f"Duel {next(numbers)}", cast.olivia, {"owner": cast.theo})
        data = {"name": team.name, "acknowledged": "on"}
        page = f"/o/{team.slug}/settings/closing/"
        answers = together(*[partial(browser(person).post, page, data) for person in (cast.olivia, cast.theo)])
        assert 500 not in statuses(answers)
        assert Closing.objects.filter(organization=team).count() == 1


def test_opened_again_twice_is_opened_once(cast: Cast) -> None:
    for _ in range(ROUNDS):
        team = make_team(f"Duel {next(numbers)}", cast.olivia, {"owner": cast.theo})
        close(team, cast.olivia)
        path = reopening(team)
        answers = together(*[partial(browser(person).post, path) for person in (cast.olivia, cast.theo)])
        assert 500 not in statuses(answers)
        team.refresh_from_db()
        assert team.status == "active"


def test_an_invitation_is_accepted_before_the_closing_or_not_at_all(cast: Cast) -> None:
    for _ in range(ROUNDS):
        duel = Duel(cast)
        invited = {"email": "sam.stranger@example.com", "role": "member"}
        duel.olivia.post(f"/o/{duel.team.slug}/members/invitations/new/", invited)
        link = mailed_link(duel.team.invitations.get())
        answers = together(partial(browser(cast.sam).post, f"{link}acceptance/"), duel.close)
        assert 500 not in statuses(answers)
        duel.team.refresh_from_db()
        assert duel.team.status == "closed"
        joined = Membership.objects.filter(organization=duel.team, user=cast.sam.user).exists()
        assert joined == (duel.team.invitations.get().state == "accepted")
