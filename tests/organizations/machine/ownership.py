"""Organizations founded and handed over, by their founders or by staff."""

from hypothesis.stateful import initialize, precondition, rule

from organizations import actions
from organizations.models import Membership
from tests.organizations.machine.model import WEEK, Invitation, Member, Person, Player, Team, Transfer, those
from tests.organizations.machine.stage import ANY, WHO, Stage, pick

MOST_TEAMS = 4


class Ownership(Stage):
    """Who has the founder's role."""

    @initialize()
    def begin(self) -> None:
        """Two teams: one of two founders and somebody below them, and one of somebody alone."""
        for number in (0, 3):
            self.found(number)
        team, founder = self.model.teams[0], self._seated(self.model.teams[0], self.model.teams[0].members[0])
        for person, role in zip(self.model.people[1:3], self.model.built_in, strict=False):
            actions.invite_member(organization=team.row, email=person.user.email, role=role, by=founder.actor)
            invitation = team.row.invitations.latest("id")
            row = actions.accept_invitation(invitation=invitation, by=self._outside(person).actor)
            now = self.model.now
            ids = founder.person, founder.actor.user_id
            sent = Invitation(invitation, team, person.user.email, role, *ids, expires_at=now + WEEK, sent_at=now)
            sent.state = "accepted"
            self.model.invitations.append(sent)
            self.model.mailed.append((person.user.email, now))
            self.model.admit(person, team, row, role)
        self.work(lambda: None)

    @rule(who=ANY)
    @precondition(lambda self: len(self.model.teams) < MOST_TEAMS)
    def found(self, who: int) -> None:
        by = self.stranger(who)
        person = by.person
        assert person
        is_full = self.model.most is not None and len(self.model.other_teams(person)) >= self.model.most
        why_not = {"gone"} if person.is_gone else those({"no-room": is_full})
        name = f"Team {self.number()}"
        if self.attempt("organization.created", why_not, lambda: actions.create_organization(name=name, by=by.actor)):
            row = Membership.objects.get(organization=self.made, user=person.user)
            reason = "unfunded" if self.model.first_status == "suspended" else ""
            team = Team(self.made, [Member(row, person, self.model.founder)], suspended_for=reason)
            self.model.teams.append(team)

    @rule(where=ANY, who=WHO, whom=ANY, left_with=ANY)
    @precondition(lambda self: self.model.teams)
    def offer_transfer(self, where: int, who: tuple[str, int], whom: int, left_with: int) -> None:
        team = self.team(where)
        by, taker, role = self.player(team, who), self.target(team, whom), self.role(team, left_with)
        why_not = self.model.door(by, team, "transfer_organization") | self.model.why_not_give(by, team, role)
        seat = self.model.seat(team, taker.row)
        why_not |= those(
            {
                "not-own": by.is_staff,
                "open-already": self.model.open_transfer(team),
                "own-membership": by.person is taker.person,
                "gone": not seat,
                "founder-already": seat and taker.role == self.model.founder,
                "role": role == self.model.founder,
            }
        )
        if self.attempt(
            "transfer.offered",
            why_not,
            lambda: actions.offer_transfer(organization=team.row, member=taker.row.pk, role=role, by=by.actor),
        ):
            self._mark_overdue(team)
            team.transfers.append(Transfer(self.made, by.person, taker.person, role, self.model.now + WEEK))

    @rule(where=ANY, nth=ANY, who=WHO)
    @precondition(lambda self: any(team.transfers for team in self.model.teams))
    def accept_transfer(self, where: int, nth: int, who: tuple[str, int]) -> None:
        team, transfer = self._transfer(where, nth)
        by = self.anybody(transfer.taker, who)
        why_not = self._why_not_take(by, team, transfer)
        giver, taker = (self._current(team, person) for person in (transfer.giver, transfer.taker))
        closes = team.factor_from is not None and team.factor_from <= self.model.now
        why_not |= those(
            {
                "withdrawn": not giver or not taker or giver.role != self.model.founder,
                "second-factor": closes and taker and not taker.person.has_factor,
                "suspended": team.suspended_for == "staff",
            }
        )
        if self.attempt(
            "transfer.accepted", why_not, lambda: actions.accept_transfer(transfer=transfer.row, by=by.actor)
        ):
            assert giver
            assert taker
            transfer.state = "accepted"
            # The role that was chosen may be gone; then the next below the founder's.
            next_below = list(self.model.built_in)[1]
            left_with = transfer.left_with if self.model.knows(team, transfer.left_with) else next_below
            self.model.give(team, taker, self.model.founder)
            self.model.give(team, giver, left_with)

    @rule(where=ANY, nth=ANY, who=WHO)
    @precondition(lambda self: any(team.transfers for team in self.model.teams))
    def decline_transfer(self, where: int, nth: int, who: tuple[str, int]) -> None:
        team, transfer = self._transfer(where, nth)
        by = self.anybody(transfer.taker, who)
        if self.attempt(
            "transfer.declined",
            self._why_not_take(by, team, transfer),
            lambda: actions.decline_transfer(transfer=transfer.row, by=by.actor),
        ):
            transfer.state = "declined"

    @rule(where=ANY, nth=ANY, who=WHO)
    @precondition(lambda self: any(team.transfers for team in self.model.teams))
    def withdraw_transfer(self, where: int, nth: int, who: tuple[str, int]) -> None:
        team, transfer = self._transfer(where, nth)
        by = self.player(team, who)
        status = self._transfer_status(transfer)
        why_not = self.model.door(by, team, "transfer_organization") | those({status: status != "offered"})
        if self.attempt(
            "transfer.withdrawn", why_not, lambda: actions.withdraw_transfer(transfer=transfer.row, by=by.actor)
        ):
            transfer.state = "withdrawn"

    @rule()
    @precondition(lambda self: any(team.transfers for team in self.model.teams))
    def expire_transfers(self) -> None:
        self.work(actions.expire_transfers)
        for team in self.model.teams:
            self._mark_overdue(team)

    @rule(where=ANY, whom=ANY)
    @precondition(lambda self: self.model.teams)
    def appoint(self, where: int, whom: int) -> None:
        """Two of the staff make somebody a founder."""
        team = self.team(where)
        member = self.target(team, whom)
        proposer, confirmer = self.staff
        seat = self.model.seat(team, member.row)
        why_not = those({"gone": not seat, "founder-already": seat and member.role == self.model.founder})
        if self.attempt(
            "appointment.proposed",
            why_not,
            lambda: actions.propose_founder(membership=member.row, reason="The last one is gone.", by=proposer),
        ):
            proposal = self.made
            assert self.attempt(
                "appointment.confirmed",
                set(),
                lambda: actions.confirm_founder(appointment=proposal, by=confirmer),
            )
            self.model.give(team, member, self.model.founder)

    def _transfer(self, where: int, nth: int) -> tuple[Team, Transfer]:
        team = pick([team for team in self.model.teams if team.transfers], where)
        return team, pick(team.transfers[-3:], nth)

    def _transfer_status(self, transfer: Transfer) -> str:
        is_over = transfer.state == "offered" and transfer.expires_at <= self.model.now
        return "expired" if is_over else transfer.state

    def _why_not_take(self, by: Player, team: Team, transfer: Transfer) -> set[str]:
        status = self._transfer_status(transfer)
        return self.model.door(by, team) | those(
            {
                "not-own": by.person is None or by.person is not transfer.taker,
                status: status != "offered",
                "closed": team.closed_at,
            }
        )

    def _current(self, team: Team, person: Person | None) -> Member | None:
        member = team.member(person)
        return None if member is None or self.model.is_over(member) else member

    def _mark_overdue(self, team: Team) -> None:
        for transfer in team.transfers:
            transfer.state = self._transfer_status(transfer)
