"""Organizations stopped, closed and opened again, and accounts that end."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from accounts.actions import close_account
from organizations import actions
from tests.organizations.machine.model import UNDO_FOR, Member, Person, Player, Team, those
from tests.organizations.machine.stage import ANY, WHO, Stage, pick

REASONS = st.sampled_from(["unfunded", "past_due", "staff", "staff"])


class Endings(Stage):
    """What is done to organizations as a whole, and to accounts."""

    @rule(where=ANY, reason=REASONS)
    @precondition(lambda self: self.model.teams)
    def suspend(self, where: int, reason: str) -> None:
        team = self.team(where)
        found = _suspended_for(team, reason)
        why_not = those({"not-active": team.closed_at or found is None})
        if self.attempt(
            "organization.suspended",
            why_not,
            lambda: actions.suspend_organization(organization=team.row, reason=reason, by=self.staff[0]),
        ):
            assert found
            team.suspended_for, team.also_suspended_for = found

    @rule(where=ANY, who=WHO)
    @precondition(lambda self: any(team.suspended_for for team in self.model.teams))
    def reactivate(self, where: int, who: tuple[str, int]) -> None:
        team = pick([team for team in self.model.teams if team.suspended_for], where)
        # Others than staff do so by paying; the payment looks at no permission.
        by = Player(self.staff[0]) if who[0] == "staff" else self.player(team, who)
        why_not = self.model.door(by, team) | those(
            {"not-suspended": team.closed_at, "staff-only": team.suspended_for == "staff" and not by.is_staff}
        )
        if self.attempt(
            "organization.reactivated",
            why_not,
            lambda: actions.reactivate_organization(organization=team.row, by=by.actor),
        ):
            team.suspended_for, team.also_suspended_for = team.also_suspended_for, ""

    @rule(where=ANY, who=WHO, knows=st.sampled_from([True, True, False]))
    @precondition(lambda self: self.model.teams)
    def close(self, where: int, who: tuple[str, int], knows: bool) -> None:  # noqa: FBT001 -- drawn
        team = self.team(where)
        by = self.player(team, who)
        current = [member for member in team.members if not self.model.is_over(member)]
        stopped = team.suspended_for == "staff"
        why_not = self.model.door(by, team, "close_organization") | those(
            {
                "closed": team.closed_at,
                "obstacle": stopped,
                "unacknowledged": not knows and len(current) != 1,
            }
        )
        name = team.row.name
        if self.attempt(
            "organization.closed",
            why_not,
            lambda: actions.close_organization(organization=team.row, name=name, acknowledged=knows, by=by.actor),
        ):
            team.closed_at, team.is_untidy = self.model.now, True
            self.model.end_transfers(team)

    @rule(where=ANY, who=WHO)
    @precondition(lambda self: any(team.closed_at for team in self.model.teams))
    def reopen(self, where: int, who: tuple[str, int]) -> None:
        team = pick([team for team in self.model.teams if team.closed_at], where)
        by = self.player(team, who)
        crowded = [member for member in team.members if self._is_crowded(team, member)]
        staying = [member for member in team.members if member not in crowded]
        assert team.closed_at
        why_not = self.model.door(by, team, "close_organization") | those(
            {
                "not-closed": team.is_final,
                "too-late": self.model.now - team.closed_at >= UNDO_FOR,
                "no-room": any(member.person is by.person for member in crowded),
                "no-founder": not any(member.role == self.model.founder for member in staying),
            }
        )
        if self.attempt(
            "organization.reopened",
            why_not,
            lambda: actions.reopen_organization(organization=team.row, by=by.actor),
        ):
            team.closed_at, team.is_untidy = None, False
            for member in crowded:
                self.model.part(team, member)

    @rule(whom=ANY, sure=st.integers(0, 3))
    @precondition(lambda self: any(not person.is_gone for person in self.model.people))
    def end_account(self, whom: int, sure: int) -> None:
        person = pick([person for person in self.model.people if not person.is_gone], whom)
        needed = [
            team
            for team in self.model.teams
            if not team.closed_at and (member := team.member(person)) and self.model.is_last_founder(team, member)
        ]
        # Most are spared, or soon nobody would be left.
        if sure and not needed:
            return
        # A copy: the row that is deleted forgets its id.
        user = type(person.user).objects.get(pk=person.user.pk)
        by = self._outside(person)
        if self.attempt(
            "account.closed",
            those({"last-founder": needed}),
            lambda: close_account(user=user, by=by.actor),
        ):
            self._forget(person)

    @rule(where=ANY)
    @precondition(lambda self: any(team.is_untidy for team in self.model.teams))
    def tidy_closed(self, where: int) -> None:
        """The worker tells of a closing and takes back what was open."""
        team = pick([team for team in self.model.teams if team.is_untidy], where)
        closing = team.row.closings.latest("id")
        self.work(lambda: actions.go_on_closing(closing.pk))
        team.is_untidy = False
        for invitation in self.model.open_invitations(team):
            invitation.state = "revoked"
        for request in self.model.open_requests(team):
            request.state = "lapsed"

    @rule()
    @precondition(lambda self: any(team.closed_at and not team.is_final for team in self.model.teams))
    def end_closed(self) -> None:
        self.work(actions.end_closed_organizations)
        for team in self.model.teams:
            if team.closed_at and not team.is_final and self.model.now - team.closed_at >= UNDO_FOR:
                team.is_final = True
                for member in list(team.members):
                    self.model.part(team, member)

    def _is_crowded(self, team: Team, member: Member) -> bool:
        most = self.model.most
        return most is not None and len(self.model.other_teams(member.person, team)) >= most

    def _forget(self, person: Person) -> None:
        person.is_gone = True
        for team in self.model.teams:
            if member := team.member(person):
                self.model.part(team, member)
            for transfer in team.transfers:
                transfer.giver = None if transfer.giver is person else transfer.giver
                transfer.taker = None if transfer.taker is person else transfer.taker
        for invitation in self.model.invitations:
            if invitation.address in person.addresses:
                invitation.is_gone = True
            if invitation.by is person:
                invitation.by = invitation.by_id = None
        self.model.mailed = [(to, at) for to, at in self.model.mailed if to not in person.addresses]


def _suspended_for(team: Team, reason: str) -> tuple[str, str] | None:
    """What a team is suspended for, and what for beneath that, with one more reason; None where it says nothing new."""
    if not team.suspended_for:
        return reason, ""
    if reason == "staff":
        return None if team.suspended_for == "staff" else ("staff", team.suspended_for)
    return ("staff", reason) if team.suspended_for == "staff" and not team.also_suspended_for else None
