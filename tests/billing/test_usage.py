"""What ran is written down once for each hour, and charged in the month in which it ran."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.actions.invoices.issuing import issue_due
from billing.actions.usage import record_usage, tell_of_prices
from billing.actions.usage.billing import Lines, bill
from billing.actions.usage.finding import LOOK_BACK, Ran
from billing.models import Account, Charge, Entry, UsageHour, UsageLine
from organizations.actions import suspend_organization
from organizations.actors import Actor
from outbox.models import Mail
from projects.actions.catalogue import change_price
from projects.actions.projects import end_deleted_projects
from projects.models import FormerPrice, Project
from tests.billing.making import account_of, fund
from tests.billing.running import at, do, project_of, run_from
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SECRET = "what-somebody-typed"


def record_at(moment: datetime) -> int:
    """What the beat task writes down at a moment."""
    with time_machine.travel(moment, tick=False):
        return record_usage()


@pytest.mark.embedded
def test_each_hour_is_written_down_and_charged_once_however_often_that_is_done(cast: Cast) -> None:
    fund(cast.acme, 1000)
    service = run_from(cast.acme, at(1, 9, 30))
    assert [record_at(at(1, 10, 5)), record_at(at(1, 10, 20)), record_at(at(1, 12, 5))] == [1, 0, 2]
    hours = UsageHour.objects.order_by("hour").values_list("service_id", "hour")
    assert list(hours) == [(service.pk, at(1, hour)) for hour in (9, 10, 11)]
    line = UsageLine.objects.get()
    assert (line.service_name, line.project_name, line.kind_name, line.size_name) == (
        "Main database",
        "Website",
        "Postgresql",
        "Small",
    )
    assert (line.hours, line.price, line.amount) == (3, Decimal("0.02"), Decimal("0.06"))
    charge = Charge.objects.get()
    assert (charge.kind, f"{charge.month}", charge.net) == ("usage", "2027-03-01", 6)
    taken = Entry.objects.filter(reason="usage").values_list("amount", flat=True)
    assert (list(taken), account_of(cast.acme).balance) == ([-2, -4], 994)


def test_an_hour_is_charged_when_it_is_over(cast: Cast) -> None:
    """The dearest size of an hour is known then, and what was done in its last second, too."""
    run_from(cast.acme, at(1, 9, 30))
    assert [record_at(at(1, 9, 59)), record_at(at(1, 10, 1)), record_at(at(1, 10, 2))] == [0, 0, 1]


def test_the_last_hour_of_what_is_deleted_is_known_at_once(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 8, 30))
    do(service, "delete", at(1, 10, 10))
    assert [record_at(at(1, 10, 20)), record_at(at(1, 11, 20)), record_at(at(3, 0))] == [3, 0, 0]


def test_what_was_stopped_is_charged_to_its_end_and_goes_on_when_it_starts(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 8, 30))
    do(service, "stop", at(1, 9, 10))
    assert [record_at(at(1, 20, 5)), record_at(at(9, 20, 5))] == [2, 0]
    do(service, "start", at(9, 22, 15))
    assert record_at(at(10, 0, 5)) == 2


def test_a_beat_that_was_down_for_days_catches_up_and_for_more_than_35_gives_it_away(cast: Cast) -> None:
    assert timedelta(days=35) == LOOK_BACK
    run_from(cast.acme, at(1, 0) - timedelta(days=40))
    with patch("billing.actions.usage.finding.LOOK_BACK", timedelta(days=3)):
        assert record_at(at(1, 0, 5)) == 3 * 24
        assert record_at(at(3, 0, 5)) == 2 * 24
    assert Charge.objects.get(month="2027-03-01").net == 2 * 24 * 2


def test_each_size_price_and_service_has_its_line(cast: Cast) -> None:
    first = run_from(cast.acme, at(1, 8))
    run_from(cast.acme, at(1, 9), "Replica", "large")
    do(first, "resize", at(1, 9), size="large")
    assert record_at(at(1, 11, 5)) == 5
    lines = UsageLine.objects.order_by("service_name", "price").values_list("service_name", "size_name", "hours")
    assert list(lines) == [("Main database", "Small", 1), ("Main database", "Large", 2), ("Replica", "Large", 2)]
    assert Charge.objects.get().net == 2 + 16 + 16


def test_many_small_amounts_are_rounded_once(cast: Cast) -> None:
    """A hundred hours at 0.0042: 0.42, and not a hundred times 0.00 or 0.01."""
    run_from(cast.acme, at(1, 0)).kind.sizes.update(price=Decimal("0.0042"))
    assert [record_at(at(1 + day, 0, 5)) for day in (1, 2, 3, 4)] == [24, 24, 24, 24]
    assert record_at(at(5, 4, 5)) == 4
    assert list(Entry.objects.values_list("amount", flat=True)) == [-10, -10, -10, -10, -2]
    assert Charge.objects.get().net == 42


def test_what_costs_nothing_is_written_down_and_takes_nothing(cast: Cast) -> None:
    run_from(cast.acme, at(1, 8)).kind.sizes.update(price=0)
    assert record_at(at(1, 9, 5)) == 1
    assert (Charge.objects.get().net, Entry.objects.count()) == (0, 0)


def test_what_runs_is_owed_where_the_funds_are_not_enough_whatever_the_organizations_state(cast: Cast) -> None:
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    fund(cast.acme, 3)
    run_from(cast.acme, at(1, 8), size="large")
    record_at(at(1, 9, 5))
    assert account_of(cast.acme).balance == -5
    assert account_of(cast.acme).past_due_since == at(1, 9, 5)


def test_organizations_are_charged_apart(cast: Cast) -> None:
    run_from(cast.acme, at(1, 8))
    run_from(cast.rival, at(1, 8), size="large")
    assert record_at(at(1, 9, 5)) == 2
    assert (account_of(cast.acme).balance, account_of(cast.rival).balance) == (-2, -8)


def queries_at(moment: datetime) -> int:
    with CaptureQueriesContext(connection) as asked:
        record_at(moment)
    return len(asked)


def test_more_services_ask_the_database_no_more_often(cast: Cast) -> None:
    run_from(cast.acme, at(1, 8))
    record_at(at(1, 9, 5))
    for_one = queries_at(at(1, 10, 5))
    for number in range(30):
        run_from(cast.acme, at(1, 10), f"Replica {number}")
    record_at(at(1, 11, 5))
    assert queries_at(at(1, 12, 5)) == for_one
    assert UsageHour.objects.filter(hour=at(1, 11)).count() == 31
    # Nothing is left: one question says so.
    assert queries_at(at(1, 12, 20)) == 1


def test_one_organizations_trouble_keeps_no_others_waiting_and_is_tried_again(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    run_from(cast.acme, at(1, 8))
    run_from(cast.rival, at(1, 8))

    def bill_rival(account: Account, ran: Sequence[Ran]) -> Lines:
        if account.pk == cast.acme.pk:
            raise ValueError(SECRET)
        return bill(account, ran)

    with patch("billing.actions.usage.recording.bill", bill_rival):
        assert record_at(at(1, 9, 5)) == 1
    assert "What ran could not be written down (ValueError)." in caplog.text
    assert SECRET not in caplog.text
    assert record_at(at(1, 9, 20)) == 1
    assert (account_of(cast.acme).balance, account_of(cast.rival).balance) == (-2, -2)


@pytest.mark.embedded
def test_months_are_those_of_utc(cast: Cast) -> None:
    run_from(cast.acme, datetime(2027, 2, 28, 22, 30, tzinfo=UTC))
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        assert record_at(at(1, 1, 5)) == 3
    lines = UsageLine.objects.order_by("month").values_list("month", "hours")
    assert [(f"{month}", hours) for month, hours in lines] == [("2027-02-01", 2), ("2027-03-01", 1)]


def test_the_clock_changes_and_no_hour_is_charged_twice_or_left_out(cast: Cast) -> None:
    """In Berlin, 28 March 2027 has 23 hours, and 31 October 25; in UTC both have 24."""
    run_from(cast.acme, at(28, 0))
    assert record_at(at(29, 0, 5)) == 24


def test_a_changed_price_counts_for_the_hours_from_then_on(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 8))
    FormerPrice.objects.create(size=service.size, price=Decimal("0.01"), until=at(1, 10))
    assert record_at(at(1, 12, 5)) == 4
    assert list(UsageLine.objects.order_by("price").values_list("price", "hours")) == [
        (Decimal("0.01"), 2),
        (Decimal("0.02"), 2),
    ]


def test_a_month_that_was_billed_already_stays_and_the_line_says_when_it_was(cast: Cast) -> None:
    service = run_from(cast.acme, datetime(2027, 2, 28, 20, tzinfo=UTC))
    record_at(datetime(2027, 2, 28, 22, 5, tzinfo=UTC))
    with time_machine.travel(at(1, 7), tick=False):
        issue_due()
    do(service, "delete", at(1, 4, 10))
    assert record_at(at(1, 7, 5)) == 7
    assert [(f"{charge.month}", charge.net) for charge in Charge.objects.order_by("month")] == [
        ("2027-02-01", 4),
        ("2027-03-01", 14),
    ]
    lines = UsageLine.objects.order_by("charge__month", "month").values_list("month", "hours")
    assert [(f"{month:%m}", hours) for month, hours in lines] == [("02", 2), ("02", 2), ("03", 5)]


def test_what_ran_is_written_down_before_its_project_goes_for_good(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 8))
    project = project_of(cast.acme)
    do(service, "delete", at(1, 9, 10))
    Project.objects.filter(pk=project.pk).update(state="deleting", ends_at=at(1, 9, 15), archived_at=None)
    with time_machine.travel(at(1, 9, 20), tick=False):
        with patch("billing.actions.usage.recording.bill", side_effect=ValueError):
            assert end_deleted_projects() == 0
        assert Project.objects.filter(pk=project.pk).exists()
        assert end_deleted_projects() == 1
    assert not Project.objects.filter(pk=project.pk).exists()
    assert UsageLine.objects.get().hours == 2
    assert account_of(cast.acme).balance == -4


def test_the_database_takes_no_second_row_of_an_hour_and_no_sum_that_is_wrong(cast: Cast) -> None:
    run_from(cast.acme, at(1, 8))
    record_at(at(1, 9, 5))
    hour = UsageHour.objects.get()
    for stray in (at(1, 8), at(1, 8, 30)):
        with pytest.raises(IntegrityError), transaction.atomic():
            UsageHour.objects.create(line=hour.line, service_id=hour.service_id, hour=stray)
    with pytest.raises(IntegrityError), transaction.atomic():
        UsageLine.objects.update(amount=Decimal("0.0201"))


@pytest.mark.embedded
def test_who_pays_for_what_runs_is_told_once_when_its_price_rises(cast: Cast) -> None:
    size = run_from(cast.acme, at(1, 8)).size
    stopped = run_from(cast.rival, at(1, 8))
    do(stopped, "stop", at(1, 8, 10))
    with time_machine.travel(at(1, 9, 20), tick=False):
        change_price(size=size, price=Decimal("0.03"), by=Actor.system())
        assert tell_of_prices() == 0
    with time_machine.travel(at(1, 10, 5), tick=False):
        assert [tell_of_prices(), tell_of_prices()] == [1, 0]
        change_price(size=size, price=Decimal("0.01"), by=Actor.system())
    told = Mail.objects.filter(kind="service-price")
    assert sorted(mail.to.partition(".")[0] for mail in told) == ["adam", "bella", "olivia"]
    text = " ".join(told[0].text.split())
    assert told[0].subject == "Postgresql, Small costs more: €0.03 an hour"
    assert "Since 1 March 2027, 10:00" in text
    assert "an hour of each costs €0.03 instead of €0.02, without VAT" in text
    # That it costs less, nobody needs to hear.
    with time_machine.travel(at(1, 11, 5), tick=False):
        assert tell_of_prices() == 0
    assert told.count() == 3
