"""What there is and who may do what, as this test knows it: typed by hand, never computed from the code it judges."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.access.table import FACTS, POLICIES, WITHHELD

FOUNDERS_ONLY = {"transfer_organization", "close_organization"}
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
UNDO_FOR = timedelta(days=30)
# Mails with an invitation that one address bears in 24 hours, from everybody.
MAILS_PER_ADDRESS = 10
# How often one person may ask the same organization in 24 hours.
ASKED_PER_DAY = 3


@dataclass(eq=False)
class Person:
    """Somebody; the first of ``addresses`` is the primary one, all are verified."""

    user: Any
    addresses: tuple[str, ...]
    has_factor: bool = False
    is_gone: bool = False


@dataclass(eq=False)
class Member:
    """A membership; ``row``: as it was when it was made, which is what a page of long ago would send."""

    row: Any
    person: Person
    role: str
    ends_at: datetime | None = None


@dataclass(eq=False)
class Transfer:
    """An offer of a team."""

    row: Any
    giver: Person | None
    taker: Person | None
    left_with: str
    expires_at: datetime
    state: str = "offered"


@dataclass(eq=False)
class Invitation:
    """An offer to an address; ``is_gone``: deleted with the account that it was for."""

    row: Any
    team: "Team"
    address: str
    role: str
    # Who invited: somebody who plays, or staff; the id is forgotten with an account.
    by: Person | None
    by_id: Any
    expires_at: datetime
    sent_at: datetime
    state: str = "pending"
    is_reminded: bool = False
    is_gone: bool = False


@dataclass(eq=False)
class Request:
    """A wish to join."""

    row: Any
    team: "Team"
    person: Person
    made_at: datetime
    state: str = "pending"


@dataclass(eq=False)
class Team:
    """An organization; ``is_untidy``: it was closed, and the worker has not taken back what was open."""

    row: Any
    members: list[Member] = field(default_factory=list)
    former: list[Member] = field(default_factory=list)
    roles: dict[str, set[str]] = field(default_factory=dict)
    role_rows: dict[str, Any] = field(default_factory=dict)
    transfers: list[Transfer] = field(default_factory=list)
    suspended_for: str = ""
    also_suspended_for: str = ""
    closed_at: datetime | None = None
    is_final: bool = False
    is_untidy: bool = False
    is_public: bool = False
    all_may_invite: bool = False
    factor_from: datetime | None = None

    @property
    def takes_members(self) -> bool:
        return not self.closed_at and self.suspended_for != "staff"

    def member(self, person: Person | None) -> Member | None:
        return next((member for member in self.members if member.person is person), None)


@dataclass(eq=False)
class Player:
    """Who acts: the actor of the code, and what it was when it was made. Stale ones were made some steps ago."""

    actor: Any
    person: Person | None = None
    team: Team | None = None
    seat: Member | None = None
    # What the role held, and what could be done with it, when the player was made.
    role_then: frozenset[str] = frozenset()
    could: frozenset[str] = frozenset()

    @property
    def is_staff(self) -> bool:
        return self.person is None


def those(reasons: dict[str, Any]) -> set[str]:
    """The codes of what is the case."""
    return {code for code, holds in reasons.items() if holds}


class Model:
    """The world as it should be, under one policy; ``now`` is the clock's."""

    def __init__(self, policy: str, now: datetime) -> None:
        self.now = now
        self.built_in = {key: frozenset(held) for key, held in POLICIES[policy].items()}
        self.founder = next(iter(self.built_in))
        _personal, self.most, _landing, _choice, self.first_status, *facts = FACTS[policy]
        self.has_directory, self.may_step_down, _recreated = facts
        self.people: list[Person] = []
        self.teams: list[Team] = []
        self.invitations: list[Invitation] = []
        self.requests: list[Request] = []
        # To whom a mail with an invitation went, and when.
        self.mailed: list[tuple[str, datetime]] = []

    def held(self, team: Team, key: str) -> frozenset[str]:
        """What a role may do."""
        return self.built_in[key] if key in self.built_in else frozenset(team.roles[key])

    def knows(self, team: Team, key: str) -> bool:
        return key in self.built_in or key in team.roles

    def rank(self, key: str) -> int:
        return list(self.built_in).index(key) if key in self.built_in else 100

    def may(self, team: Team, member: Member) -> set[str]:
        """What a member may do now."""
        held = set(self.held(team, member.role))
        if team.all_may_invite:
            held.add("invite_members")
        return held - WITHHELD[team.suspended_for]

    def is_over(self, member: Member) -> bool:
        return member.ends_at is not None and member.ends_at <= self.now

    def seat(self, team: Team, row: Any) -> Member | None:
        """The membership of that row, where it is still there and its time is not over."""
        found = next((member for member in team.members if member.row.pk == row.pk), None)
        return None if found is None or self.is_over(found) else found

    def door(self, who: Player, team: Team, needs: str = "") -> set[str]:
        """Why the actor may not act here at all."""
        is_here = who.team is team
        seat = self.seat(team, who.seat.row) if is_here and who.seat else None
        if is_here and seat is None:
            return {"gone"}
        may = who.is_staff or (seat is not None and needs in self.may(team, seat))
        return those(
            {
                "closed": is_here and team.closed_at and needs != "close_organization",
                "permission": needs and not may,
            }
        )

    def can(self, who: Player, team: Team, permission: str) -> bool:
        return not self.door(who, team, permission) & {"gone", "permission"}

    def covers(self, who: Player, team: Team, key: str) -> bool:
        """Whether the actor's own role holds all that the other one does; what a suspension withholds counts too."""
        return who.is_staff or self.own(who, team) >= self.held(team, key)

    def own(self, who: Player, team: Team) -> frozenset[str]:
        """What the actor's own role holds: as it is now where it is of this team, else as it was."""
        if who.team is team and who.seat and (seat := self.seat(team, who.seat.row)):
            return self.held(team, seat.role)
        return who.role_then

    def why_not_give(self, who: Player, team: Team, key: str) -> set[str]:
        if not self.knows(team, key):
            return {"role"}
        return those({"above-own-role": not self.covers(who, team, key)})

    def why_not_admit(self, person: Person, team: Team) -> set[str]:
        closes = team.factor_from is not None and team.factor_from <= self.now
        return those(
            {
                "already-member": team.member(person),
                "no-room": self.most is not None and len(self.other_teams(person, team)) >= self.most,
                "second-factor": closes and not person.has_factor,
            }
        )

    def other_teams(self, person: Person, besides: Team | None = None) -> list[Team]:
        """The open teams in which somebody is, and whose clock has not ended that."""
        found = [(team, team.member(person)) for team in self.teams if team is not besides and not team.closed_at]
        return [team for team, member in found if member and not self.is_over(member)]

    def is_last_founder(self, team: Team, member: Member) -> bool:
        return member.role == self.founder and self.founders(team) == 1

    def founders(self, team: Team) -> int:
        return sum(member.role == self.founder for member in team.members)

    def open_invitations(self, team: Team) -> list[Invitation]:
        """Those in the state `pending`, whether or not the clock has ended them."""
        return [one for one in self.invitations if one.team is team and one.state == "pending" and not one.is_gone]

    def open_transfer(self, team: Team) -> Transfer | None:
        offered = [one for one in team.transfers if one.state == "offered" and one.expires_at > self.now]
        return offered[0] if offered else None

    def open_requests(self, team: Team, person: Person | None = None) -> list[Request]:
        found = [one for one in self.requests if one.team is team and one.state == "pending"]
        return [one for one in found if person is None or one.person is person]

    def admit(self, person: Person, team: Team, row: Any, role: str) -> None:
        """Somebody is in; what else would let them in is no longer needed."""
        team.members.append(Member(row, person, role))
        for request in self.open_requests(team, person):
            request.state = "lapsed"
        for invitation in self.open_invitations(team):
            if invitation.address in person.addresses:
                invitation.state = "revoked"

    def give(self, team: Team, member: Member, key: str) -> None:
        """A role is another: what was offered beyond it is taken back; the founder's has no end, and ends transfers."""
        if self.founder in {member.role, key}:
            self.end_transfers(team, member.person)
        member.role = key
        if key == self.founder:
            member.ends_at = None
        self.take_back(team, member.person, beyond=self.held(team, key))

    def part(self, team: Team, member: Member) -> None:
        """Somebody is out, whichever way: nothing that they offered or were offered stays."""
        self.take_back(team, member.person)
        self.end_transfers(team, member.person)
        team.members.remove(member)
        team.former.append(member)

    def take_back(self, team: Team, person: Person, beyond: frozenset[str] | None = None) -> None:
        for invitation in self.open_invitations(team):
            if invitation.by is person and (beyond is None or not beyond >= self.held(team, invitation.role)):
                invitation.state = "revoked"

    def end_transfers(self, team: Team, person: Person | None = None) -> None:
        transfer = self.open_transfer(team)
        if transfer and (person is None or person in (transfer.giver, transfer.taker)):
            transfer.state = "withdrawn"
