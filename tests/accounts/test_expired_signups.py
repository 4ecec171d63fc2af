"""Sign-ups that nobody ever verified expire after 30 days."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.actions import expire_signups
from accounts.models import User
from audit.models import Event
from console.celery import SCHEDULE, app
from organizations.models import Organization
from outbox.models import Mail
from tests.accounts.signing import make_user, sign_up
from tests.cast import make_person, make_team

pytestmark = pytest.mark.django_db

NEW = "new.comer@example.com"


def test_a_sign_up_that_nobody_verified_is_gone_after_thirty_days_and_not_before(
    clock: time_machine.Traveller,
) -> None:
    sign_up(Client(), NEW)
    clock.shift(timedelta(days=30))
    assert expire_signups() == 0
    clock.shift(timedelta(seconds=1))
    assert expire_signups() == 1
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()
    assert not Organization.objects.exists()


def test_it_is_the_system_that_did_it_and_the_log_no_longer_says_to_whom(clock: time_machine.Traveller) -> None:
    sign_up(Client(), NEW)
    [user_id] = User.objects.values_list("pk", flat=True)
    clock.shift(timedelta(days=31))
    expire_signups()
    event = Event.objects.get(action="account.closed")
    assert (event.actor_kind, event.actor_id, event.subject_id) == ("system", None, user_id)
    for event in Event.objects.select_related("detail"):
        assert NEW not in f"{event.detail.target} {event.detail.actor} {event.detail.texts}"
    # Nobody is told: the address may be somebody else's.
    assert not Mail.objects.filter(created_at__gte=datetime.now(UTC)).exists()


def test_the_address_is_free_again(clock: time_machine.Traveller) -> None:
    sign_up(Client(), NEW)
    clock.shift(timedelta(days=31))
    expire_signups()
    sign_up(Client(), NEW)
    assert User.objects.get().email == NEW


def test_whoever_has_a_verified_address_stays(clock: time_machine.Traveller) -> None:
    user = make_user("anna@example.com")
    EmailAddress.objects.create(user=user, email="other@example.com", verified=False)
    second = make_user("bert@example.com", verified=False)
    EmailAddress.objects.create(user=second, email="bert.work@example.com", verified=True)
    clock.shift(timedelta(days=400))
    assert expire_signups() == 0


def test_staff_stay(clock: time_machine.Traveller) -> None:
    make_person("stella.staff@example.com", verified=False, is_staff=True)
    make_person("root@example.com", verified=False, is_superuser=True)
    clock.shift(timedelta(days=31))
    assert expire_signups() == 0


def test_a_team_never_loses_its_last_owner_by_it(clock: time_machine.Traveller) -> None:
    """It cannot come to this: nobody makes a team without a verified address. If it does, the team is worth more."""
    founder = make_person("founder@example.com")
    team = make_team("Vega", founder)
    EmailAddress.objects.update(verified=False)
    make_user(NEW, verified=False)
    clock.shift(timedelta(days=31))
    assert expire_signups() == 1
    assert User.objects.get() == founder.user
    assert team.memberships.count() == 1


@pytest.mark.embedded
def test_it_happens_each_night() -> None:
    [entry] = [entry for entry in SCHEDULE.values() if entry["task"] == "accounts.expire_signups"]
    assert entry["schedule"].hour == {3}
    app.loader.import_default_modules()
    app.tasks["accounts.expire_signups"].apply(throw=True)


def test_a_night_without_any_costs_one_query(
    clock: time_machine.Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_user("anna@example.com")
    with django_assert_num_queries(1):
        assert expire_signups() == 0
