"""When sessions end by themselves, and how often their use is written down."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.models import Session, User
from accounts.sessions.engine import SessionStore
from tests.accounts.conftest import NOON
from tests.accounts.sessions import NINA, PAGE, fill, key_of, row_of, signed_in_browser
from tests.accounts.signing import is_signed_in, sign_in

pytestmark = pytest.mark.django_db


class TestByThemselves:
    def test_a_session_that_is_used_goes_on(self, nina: User, clock: time_machine.Traveller) -> None:
        here = signed_in_browser()
        for _ in range(2):
            clock.shift(timedelta(days=13))
            assert is_signed_in(here)

    def test_one_that_is_not_used_ends_after_two_weeks(self, nina: User, clock: time_machine.Traveller) -> None:
        here = signed_in_browser()
        clock.shift(timedelta(days=14, minutes=1))
        assert not is_signed_in(here)

    def test_every_session_ends_thirty_days_after_the_sign_in(self, nina: User, clock: time_machine.Traveller) -> None:
        here = signed_in_browser()
        for _ in range(29):
            clock.shift(timedelta(days=1))
            assert is_signed_in(here)
        clock.shift(timedelta(days=1, minutes=1))
        assert not is_signed_in(here)

    def test_another_key_gives_no_more_time(self, nina: User, clock: time_machine.Traveller) -> None:
        here = signed_in_browser()
        clock.shift(timedelta(days=12))
        former = row_of(here)
        store = SessionStore(key_of(here))
        store.cycle_key()
        store.save()
        here.cookies["sessionid"] = str(store.session_key)
        assert is_signed_in(here)
        assert (row_of(here).pk, row_of(here).signed_in_at) == (former.pk, NOON)
        clock.shift(timedelta(days=13))
        assert is_signed_in(here)
        clock.shift(timedelta(days=5, minutes=1))
        assert not is_signed_in(here)

    def test_signing_in_once_more_begins_anew(self, nina: User, clock: time_machine.Traveller) -> None:
        here = signed_in_browser()
        clock.shift(timedelta(days=10))
        here.post("/accounts/logout/")
        sign_in(here, NINA)
        assert row_of(here).signed_in_at == NOON + timedelta(days=10)

    def test_a_shorter_limit_holds_for_sessions_that_are_there(
        self, nina: User, clock: time_machine.Traveller, settings: Settings
    ) -> None:
        here = signed_in_browser()
        clock.shift(timedelta(days=2))
        assert is_signed_in(here)
        settings.SESSION_MAX_DAYS = 1
        assert not is_signed_in(here)
        assert not Session.objects.of(nina.pk).exists()

    def test_an_account_has_fifty_at_most(self, nina: User) -> None:
        fill(nina, 60)
        here = signed_in_browser()
        assert Session.objects.of(nina.pk).count() == 50
        assert is_signed_in(here)
        assert not Session.objects.filter(session_key=f"made{59:028}").exists()


class TestActivity:
    def test_is_written_every_five_minutes_at_most(self, nina: User, clock: time_machine.Traveller) -> None:
        here = signed_in_browser()
        here.get(PAGE)
        assert writes(here) == 0
        clock.shift(timedelta(minutes=4))
        assert writes(here) == 0
        clock.shift(timedelta(minutes=2))
        assert writes(here) == 1
        assert writes(here) == 0
        assert row_of(here).last_active_at == NOON + timedelta(minutes=6)

    def test_from_another_address_is_written_within_a_minute(self, nina: User, clock: time_machine.Traveller) -> None:
        here = signed_in_browser()
        clock.shift(timedelta(minutes=2))
        here.get(PAGE, REMOTE_ADDR="203.0.113.50")
        assert row_of(here).address == "203.0.113.50"
        # A phone between two networks does not write with each request.
        here.get(PAGE)
        assert row_of(here).address == "203.0.113.50"


def writes(client: Client) -> int:
    """How often a visit writes to the table of sessions."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(PAGE).status_code == 200
    return sum(query["sql"].startswith('UPDATE "accounts_session"') for query in captured)
