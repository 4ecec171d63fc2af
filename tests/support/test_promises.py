"""Until when a ticket is answered: by what was bought, by how much it hurts, around the clock; and who is alarmed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from organizations.actions import close_organization
from organizations.actors import Actor
from outbox.models import Mail
from support.actions.alarms import alarm_of_waiting_tickets
from support.actions.answers import answer_ticket, change_priority, change_product
from support.actions.promises import Promise, promise_for, promises_for
from support.models import Ticket
from tests.cast import Cast, Person, make_person
from tests.support.making import make_entitlement, make_level, make_product, make_ticket

pytestmark = pytest.mark.django_db

FRIDAY_EVENING = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


def hours(*counts: int) -> dict[str, timedelta]:
    """The columns of a level: urgent, high, normal, low."""
    names = ("urgent_within", "high_within", "normal_within", "low_within")
    return {name: timedelta(hours=count) for name, count in zip(names, counts, strict=True)}


@pytest.fixture
def friday(time_machine: Any) -> datetime:
    time_machine.move_to(FRIDAY_EVENING, tick=False)
    return FRIDAY_EVENING


@pytest.fixture
def stella() -> Person:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True)


def alarms() -> list[tuple[str, str]]:
    """To whom, and of what, in the order of the mails."""
    kinds = ("ticket-due", "ticket-late")
    return list(Mail.objects.filter(kind__in=kinds).order_by("created_at", "id").values_list("to", "kind"))


def test_without_a_level_nothing_is_promised(cast: Cast, friday: datetime) -> None:
    assert promise_for(cast.acme, None, "urgent", friday) == Promise()
    make_entitlement(cast.rival)
    assert promise_for(cast.acme, make_product(), "urgent", friday) == Promise()


def test_the_standard_level_is_everybodys_until_something_better_was_bought(cast: Cast, friday: datetime) -> None:
    standard = make_level("standard", is_standard=True, **hours(8, 24, 48, 96))
    database = make_product("database", family="databases")
    saturday_morning = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
    assert promise_for(cast.acme, database, "urgent", friday) == Promise(level=standard, due_at=saturday_morning)

    premium = make_level("premium", **hours(1, 2, 12, 24))
    bought = make_entitlement(cast.acme, level=premium, families=["databases"])
    at_once = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    assert promise_for(cast.acme, database, "urgent", friday) == Promise(
        level=premium, entitlement=bought, due_at=at_once
    )
    # It covers databases, and nothing that nobody has named.
    assert promise_for(cast.acme, make_product("queue", family="queues"), "urgent", friday).level == standard
    assert promise_for(cast.acme, None, "urgent", friday).level == standard
    assert promise_for(cast.rival, database, "urgent", friday).level == standard


def test_an_entitlement_counts_from_its_first_day_to_its_last(cast: Cast, friday: datetime) -> None:
    today, day = friday.date(), timedelta(days=1)
    make_entitlement(cast.acme, starts_on=today + day, families=[])
    make_entitlement(cast.acme, starts_on=today - 9 * day, ends_on=today - day, families=[])
    assert promise_for(cast.acme, None, "low", friday).level is None
    last = make_entitlement(cast.acme, starts_on=today - 9 * day, ends_on=today, families=[])
    assert promise_for(cast.acme, None, "low", friday).entitlement == last
    # The day ends for everybody at the same moment.
    assert promise_for(cast.acme, None, "low", friday + timedelta(hours=2)).entitlement != last


def test_of_several_the_quickest_counts_for_each_priority_or_the_one_that_was_chosen(
    cast: Cast, friday: datetime
) -> None:
    night = make_entitlement(cast.acme, level=make_level("night", **hours(1, 20, 40, 80)), families=[])
    day = make_entitlement(cast.acme, level=make_level("day", **hours(4, 8, 12, 16)), families=[])
    promised = promises_for(cast.acme, None, friday)
    assert {key: promise.entitlement for key, promise in promised.items()} == {
        "low": day,
        "normal": day,
        "high": day,
        "urgent": night,
    }
    assert promise_for(cast.acme, None, "high", friday, entitlement=night).due_at == friday + timedelta(hours=20)
    # One that covers nothing here is no choice.
    elsewhere = make_entitlement(cast.rival, families=[])
    assert promise_for(cast.acme, None, "high", friday, entitlement=elsewhere).entitlement == day


def test_another_priority_or_product_is_promised_anew_from_when_the_ticket_was_raised(
    cast: Cast, stella: Person, friday: datetime, time_machine: Any
) -> None:
    make_level("standard", is_standard=True, **hours(4, 8, 24, 48))
    bought = make_entitlement(cast.acme, level=make_level("premium", **hours(1, 2, 3, 4)), families=["databases"])
    ticket = make_ticket(cast.acme, cast.mia.user, answer_due_at=friday + timedelta(days=1))
    time_machine.shift(timedelta(hours=3))
    by = Actor.staff(stella.user)
    assert change_priority(ticket=ticket, priority="urgent", by=by).answer_due_at == friday + timedelta(hours=4)
    changed = change_product(ticket=ticket, product=make_product("database", family="databases"), by=by)
    assert (changed.answer_due_at, changed.entitlement) == (friday + timedelta(hours=1), bought)
    # What was answered stays as it was promised.
    answer_ticket(ticket=ticket, body="Here is how.", by=by)
    assert change_priority(ticket=ticket, priority="low", by=by).answer_due_at == friday + timedelta(hours=1)


def test_staff_are_alarmed_half_an_hour_before_and_when_it_is_late_once_each(
    cast: Cast, stella: Person, friday: datetime, time_machine: Any
) -> None:
    answering = Group.objects.create(name="Support")
    answering.permissions.add(Permission.objects.get(codename="change_ticket"))
    igor = make_person("igor.staff@example.com", is_staff=True)
    igor.user.groups.add(answering)
    # Who may not answer, who has left, and who is a customer hear nothing.
    make_person("rosa.reader@example.com", is_staff=True)
    make_person("lena.left@example.com", is_staff=True, is_superuser=True, is_active=False)
    cast.olivia.user.groups.add(answering)
    make_ticket(cast.acme, cast.mia.user, answer_due_at=friday + timedelta(hours=4))
    make_ticket(cast.acme, cast.mia.user, "Nothing promised")

    time_machine.move_to(friday + timedelta(hours=3, minutes=29), tick=False)
    assert (alarm_of_waiting_tickets(), alarms()) == (0, [])
    time_machine.move_to(friday + timedelta(hours=3, minutes=30), tick=False)
    both = [stella.user.email, igor.user.email]
    assert (alarm_of_waiting_tickets(), alarm_of_waiting_tickets()) == (1, 0)
    assert alarms() == [(to, "ticket-due") for to in both]
    time_machine.move_to(friday + timedelta(hours=4), tick=False)
    assert (alarm_of_waiting_tickets(), alarm_of_waiting_tickets()) == (1, 0)
    assert alarms()[2:] == [(to, "ticket-late") for to in both]


def test_whoever_looks_after_a_ticket_is_alarmed_alone_and_of_a_short_time_in_its_last_quarter(
    cast: Cast, stella: Person, friday: datetime, time_machine: Any
) -> None:
    make_person("igor.staff@example.com", is_staff=True, is_superuser=True)
    ticket = make_ticket(cast.acme, cast.mia.user, answer_due_at=friday + timedelta(hours=1), assigned_to=stella.user)
    time_machine.move_to(friday + timedelta(minutes=44), tick=False)
    assert alarm_of_waiting_tickets() == 0
    time_machine.move_to(friday + timedelta(minutes=45), tick=False)
    assert alarm_of_waiting_tickets() == 1
    assert alarms() == [(stella.user.email, "ticket-due")]
    # More time than was thought: it begins anew.
    make_level("standard", is_standard=True, **hours(4, 8, 24, 48))
    change_priority(ticket=ticket, priority="urgent", by=Actor.staff(stella.user))
    assert alarm_of_waiting_tickets() == 0
    time_machine.move_to(friday + timedelta(hours=3, minutes=45), tick=False)
    assert alarm_of_waiting_tickets() == 1
    answer_ticket(ticket=ticket, body="Here is how.", by=Actor.staff(stella.user))
    time_machine.move_to(friday + timedelta(hours=9), tick=False)
    assert alarm_of_waiting_tickets() == 0
    assert len(alarms()) == 2


def test_after_a_pause_of_beat_what_is_late_is_told_once(cast: Cast, stella: Person, friday: datetime) -> None:
    make_ticket(
        cast.acme,
        cast.mia.user,
        created_at=timezone.now() - timedelta(hours=9),
        answer_due_at=timezone.now() - timedelta(hours=1),
    )
    assert (alarm_of_waiting_tickets(), alarm_of_waiting_tickets()) == (1, 0)
    assert alarms() == [(stella.user.email, "ticket-late")]
    assert Ticket.objects.get().alarmed_at == friday


def test_nobody_is_alarmed_of_an_organization_that_is_closed(cast: Cast, stella: Person, friday: datetime) -> None:
    make_ticket(cast.acme, cast.mia.user, answer_due_at=friday)
    close_organization(organization=cast.acme, name="Acme", acknowledged=True, by=cast.olivia.actor(cast.acme))
    assert alarm_of_waiting_tickets() == 0
