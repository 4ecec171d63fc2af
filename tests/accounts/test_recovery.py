"""The way back for who has lost every second factor: a day, mails to everybody concerned, and no short cut."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.actions import complete_recoveries
from accounts.models import Passkey, Recovery, Session, User
from accounts.tasks import complete_recoveries as task
from audit.models import Event
from console.celery import SCHEDULE
from outbox.models import Mail
from tests.accounts.factors import App, answer, give_app, give_codes, is_in, sign_in_with
from tests.accounts.signing import choose_password, make_user, reset_link, sign_in
from tests.cast import make_person
from tests.reading import body, link_in, mails_to, main_words, words

pytestmark = pytest.mark.django_db

ASK = "/accounts/login/recovery/"
DAY = 24 * 3600 + 1


class TestAsking:
    """On the way in, after the first factor."""

    def test_the_page_says_what_it_does_and_only_the_button_does_it(self, half: Client) -> None:
        assert "It takes 24 hours. Nobody can make it quicker, our staff neither." in main_words(half.get(ASK))
        assert not Recovery.objects.exists()

    def test_it_waits(self, half: Client, theo: User) -> None:
        assert "The request is waiting until" in main_words(half.post(ASK, follow=True))
        assert not is_in(half)
        assert theo.authenticators.exists()
        assert Event.objects.get(action="account.recovery_asked").subject_id == theo.pk

    def test_every_verified_address_hears_of_it_and_no_other(self, half: Client, theo: User) -> None:
        EmailAddress.objects.create(user=theo, email="theo@home.example", verified=True)
        EmailAddress.objects.create(user=theo, email="planted@evil.example", verified=False)
        half.post(ASK)
        told = set(Mail.objects.filter(kind="recovery-asked").values_list("to", flat=True))
        assert told == {"theo.tech@example.com", "theo@home.example"}

    def test_nobody_asks_without_the_first_factor(self, client: Client, theo: User, app: App) -> None:
        assert client.post(ASK).headers["Location"] == "/accounts/login/"
        assert not Recovery.objects.exists()

    def test_one_at_a_time(self, half: Client, theo: User) -> None:
        half.post(ASK)
        assert "A recovery was asked for already." in words(half.post(ASK, follow=True))
        assert Recovery.objects.count() == 1

    def test_the_database_holds_one_open_too(self, half: Client, theo: User) -> None:
        half.post(ASK)
        former = Recovery.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            Recovery.objects.create(user=theo, due_at=former.due_at, password="")

    def test_one_a_day(self, half: Client, theo: User) -> None:
        with time_machine.travel(timezone.now()) as clock:
            half.post(ASK)
            half.post(link_in(mails_to(theo.email, "recovery-asked")[0]))
            assert "Try again tomorrow." in words(half.post(ASK, follow=True))
            clock.shift(DAY)
            sign_in(half, theo.email)
            half.post(ASK)
            assert Recovery.objects.waiting().count() == 1


class TestWaiting:
    """A day, by the clock of the database's rows."""

    def test_after_a_day_the_factors_are_gone_and_the_password_signs_in(self, half: Client, theo: User) -> None:
        give_codes(theo)
        with time_machine.travel(timezone.now()) as clock:
            half.post(ASK)
            clock.shift(DAY)
            task()
            assert not theo.authenticators.exists()
            assert not hasattr(User.objects.get(pk=theo.pk), "backup_codes")
            assert Recovery.objects.get().state == "completed"
            assert mails_to(theo.email, "recovery-completed")
            sign_in(half, theo.email)
            assert is_in(half)

    def test_not_a_minute_before(self, half: Client, theo: User) -> None:
        with time_machine.travel(timezone.now()) as clock:
            half.post(ASK)
            clock.shift(DAY - 61)
            assert complete_recoveries() == 0
            assert theo.authenticators.exists()

    def test_sessions_end_and_no_browser_is_trusted(self, half: Client, theo: User, app: App) -> None:
        inside = Client()
        sign_in_with(inside, theo, app, trust="yes")
        with time_machine.travel(timezone.now()) as clock:
            half.post(ASK)
            clock.shift(DAY)
            complete_recoveries()
            assert not is_in(inside)
            assert not Session.objects.filter(user=theo).exists()
            assert not theo.browsers.filter(trusted_until__isnull=False).exists()

    def test_it_is_done_once(self, half: Client, theo: User) -> None:
        with time_machine.travel(timezone.now()) as clock:
            half.post(ASK)
            clock.shift(DAY)
            assert complete_recoveries() == 1
            give_app(theo)
            assert complete_recoveries() == 0
            assert theo.authenticators.exists()

    def test_somebody_elses_are_left(self, half: Client, theo: User) -> None:
        rita = make_user("rita.rival@example.com")
        give_app(rita)
        with time_machine.travel(timezone.now()) as clock:
            half.post(ASK)
            clock.shift(DAY)
            complete_recoveries()
        assert rita.authenticators.exists()

    def test_another_password_meanwhile_voids_it(self, half: Client, theo: User) -> None:
        """Whoever asked knew the former one."""
        with time_machine.travel(timezone.now()) as clock:
            half.post(ASK)
            Client().post("/accounts/password/reset/", {"email": theo.email})
            choose_password(Client(), reset_link(theo.email), "quartz-meadow-58")
            clock.shift(DAY)
            assert complete_recoveries() == 0
            assert Recovery.objects.get().state == "cancelled"
            assert theo.authenticators.exists()

    def test_a_locked_account_stays_as_it_is(self, half: Client, theo: User) -> None:
        with time_machine.travel(timezone.now()) as clock:
            half.post(ASK)
            User.objects.filter(pk=theo.pk).update(is_active=False)
            clock.shift(DAY)
            assert complete_recoveries() == 0
            assert theo.authenticators.exists()

    def test_beat_looks_every_five_minutes(self) -> None:
        assert SCHEDULE["complete recoveries"]["task"] == task.name
        assert SCHEDULE["complete recoveries"]["schedule"] == timedelta(minutes=5).total_seconds()


class TestTheDatabase:
    """Holds that a request is decided at a moment, or waits."""

    @pytest.mark.parametrize(("state", "decided"), [("waiting", True), ("cancelled", False), ("completed", False)])
    def test_one_is_decided_or_waits(self, theo: User, state: str, decided: bool) -> None:  # noqa: FBT001 -- a case
        now = timezone.now()
        with pytest.raises(IntegrityError), transaction.atomic():
            Recovery.objects.create(
                user=theo, due_at=now, state=state, decided_at=now if decided else None, password=""
            )


class TestCancelling:
    """By whoever reads one of the mailboxes, or has a factor after all."""

    def test_the_link_shows_a_page_and_only_its_button_cancels(self, half: Client, theo: User) -> None:
        half.post(ASK)
        link = link_in(mails_to(theo.email, "recovery-asked")[0])
        reader = Client()
        assert "asked to remove the second factors" in main_words(reader.get(link))
        assert Recovery.objects.get().is_waiting
        assert "The request is cancelled. Your second factors stay." in main_words(reader.post(link, follow=True))
        assert Recovery.objects.get().state == "cancelled"
        assert mails_to(theo.email, "recovery-cancelled")

    def test_a_cancelled_one_removes_nothing(self, half: Client, theo: User) -> None:
        with time_machine.travel(timezone.now()) as clock:
            half.post(ASK)
            Client().post(link_in(mails_to(theo.email, "recovery-asked")[0]))
            clock.shift(DAY)
            assert complete_recoveries() == 0
            assert theo.authenticators.exists()

    def test_a_second_factor_cancels_it(self, half: Client, theo: User, app: App) -> None:
        theo.authenticators.update(created_at=timezone.now() - timedelta(days=8))
        half.post(ASK)
        answer(half, app.code())
        assert is_in(half)
        assert Recovery.objects.get().state == "cancelled"

    def test_one_of_the_last_seven_days_does_not(self, half: Client, theo: User, app: App) -> None:
        """Whoever asks for it may be rid of one that somebody else has added."""
        theo.authenticators.update(created_at=timezone.now() - timedelta(days=6))
        half.post(ASK)
        answer(half, app.code())
        assert is_in(half)
        assert Recovery.objects.get().is_waiting

    def test_a_wrong_one_does_not(self, half: Client, theo: User, app: App) -> None:
        half.post(ASK)
        answer(half, app.wrong_code())
        assert Recovery.objects.get().is_waiting

    @pytest.mark.parametrize("token", ["made-up", "ImZvbyI:1abc:def"])
    def test_a_made_up_link_does_nothing(self, half: Client, token: str) -> None:
        half.post(ASK)
        page = f"/accounts/recovery/{token}/"
        assert "This link is not complete." in main_words(Client().get(page))
        assert Client().post(page).status_code == 200
        assert Recovery.objects.get().is_waiting

    def test_a_late_link_says_so(self, half: Client, theo: User) -> None:
        with time_machine.travel(timezone.now()) as clock:
            half.post(ASK)
            link = link_in(mails_to(theo.email, "recovery-asked")[0])
            clock.shift(DAY)
            complete_recoveries()
            assert "It is too late to cancel" in main_words(Client().get(link))
            Client().post(link)
        assert Recovery.objects.get().state == "completed"


class TestStaff:
    """See that there is one, and nothing more."""

    def test_they_see_until_when(self, half: Client, theo: User) -> None:
        half.post(ASK)
        staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
        page = staff.get(f"/admin/accounts/user/{theo.pk}/change/")
        assert str((timezone.now() + timedelta(days=1)).year) in words(page)
        assert "Recovery" in words(page)

    def test_they_neither_read_the_link_nor_have_a_page_to_change_it(self, half: Client, theo: User) -> None:
        half.post(ASK)
        [mail] = mails_to(theo.email, "recovery-asked")
        link = link_in(mail) if "http" in mail.text else "/accounts/recovery/"
        staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
        assert link not in body(staff.get(f"/admin/outbox/mail/{mail.pk}/change/"))
        assert staff.get("/admin/accounts/recovery/").status_code == 404
        for model in ("authenticator", "backupcodes", "backupcode", "factorguard"):
            assert staff.get(f"/admin/accounts/{model}/").status_code == 404


def test_a_passkey_goes_with_the_rest(half: Client, theo: User) -> None:
    Passkey.objects.create(user=theo, name="Key", credential_id=b"x", public_key=b"y")
    with time_machine.travel(timezone.now()) as clock:
        half.post(ASK)
        clock.shift(DAY)
        complete_recoveries()
    assert not theo.passkeys.exists()
