"""Requests to join: made, withdrawn, approved, declined."""

from hypothesis.stateful import precondition, rule

from organizations import actions
from tests.organizations.machine.model import ASKED_PER_DAY, DAY, Player, Request, Team, those
from tests.organizations.machine.stage import ANY, WHO, Stage, pick


class Requests(Stage):
    """What is done to requests."""

    @rule(where=ANY, who=WHO)
    @precondition(lambda self: self.model.teams)
    def ask(self, where: int, who: tuple[str, int]) -> None:
        team = self.team(where)
        # Mostly people from outside.
        by = self.stranger(who[1]) if who[0] != "stale" else self.player(team, who)
        if self.attempt(
            "join_request.created",
            self._why_not_ask(by, team),
            lambda: actions.request_to_join(organization=team.row, note="", by=by.actor),
        ):
            assert by.person
            self.model.requests.append(Request(self.made, team, by.person, self.model.now))

    @rule(nth=ANY, who=WHO)
    @precondition(lambda self: self.model.requests)
    def withdraw_request(self, nth: int, who: tuple[str, int]) -> None:
        request = pick(self.model.requests[-6:], nth)
        by = self.anybody(request.person, who)
        why_not = self.model.door(by, request.team) | self._why_not_decide(request)
        why_not |= those({"not-own": by.person is not request.person})
        if self.attempt(
            "join_request.withdrawn",
            why_not,
            lambda: actions.withdraw_request(join_request=request.row, by=by.actor),
        ):
            request.state = "withdrawn"

    @rule(nth=ANY, who=WHO, to=ANY)
    @precondition(lambda self: self.model.requests)
    def approve(self, nth: int, who: tuple[str, int], to: int) -> None:
        request = pick(self.model.requests[-6:], nth)
        team = request.team
        by, role = self.player(team, who), self.role(team, to)
        why_not = self.model.door(by, team, "decide_requests") | self._why_not_decide(request)
        why_not |= self.model.why_not_give(by, team, role)
        if not request.person.is_gone:
            why_not |= self.model.why_not_admit(request.person, team)
        why_not |= those(
            {
                "own-request": by.person is request.person,
                "not-open": not team.takes_members,
            }
        )
        if self.attempt(
            "join_request.approved",
            why_not,
            lambda: actions.approve_request(join_request=request.row, role=role, by=by.actor),
        ):
            request.state = "approved"
            self.model.admit(request.person, team, self.made, role)

    @rule(nth=ANY, who=WHO)
    @precondition(lambda self: self.model.requests)
    def decline_request(self, nth: int, who: tuple[str, int]) -> None:
        request = pick(self.model.requests[-6:], nth)
        by = self.player(request.team, who)
        why_not = self.model.door(by, request.team, "decide_requests") | self._why_not_decide(request)
        why_not |= those({"own-request": by.person is request.person})
        if self.attempt(
            "join_request.declined",
            why_not,
            lambda: actions.decline_request(join_request=request.row, reason="", by=by.actor),
        ):
            request.state = "declined"

    @rule()
    @precondition(lambda self: self.model.requests)
    def send_digests(self) -> None:
        self.work(actions.send_digests)

    def _why_not_decide(self, request: Request) -> set[str]:
        if request.person.is_gone:
            return {"gone"}
        return those({request.state: request.state != "pending"})

    def _why_not_ask(self, by: Player, team: Team) -> set[str]:
        why_not = self.model.door(by, team)
        person = by.person
        if person is None or person.is_gone:
            return why_not | {"unverified"}
        is_found = team.is_public and not team.closed_at
        mine = [one for one in self.model.requests if one.person is person]
        recent = [one for one in mine if one.team is team and self.model.now - one.made_at < DAY]
        invited = [
            one
            for one in self.model.open_invitations(team)
            if one.address in person.addresses and one.expires_at > self.model.now
        ]
        return (
            why_not
            | self.model.why_not_admit(person, team)
            | those(
                {
                    "not-found": not self.model.has_directory or not (is_found or team.member(person)),
                    "not-open": not team.takes_members,
                    "invited": invited,
                    "asked-already": self.model.open_requests(team, person),
                    "pace": len(recent) >= ASKED_PER_DAY,
                }
            )
        )
