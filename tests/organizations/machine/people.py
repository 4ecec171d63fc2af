"""Members: another role, an end, out."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from organizations import actions
from tests.organizations.machine.model import Member, Player, Team, those
from tests.organizations.machine.stage import ANY, NOTHING, WHO, Stage

# The last day of a membership, in days from now: over, today, soon, later, too late; none.
LAST_DAYS = st.sampled_from([None, None, -1, 0, 1, 3, 8, 2000])
# What the actor saw: nothing, the role that it is, another one.
SEEN = st.sampled_from(["", "", "is", "was"])


class People(Stage):
    """What is done to members."""

    @rule(where=ANY, who=WHO, whom=ANY, to=ANY, seen=SEEN)
    @precondition(lambda self: self.model.teams)
    def change_role(self, where: int, who: tuple[str, int], whom: int, to: int, seen: str) -> None:
        team = self.team(where)
        by, member, role = self.player(team, who), self.target(team, whom), self.role(team, to)
        was = {"": "", "is": member.role, "was": "none"}[seen]
        why_not = self._why_not_change(by, team, member, role, was)
        is_same = role == member.role
        if self.attempt(
            NOTHING if is_same and not why_not else "membership.role_changed",
            why_not,
            lambda: actions.change_role(membership=member.row, role=role, was=was, by=by.actor),
        ):
            self._change(team, member, role)

    @rule(where=ANY, who=WHO, whom=ANY, to=ANY, in_days=LAST_DAYS)
    @precondition(lambda self: self.model.teams)
    def edit_member(self, where: int, who: tuple[str, int], whom: int, to: int, in_days: int | None) -> None:
        team = self.team(where)
        by, member = self.player(team, who), self.target(team, whom)
        # Half of the time the form changes nothing but the end.
        role = member.role if to % 2 else self.role(team, to)
        last_day = None if in_days is None else self.model.now.date() + timedelta(days=in_days)
        why_not = self._why_not_change(by, team, member, role, "")
        so_far = member.ends_at.date() if member.ends_at else None
        ends_at = None if last_day is None else self._evening(last_day)
        is_other = last_day != so_far and not (role == self.model.founder and last_day is None)
        if last_day is not None:
            why_not |= those(
                {
                    "founder-ends": role == self.model.founder,
                    "last-day": last_day != so_far and not 0 <= (last_day - self.model.now.date()).days <= 1826,
                }
            )
        if is_other:
            # Whoever gives the end is above what the member is by then.
            above = self.model.knows(team, role) and not self.model.covers(by, team, role)
            why_not |= those({"own-end": self._is_own(by, member), "above-own-role": above})
        event = "membership.end_set" if is_other else NOTHING
        if self.attempt(
            "membership.role_changed" if why_not or role != member.role else event,
            why_not,
            lambda: actions.edit_member(membership=member.row, role=role, last_day=last_day, by=by.actor),
        ):
            self._change(team, member, role)
            if is_other:
                member.ends_at = ends_at

    @rule(where=ANY, who=WHO, whom=ANY)
    @precondition(lambda self: self.model.teams)
    def remove(self, where: int, who: tuple[str, int], whom: int) -> None:
        team = self.team(where)
        by, member = self.player(team, who), self.target(team, whom)
        why_not = self.model.door(by, team, "remove_members") | self._why_not_touch(by, team, member)
        why_not |= those({"own-membership": self._is_own(by, member)})
        if self.attempt(
            "membership.removed", why_not, lambda: actions.remove_member(membership=member.row, by=by.actor)
        ):
            self.model.part(team, member)

    @rule(where=ANY, who=WHO, whom=ANY)
    @precondition(lambda self: self.model.teams)
    def leave(self, where: int, who: tuple[str, int], whom: int) -> None:
        team = self.team(where)
        member = self.target(team, whom)
        by = self.anybody(member.person, who)
        is_there = self.model.seat(team, member.row)
        why_not = self.model.door(by, team) | those(
            {
                "not-own": by.person is not member.person,
                "gone": not is_there,
                "last-founder": is_there and self.model.is_last_founder(team, member),
            }
        )
        if self.attempt(
            "membership.left", why_not, lambda: actions.leave_organization(membership=member.row, by=by.actor)
        ):
            self.model.part(team, member)

    @rule()
    @precondition(lambda self: any(self.model.is_over(one) for team in self.model.teams for one in team.members))
    def end_what_is_over(self) -> None:
        self.work(actions.end_timed_memberships)
        for team in self.model.teams:
            for member in [member for member in team.members if self.model.is_over(member)]:
                self.model.part(team, member)

    @rule()
    @precondition(lambda self: any(one.ends_at for team in self.model.teams for one in team.members))
    def tell_of_ends(self) -> None:
        self.work(actions.tell_of_ends)

    def _why_not_change(self, by: Player, team: Team, member: Member, role: str, was: str) -> set[str]:
        is_own = self._is_own(by, member)
        why_not = self.model.door(by, team, "" if is_own else "change_roles")
        if not self.model.seat(team, member.row):
            return why_not | {"gone"}
        if not self.model.knows(team, role):
            return why_not | {"role"}
        if role == member.role:
            return why_not
        held, asked = self.model.held(team, member.role), self.model.held(team, role)
        return (
            why_not
            | self._why_not_touch(by, team, member)
            | self.model.why_not_give(by, team, role)
            | those(
                {
                    "changed-meanwhile": was and was != member.role,
                    "own-role": is_own and not (self.model.may_step_down and held >= asked),
                }
            )
        )

    def _why_not_touch(self, by: Player, team: Team, member: Member) -> set[str]:
        if not self.model.seat(team, member.row):
            return {"gone"}
        return those(
            {
                "above-own-role": not self.model.covers(by, team, member.role),
                "last-founder": self.model.is_last_founder(team, member),
            }
        )

    def _is_own(self, by: Player, member: Member) -> bool:
        return by.person is member.person

    def _change(self, team: Team, member: Member, role: str) -> None:
        if role != member.role:
            self.model.give(team, member, role)

    def _evening(self, day: object) -> datetime:
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))  # type: ignore[arg-type] # a date
