"""The database read back: it is what the model says, row by row, and breaks none of the rules."""

from collections import Counter
from datetime import datetime
from typing import Any

from hypothesis.stateful import invariant

from accounts.models import Notification
from organizations.models import CustomRole, Invitation, JoinRequest, Membership, Organization, Transfer
from tests.organizations.machine.model import FOUNDERS_ONLY, Person
from tests.organizations.machine.stage import Stage

type Rows = list[tuple[Any, ...]]


class Reading(Stage):
    """What is looked at after each step that wrote anything or moved the clock; each table is read once."""

    read_at: datetime | None = None

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        if self.is_written or self.read_at != self.model.now:
            self._read_all()
            self.is_written, self.read_at = False, self.model.now

    def _read_all(self) -> None:
        self.memberships: Rows = list(
            Membership.objects.filter(organization__kind="team").values_list(
                "pk", "organization_id", "user_id", "role", "custom_role_id", "rank", "ends_at"
            )
        )
        self.invited: Rows = list(
            Invitation.objects.values_list(
                "pk", "organization_id", "email", "role", "custom_role_id", "invited_by_id", "state", "expires_at"
            )
        )
        self.asked: Rows = list(JoinRequest.objects.values_list("pk", "organization_id", "user_id", "state"))
        self.offered: Rows = list(
            Transfer.objects.values_list("pk", "organization_id", "from_user_id", "to_user_id", "state", "expires_at")
        )
        self.own_roles: Rows = list(CustomRole.objects.values_list("pk", "organization_id", "permissions"))
        self.members = {(organization, user) for _pk, organization, user, *_role in self.memberships}
        self.the_database_says_what_the_model_says()
        self.every_open_team_has_a_founder()
        self.roles_stay_where_they_were_made_and_below_the_founder()
        self.nothing_is_open_where_it_leads_nowhere()
        self.the_bell_rings_for_what_is_open()
        self.nobody_is_in_more_than_the_policy_allows()

    def the_database_says_what_the_model_says(self) -> None:
        teams = self.model.teams
        self._same(
            {
                pk: (team, user, str(custom or role), rank, ends_at)
                for pk, team, user, role, custom, rank, ends_at in self.memberships
            },
            {
                one.row.pk: (team.row.pk, one.person.user.pk, one.role, self.model.rank(one.role), one.ends_at)
                for team in teams
                for one in team.members
            },
        )
        self._same(
            {
                pk: (team, email, str(custom or role), by, state, ends)
                for pk, team, email, role, custom, by, state, ends in self.invited
            },
            {
                one.row.pk: (one.team.row.pk, one.address, one.role, one.by_id, one.state, one.expires_at)
                for one in self.model.invitations
                if not one.is_gone
            },
        )
        self._same(
            {pk: (team, user, state) for pk, team, user, state in self.asked},
            {
                one.row.pk: (one.team.row.pk, one.person.user.pk, one.state)
                for one in self.model.requests
                if not one.person.is_gone
            },
        )
        self._same(
            {pk: (team, giver, taker, state) for pk, team, giver, taker, state, _ends in self.offered},
            {
                one.row.pk: (team.row.pk, self._id(one.giver), self._id(one.taker), one.state)
                for team in teams
                for one in team.transfers
            },
        )
        self._same(
            {str(pk): (team, {str(name) for name in held}) for pk, team, held in self.own_roles},
            {key: (team.row.pk, held) for team in teams for key, held in team.roles.items()},
        )
        self._same(
            {
                pk: (status, reason, closed_at, found_by == "public", all_may_invite, factor_from)
                for pk, status, reason, closed_at, found_by, all_may_invite, factor_from in self._organizations()
            },
            {
                team.row.pk: (
                    "closed" if team.closed_at else "suspended" if team.suspended_for else "active",
                    team.suspended_for,
                    team.closed_at,
                    team.is_public,
                    team.all_may_invite,
                    team.factor_from,
                )
                for team in teams
            },
        )

    def every_open_team_has_a_founder(self) -> None:
        founded = {team for _pk, team, _user, role, *_rest in self.memberships if role == self.model.founder}
        assert all(team.row.pk in founded for team in self.model.teams if not team.closed_at)

    def roles_stay_where_they_were_made_and_below_the_founder(self) -> None:
        made_in = {pk: team for pk, team, _held in self.own_roles}
        assert all(made_in[custom] == team for _pk, team, _user, _role, custom, *_rest in self.memberships if custom)
        assert all(made_in[custom] == team for _pk, team, _to, _role, custom, *_rest in self.invited if custom)
        assert not any(held & FOUNDERS_ONLY for _pk, _team, held in self.own_roles)
        assert not any(rank == 0 and ends_at for *_rest, rank, ends_at in self.memberships)

    def nothing_is_open_where_it_leads_nowhere(self) -> None:
        """No offer of a closed organization, nor by or to somebody who is not in it; never two of a kind."""
        closed = {team.row.pk for team in self.model.teams if team.closed_at}
        tidy = {team.row.pk for team in self.model.teams if team.closed_at and not team.is_untidy}
        invited = [(team, email) for _pk, team, email, *_rest, state, _ends in self.invited if state == "pending"]
        asked = [(team, user) for _pk, team, user, state in self.asked if state == "pending"]
        offered = [(team, *both) for _pk, team, *both, state, ends in self.offered if self._is_open(state, ends)]
        assert tidy.isdisjoint(team for team, _who in [*invited, *asked])
        assert closed.isdisjoint(team for team, *_both in offered)
        assert self.members.isdisjoint(asked)
        assert all({(team, giver), (team, taker)} <= self.members for team, giver, taker in offered)
        for of_a_kind in (invited, asked, [team for team, *_both in offered]):
            assert len(set(of_a_kind)) == len(of_a_kind)

    def the_bell_rings_for_what_is_open(self) -> None:
        """What awaits somebody's answer is still open, and theirs to answer."""
        deciding = {
            (team.row.pk, member.person.user.pk)
            for team in self.model.teams
            for member in team.members
            if "decide_requests" in self.model.held(team, member.role)
        }
        offered = {(pk, taker) for pk, _team, _giver, taker, state, ends in self.offered if self._is_open(state, ends)}
        asked = {pk: team for pk, team, _user, state in self.asked if state == "pending"}
        invited = {pk: team for pk, team, *_rest, state, _ends in self.invited if state == "pending"}
        for kind, target, user in Notification.objects.awaiting().values_list("kind", "target_id", "user_id"):
            if kind == "transfer":
                assert (target, user) in offered
            if kind == "join_request":
                assert (asked.get(target), user) in deciding
            if kind == "invitation":
                assert target in invited
                assert (invited[target], user) not in self.members

    def nobody_is_in_more_than_the_policy_allows(self) -> None:
        if self.model.most is None:
            return
        is_open = {team.row.pk: not team.closed_at for team in self.model.teams}
        current = [
            user
            for _pk, team, user, *_rest, ends_at in self.memberships
            if is_open[team] and not (ends_at and ends_at <= self.model.now)
        ]
        assert all(number <= self.model.most for number in Counter(current).values())

    def _same(self, found: dict[Any, Any], expected: dict[Any, Any]) -> None:
        """Fails with what differs, of each the found and the expected."""
        keys = found.keys() | expected.keys()
        differing = {key: (found.get(key), expected.get(key)) for key in keys if found.get(key) != expected.get(key)}
        assert not differing, differing

    def _organizations(self) -> Rows:
        return list(
            Organization.objects.filter(kind="team").values_list(
                "pk", "status", "suspended_for", "closed_at", "discoverability", "members_may_invite",
                "second_factor_from",
            )
        )  # fmt: skip

    def _is_open(self, state: str, ends: Any) -> bool:
        return state == "offered" and ends > self.model.now

    def _id(self, person: Person | None) -> Any:
        return person.user.pk if person else None
