"""The stage: people and a clock, who acts, and the attempt of an action with what is expected of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import time_machine
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from accounts.models import Notification, User
from audit.actors import ActorKind
from audit.models import Event
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Membership
from outbox.models import Mail
from tests.organizations.machine.model import Member, Model, Person, Player, Team

START = datetime(2027, 3, 1, 12, tzinfo=UTC)
# How statements begin that write, and what the tables of the log begin with, where a refusal leaves its denial.
WRITING, LOG = ("INSERT", "UPDATE", "DELETE"), ' "audit_'
MAILS, TOLD = Mail._meta.db_table, Notification._meta.db_table
TRACES = f"""
    SELECT (SELECT count(*) FROM {MAILS}), count(*), coalesce(sum(CASE WHEN settled_at IS NULL THEN 1 END), 0)
    FROM {TOLD}
"""  # noqa: S608 -- two names of tables
# An action whose success changes nothing leaves no event.
NOTHING = ""

ANY = st.integers(0, 11)
YES = st.booleans()
# How an actor is found, and which one of those.
WHO = st.tuples(st.sampled_from(["founder", "founder", "member", "member", "stale", "stranger", "staff"]), ANY)


def pick[T](choices: list[T], number: int) -> T:
    return choices[number % len(choices)]


class Stage(RuleBasedStateMachine):
    """Each example is one transaction, rolled back at its end."""

    policy: ClassVar[str]
    # Made once, before the first example: the ids of users, and of two of the staff.
    user_ids: ClassVar[list[Any]]
    staff_ids: ClassVar[list[Any]]
    # How many attempts there were, and how many of them were refused, in all examples together.
    steps: ClassVar[int] = 0
    refusals: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.traveller = self.clock.start()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        users = User.objects.in_bulk(self.user_ids + self.staff_ids)
        self.model = Model(self.policy, START)
        for number, pk in enumerate(self.user_ids):
            email = users[pk].email
            # Every other one has two addresses.
            addresses = (email, f"other.{email}") if number % 2 else (email,)
            self.model.people.append(Person(users[pk], addresses))
        self.staff = [Actor.staff(users[pk]) for pk in self.staff_ids]
        self.players: list[Player] = []
        self.numbers = 0
        self.traces = self._traces()
        self.last_event = self._newest_event()
        self.made: Any = None
        # Whether anything but the log was written to since `Reading` looked.
        self.is_written = True
        self.listening = connection.execute_wrapper(self._note_writing)
        self.listening.__enter__()

    def teardown(self) -> None:
        self.listening.__exit__(None, None, None)
        try:
            connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            self.clock.stop()

    def pass_time(self, by: timedelta) -> None:
        self.traveller.shift(by)
        self.model.now += by

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def team(self, number: int) -> Team:
        return pick(self.model.teams, number)

    def role(self, team: Team, number: int) -> str:
        """A role of the team, or one of another, or none at all."""
        others = [key for other in self.model.teams if other is not team for key in other.roles]
        return pick([*self.model.built_in, *team.roles, *self.model.built_in, *team.roles, *others[:1], "none"], number)

    def target(self, team: Team, number: int) -> Member:
        """A member, or a row of somebody who is none any more."""
        return pick([*team.members, *team.members, *team.former], number)

    def player(self, team: Team, who: tuple[str, int]) -> Player:
        """Somebody who acts in the team, or would like to."""
        how, number = who
        if how == "staff":
            return Player(pick(self.staff, number))
        if how == "stale" and self.players:
            return pick(self.players[-12:], number)
        members = [member for member in team.members if not self.model.is_over(member)]
        if how == "founder":
            members = [member for member in members if member.role == self.model.founder]
        if how == "stranger" or not members:
            return self.stranger(number)
        return self._seated(team, pick(members, number))

    def stranger(self, number: int) -> Player:
        """Somebody outside of any context, whose account may be gone by now."""
        return self._outside(pick(self.model.people, number))

    def anybody(self, person: Person | None, who: tuple[str, int]) -> Player:
        """Usually the person, outside of any context; else another one, anywhere."""
        how, number = who
        if person is None or how in {"stale", "stranger", "staff"}:
            return self.player(self.team(number), who)
        return self._outside(person)

    def attempt(self, event: str, why_not: set[str], act: Callable[[], object]) -> bool:
        """Whether it was done; ``why_not``: the codes of all that stands against it, one of which it must name.

        What was done left ``event``; what was refused left a denial and nothing else, which `Reading` compares.
        """
        type(self).steps += 1
        try:
            self.made = act()
        except Refused as refusal:
            self._note_refusal(event, refusal.code, why_not)
            return False
        assert not why_not, f"{event} was done, although {why_not}."
        events = self._events()
        done = {name for name, outcome, _after in events if outcome == "done"}
        assert len(events) == sum(outcome == "done" for _name, outcome, _after in events)
        assert event in done if event else not done
        self.traces = self._traces()
        return True

    def _note_refusal(self, event: str, code: str | None, why_not: set[str]) -> None:
        assert code in why_not, f"{event} was refused ({code}); against it stood {why_not}."
        assert self._events() == [(event, "denied", {"code": code})]
        assert self._traces() == self.traces
        type(self).refusals += 1

    def work(self, act: Callable[[], object]) -> None:
        """What the worker does, which is never refused."""
        type(self).steps += 1
        act()
        self._events()
        self.traces = self._traces()

    def _outside(self, person: Person) -> Player:
        return Player(Actor(kind=ActorKind.USER, user=person.user), person)

    def _seated(self, team: Team, member: Member) -> Player:
        rows = Membership.objects.select_related("user", "organization", "custom_role")
        row = rows.get(pk=member.row.pk)
        could = frozenset(self.model.may(team, member))
        player = Player(Actor.member(row), member.person, team, member, self.model.held(team, member.role), could)
        self.players.append(player)
        return player

    def _events(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What was written down since the last look."""
        events = Event.objects.order_by("id")
        new = list(
            (events.filter(pk__gt=self.last_event) if self.last_event else events).values_list(
                "id", "action", "outcome", "after"
            )
        )
        if new:
            self.last_event = new[-1][0]
        return [(action, outcome, after) for _id, action, outcome, after in new]

    def _newest_event(self) -> Any:
        return Event.objects.order_by("-id").values_list("pk", flat=True).first()

    def _traces(self) -> tuple[int, ...]:
        """What an action leaves besides its rows: mails, and what awaits people."""
        with connection.cursor() as cursor:
            cursor.execute(TRACES)
            return tuple(cursor.fetchone())

    def _note_writing(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.is_written |= sql.startswith(WRITING) and LOG not in sql
        return execute(sql, *rest)
