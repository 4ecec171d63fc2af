"""Roles of an organization's own, its settings, and the clock."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from accounts.models import Authenticator
from organizations import actions
from tests.access.table import PEOPLE
from tests.accounts.factors import give_app
from tests.organizations.machine.model import FOUNDERS_ONLY, Player, Team, those
from tests.organizations.machine.stage import ANY, NOTHING, WHO, YES, Stage, pick

# What roles are made of here: enough to invite, to decide, to manage; and what none may have.
PERMISSIONS = st.frozensets(
    st.sampled_from(
        [
            "view_members",
            "invite_members",
            "revoke_invitations",
            "decide_requests",
            "change_roles",
            "remove_members",
            "manage_roles",
            "manage_security",
            "pay",
            "raise_tickets",
            "transfer_organization",
        ]
    ),
    max_size=5,
)
LEAPS = st.sampled_from([timedelta(minutes=20), timedelta(hours=7), timedelta(days=1), timedelta(days=4)])
LONG = timedelta(days=31)


class Rules(Stage):
    """What is done to the rules of an organization."""

    @rule(where=ANY, who=WHO, permissions=PERMISSIONS)
    @precondition(lambda self: self.model.teams)
    def create_role(self, where: int, who: tuple[str, int], permissions: frozenset[str]) -> None:
        team = self.team(where)
        by, name = self.player(team, who), f"Role {self.number()}"
        why_not = self.model.door(by, team, "manage_roles") | self._why_not_hold(by, team, permissions)
        if self.attempt(
            "role.created",
            why_not,
            lambda: actions.create_role(organization=team.row, name=name, permissions=permissions, by=by.actor),
        ):
            key = str(self.made.pk)
            team.roles[key], team.role_rows[key] = self._with_needed(permissions), self.made

    @rule(where=ANY, nth=ANY, who=WHO, permissions=PERMISSIONS, is_old=st.sampled_from([False, False, True]))
    @precondition(lambda self: any(team.role_rows for team in self.model.teams))
    def edit_role(
        self,
        where: int,
        nth: int,
        who: tuple[str, int],
        permissions: frozenset[str],
        is_old: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        team, key = self._own_role(where, nth)
        by, row = self.player(team, who), team.role_rows[key]
        why_not = self.model.door(by, team, "manage_roles")
        asked = self._with_needed(permissions)
        is_same = key in team.roles and asked == team.roles[key]
        if key not in team.roles:
            why_not |= {"gone"}
        else:
            why_not |= self._why_not_hold(by, team, permissions)
            why_not |= those(
                {
                    "changed": is_old,
                    "above-own-role": not self.model.covers(by, team, key),
                    "own-role": not is_same and self._is_kept(by, team, key),
                }
            )
        if self.attempt(
            NOTHING if is_same and not why_not else "role.edited",
            why_not,
            lambda: actions.edit_role(
                role=row, name=row.name, permissions=permissions, version="old" if is_old else "", by=by.actor
            ),
        ):
            team.roles[key] = asked
            self._take_back(team, key, frozenset(asked))

    @rule(where=ANY, nth=ANY, who=WHO, to=ANY, leaves_open=YES)
    @precondition(lambda self: any(team.role_rows for team in self.model.teams))
    def delete_role(
        self,
        where: int,
        nth: int,
        who: tuple[str, int],
        to: int,
        leaves_open: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        team, key = self._own_role(where, nth)
        by, row = self.player(team, who), team.role_rows[key]
        new = "" if leaves_open else self.role(team, to)
        is_named = any(one.role == key for one in team.members) or any(
            one.role == key and not one.is_gone for one in self.model.invitations if one.team is team
        )
        why_not = self.model.door(by, team, "manage_roles")
        if key not in team.roles:
            why_not |= {"gone"}
        else:
            is_other = bool(new) and self.model.knows(team, new) and self.model.held(team, new) != team.roles[key]
            why_not |= self.model.why_not_give(by, team, new) if new else set()
            why_not |= those(
                {
                    "above-own-role": not self.model.covers(by, team, key),
                    "replacement-missing": is_named and not new,
                    "replacement": new in {key, self.model.founder},
                    "own-role": is_other and self._is_kept(by, team, key),
                }
            )
        if self.attempt("role.deleted", why_not, lambda: actions.delete_role(role=row, replacement=new, by=by.actor)):
            if new:
                self._take_back(team, key, self.model.held(team, new))
            for member in team.members:
                member.role = new if member.role == key else member.role
            for invitation in self.model.invitations:
                invitation.role = new if invitation.role == key else invitation.role
            del team.roles[key]

    @rule(where=ANY, who=WHO, public=st.sampled_from([True, True, False]), everybody=YES)
    @precondition(lambda self: self.model.teams)
    def edit_joining(self, where: int, who: tuple[str, int], public: bool, everybody: bool) -> None:  # noqa: FBT001 -- drawn
        team = self.team(where)
        by = self.player(team, who)
        public = public and (self.model.has_directory or who[1] == 0)
        invites = everybody and not team.all_may_invite and not self.model.can(by, team, "invite_members")
        why_not = self.model.door(by, team, "edit_settings") | those(
            {"no-directory": public and not self.model.has_directory, "above-own-role": invites}
        )
        is_same = (public, everybody) == (team.is_public, team.all_may_invite)
        if self.attempt(
            NOTHING if is_same and not why_not else "organization.joining_edited",
            why_not,
            lambda: actions.edit_joining(
                organization=team.row,
                members_may_invite=everybody,
                discoverability="public" if public else "off",
                by=by.actor,
            ),
        ):
            team.is_public, team.all_may_invite = public, everybody

    @rule(where=ANY, who=WHO, days=st.sampled_from([0, 0, 7, 9]))
    @precondition(lambda self: self.model.teams)
    def require_factor(self, where: int, who: tuple[str, int], days: int) -> None:
        team = self.team(where)
        by = self.player(team, who)
        why_not = self.model.door(by, team, "manage_security") | those(
            {
                "required-already": team.factor_from,
                "grace": days not in {0, 7, 14, 30},
                "own-factor": by.person and not by.person.has_factor,
            }
        )
        if self.attempt(
            "organization.second_factor_required",
            why_not,
            lambda: actions.require_second_factor(
                organization=team.row, grace_days=days, phone_counts=True, by=by.actor
            ),
        ):
            team.factor_from = self.model.now + timedelta(days=days)

    @rule(where=ANY, who=WHO)
    @precondition(lambda self: any(team.factor_from for team in self.model.teams))
    def release_factor(self, where: int, who: tuple[str, int]) -> None:
        team = self.team(where)
        by = self.player(team, who)
        why_not = self.model.door(by, team, "manage_security") | those({"not-required": not team.factor_from})
        if self.attempt(
            "organization.second_factor_released",
            why_not,
            lambda: actions.release_second_factor(organization=team.row, by=by.actor),
        ):
            team.factor_from = None

    @rule(whom=ANY)
    @precondition(lambda self: any(not person.is_gone for person in self.model.people))
    def set_factor_up_or_lose_it(self, whom: int) -> None:
        person = pick([person for person in self.model.people if not person.is_gone], whom)
        if person.has_factor:
            self.work(Authenticator.objects.filter(user=person.user).delete)
        else:
            self.work(lambda: give_app(person.user))
        person.has_factor = not person.has_factor

    @rule(leap=LEAPS)
    def wait(self, leap: timedelta) -> None:
        self.work(lambda: self.pass_time(leap))

    @rule()
    @precondition(lambda self: any(team.closed_at for team in self.model.teams))
    def wait_long(self) -> None:
        self.work(lambda: self.pass_time(LONG))

    def _own_role(self, where: int, nth: int) -> tuple[Team, str]:
        """A role that a team has made, which may be gone by now."""
        team = pick([team for team in self.model.teams if team.role_rows], where)
        return team, pick(list(team.role_rows)[-4:], nth)

    def _with_needed(self, permissions: frozenset[str]) -> set[str]:
        """Whoever holds a role sees the organization; who does something about people sees them."""
        return {"view_organization", *permissions, *({"view_members"} if permissions & PEOPLE else set())}

    def _why_not_hold(self, by: Player, team: Team, permissions: frozenset[str]) -> set[str]:
        is_above = not by.is_staff and not self.model.own(by, team) >= self._with_needed(permissions)
        return those({"above-own-role": is_above or permissions & FOUNDERS_ONLY})

    def _is_kept(self, by: Player, team: Team, key: str) -> bool:
        """Whether it is the actor's own role, and the policy lets nobody change theirs."""
        seat = self.model.seat(team, by.seat.row) if by.team is team and by.seat else None
        return seat is not None and seat.role == key and not self.model.may_step_down

    def _take_back(self, team: Team, key: str, beyond: frozenset[str]) -> None:
        for member in team.members:
            if member.role == key:
                self.model.take_back(team, member.person, beyond=beyond)
