"""Members without a second factor are told: at once, 7 days and 1 day before, nothing twice, whatever stops it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations.actions import security, tell_of_second_factor
from organizations.letters import security as letters
from organizations.models import Membership, Organization
from outbox.models import Mail
from tests.accounts.factors import give_app
from tests.cast import Cast
from tests.organizations.securing import fill, require_factor
from tests.reading import link_in, mails_to

pytestmark = pytest.mark.django_db

KIND = "second-factor-required"
MIA = "mia.member@example.com"


def told() -> list[str]:
    return sorted(Mail.objects.filter(kind=KIND).values_list("to", flat=True))


def test_those_without_are_told_at_once_and_nobody_else(clock: time_machine.Traveller, cast: Cast) -> None:
    give_app(cast.adam.user)
    require_factor(cast, days=14)
    assert tell_of_second_factor() == 3
    assert told() == ["bella.billing@example.com", MIA, "theo.tech@example.com"]
    [mail] = mails_to(MIA, KIND)
    assert mail.subject == "Set up a second factor for Acme"
    assert "From 15 March 2027, 12:00 UTC, Acme is open only to members with a second factor." in mail.text
    assert link_in(mail) == "/profile/security/mfa/"
    assert mail.organization_id == cast.acme.pk


@pytest.mark.parametrize(("days", "moments"), [(30, [0, 23, 29]), (14, [0, 7, 13]), (7, [0, 6]), (0, [0])])
def test_they_are_told_again_and_never_twice(
    clock: time_machine.Traveller, cast: Cast, days: int, moments: list[int]
) -> None:
    begin = timezone.now()
    require_factor(cast, days=days)
    on: list[int] = []
    for day in range(days + 5):
        for _run in range(2):
            clock.move_to(begin + timedelta(days=day, minutes=_run))
            before = len(mails_to(MIA, KIND))
            tell_of_second_factor()
            on += [day] * (len(mails_to(MIA, KIND)) - before)
    assert on == moments


def test_who_has_set_one_up_meanwhile_hears_no_more(clock: time_machine.Traveller, cast: Cast) -> None:
    require_factor(cast, days=14)
    tell_of_second_factor()
    give_app(cast.mia.user)
    clock.shift(timedelta(days=8))
    tell_of_second_factor()
    assert len(mails_to(MIA, KIND)) == 1
    assert len(mails_to("theo.tech@example.com", KIND)) == 2


def test_where_it_is_in_force_the_mail_says_so(clock: time_machine.Traveller, cast: Cast) -> None:
    require_factor(cast)
    tell_of_second_factor()
    assert "Acme is now open only to members with a second factor." in mails_to(MIA, KIND)[0].text


def test_who_comes_during_the_time_is_told_too(clock: time_machine.Traveller, cast: Cast) -> None:
    require_factor(cast, days=14)
    tell_of_second_factor()
    Membership.build(organization=cast.acme, user=cast.sam.user, role="member").save()
    tell_of_second_factor()
    assert len(mails_to("sam.stranger@example.com", KIND)) == 1


def test_nobody_is_told_once_it_is_switched_off_or_closed(clock: time_machine.Traveller, cast: Cast) -> None:
    require_factor(cast, days=14)
    security.release_second_factor(organization=cast.acme, by=cast.olivia.actor(cast.acme))
    assert tell_of_second_factor() == 0
    cast.acme.refresh_from_db()
    security.require_second_factor(
        organization=cast.acme, grace_days=7, phone_counts=True, by=cast.olivia.actor(cast.acme)
    )
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
    assert tell_of_second_factor() == 0
    assert told() == []


def test_many_are_told_in_batches_and_a_killed_worker_repeats_nothing(
    clock: time_machine.Traveller, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cast, 20)
    require_factor(cast, days=14)
    monkeypatch.setattr(security, "BATCH", 5)
    send = letters.send_required
    monkeypatch.setattr(letters, "send_required", killed_after(12, send))
    with pytest.raises(SystemExit):
        tell_of_second_factor()
    # What the third batch had written went with its transaction.
    assert len(told()) == 10
    monkeypatch.setattr(letters, "send_required", send)
    assert tell_of_second_factor() == 14
    assert len(told()) == len(set(told())) == 24


def killed_after(number: int, send: Callable[..., None]) -> Callable[..., None]:
    """The same, which ends its process at a bad moment."""
    left = iter(range(number))

    def one_more(membership: Membership, organization: Organization) -> None:
        if next(left, None) is None:
            raise SystemExit
        send(membership, organization)

    return one_more


def test_a_batch_costs_the_same_number_of_queries_for_each_member(clock: time_machine.Traveller, cast: Cast) -> None:
    require_factor(cast, days=14)
    with CaptureQueriesContext(connection) as few:
        assert tell_of_second_factor() == 4
    fill(cast, 40)
    with CaptureQueriesContext(connection) as many:
        assert tell_of_second_factor() == 40
    # Only what each mail takes is more.
    each = (len(many) - len(few)) / 36
    assert each <= 4


def test_what_concerns_nobody_costs_one_query(clock: time_machine.Traveller, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert tell_of_second_factor() == 0
    assert len(captured) == 1
