"""What is kept for a while only is deleted when that is over, every night."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.actions import delete_leftovers
from accounts.models import AddressChange, Phone, Recovery, User
from accounts.tasks import delete_leftovers as task
from console.celery import SCHEDULE
from tests.accounts.phones import give_phone
from tests.accounts.signing import make_user

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def mia(clock: time_machine.Traveller) -> User:
    return make_user("mia.member@example.com")


def test_a_change_of_address_goes_when_it_cannot_be_taken_back(mia: User, clock: time_machine.Traveller) -> None:
    AddressChange.objects.create(user=mia, before="mia@home.example", after=mia.email)
    clock.shift(timedelta(days=7, hours=23))
    assert delete_leftovers() == 0
    clock.shift(timedelta(hours=1))
    assert delete_leftovers() == 1
    assert not AddressChange.objects.exists()


@pytest.mark.parametrize("state", ["cancelled", "completed"])
def test_a_recovery_goes_ninety_days_after_it_was_decided(mia: User, clock: time_machine.Traveller, state: str) -> None:
    recovery = Recovery.objects.create(user=mia, due_at=timezone.now(), password="")
    clock.shift(timedelta(days=100))
    assert delete_leftovers() == 0
    recovery.decide(Recovery.State(state))
    clock.shift(timedelta(days=89))
    assert delete_leftovers() == 0
    clock.shift(timedelta(days=1))
    assert delete_leftovers() == 1
    assert not Recovery.objects.exists()


def test_a_number_that_nobody_confirmed_goes_after_a_day(mia: User, clock: time_machine.Traveller) -> None:
    give_phone(mia, "+33612345678")
    Phone.objects.create(user=mia, number="+33687654321", name="", confirmed=False)
    clock.shift(timedelta(hours=23))
    assert delete_leftovers() == 0
    clock.shift(timedelta(hours=1))
    assert delete_leftovers() == 1
    assert [phone.number for phone in Phone.objects.all()] == ["+33612345678"]


def test_a_number_that_was_tried_again_a_moment_ago_stays(mia: User, clock: time_machine.Traveller) -> None:
    phone = Phone.objects.create(user=mia, number="+33687654321", name="", confirmed=False)
    clock.shift(timedelta(days=3))
    phone.new_code("a session")
    assert delete_leftovers() == 0
    clock.shift(timedelta(days=2))
    assert delete_leftovers() == 1


def test_it_is_done_every_night(mia: User) -> None:
    assert SCHEDULE["delete leftovers"]["task"] == task.name
    task()
