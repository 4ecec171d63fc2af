"""A mail leaves once, is tried again, or is given up."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation
from pytest_django import DjangoCaptureOnCommitCallbacks

from console.celery import SCHEDULE, app
from console.logs import JsonFormatter
from console.refusal import Refused
from outbox import actions
from outbox.leases import BACK_OFF, LEASE
from outbox.models import Mail
from outbox.signals import bounced
from tests.fixtures.network import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_a_mail_is_sent_and_what_was_written_in_it_forgotten(mail: Mail, smtp: MailServer) -> None:
    assert actions.deliver(mail.pk)
    assert [message["Subject"] for message in smtp.messages] == ["Your link"]
    assert "https://console.example.com/secret/" in smtp.messages[0].get_content()
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.attempts) == (Mail.State.SENT, timezone.now(), 1)
    assert mail.is_wiped


def test_a_mail_is_sent_once_however_often_workers_are_woken_up(mail: Mail, smtp: MailServer) -> None:
    assert [actions.deliver(mail.pk) for _ in range(3)] == [True, False, False]
    assert len(smtp.messages) == 1


def test_the_embedded_engine_keeps_what_was_written_for_its_mailbox(mail: Mail) -> None:
    assert actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == Mail.State.SENT
    assert mail.text == "https://console.example.com/secret/"


def test_a_mail_server_that_is_down_is_tried_again_later_and_later(
    mail: Mail, send_to: Callable[[int], None], refused_port: int, clock: time_machine.Traveller
) -> None:
    send_to(refused_port)
    waits = []
    for _ in range(10):
        assert not actions.deliver(mail.pk)
        mail.refresh_from_db()
        assert mail.trouble == "The mail server cannot be reached."
        waits.append(mail.due_at - datetime.now(UTC))
        # Not a moment earlier.
        clock.move_to(mail.due_at - timedelta(milliseconds=1))
        assert not Mail.objects.due().exists()
        clock.move_to(mail.due_at)
    assert waits == [*BACK_OFF, BACK_OFF[-1], BACK_OFF[-1]]


def test_once_the_mail_server_is_back_the_mail_leaves(
    mail: Mail, smtp: MailServer, clock: time_machine.Traveller
) -> None:
    smtp.stop()
    assert not actions.deliver(mail.pk)
    smtp.start()
    clock.shift(BACK_OFF[0])
    assert actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.trouble, len(smtp.messages)) == ("", 1)


def test_after_three_days_a_mail_is_given_up(
    mail: Mail, send_to: Callable[[int], None], refused_port: int, clock: time_machine.Traveller
) -> None:
    send_to(refused_port)
    clock.shift(Mail.PATIENCE)
    assert not actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == Mail.State.FAILED
    assert mail.trouble == "The mail server cannot be reached."


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("451 4.3.0 Try again later", "The mail server did not take the mail."),
        ("554 5.7.1 Looks like spam", "The mail server did not take the mail."),
    ],
)
def test_a_mail_server_that_does_not_take_it_is_tried_again(
    mail: Mail, smtp: MailServer, answer: str, trouble: str
) -> None:
    smtp.answer = answer
    assert not actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.is_waiting, mail.trouble) == (True, trouble)


@pytest.fixture
def told() -> Iterator[list[Mail]]:
    """The mails that higher layers were told of."""
    mails: list[Mail] = []

    def receive(mail: Mail, **_: Any) -> None:
        mails.append(mail)

    bounced.connect(receive)
    yield mails
    bounced.disconnect(receive)


def test_a_recipient_that_is_refused_for_good_ends_it_and_is_told(
    mail: Mail, smtp: MailServer, told: list[Mail]
) -> None:
    smtp.refused = {"olivia.owner@example.com": "550 5.1.1 No such user"}
    assert not actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.trouble) == (Mail.State.FAILED, "The mail server refused the recipient.")
    assert told == [mail]


@pytest.mark.parametrize("reply", ["450 4.2.1 Greylisted", "552 5.2.2 Mailbox full", "530 5.7.0 Authenticate first"])
def test_a_recipient_that_is_refused_for_now_is_tried_again(
    mail: Mail, smtp: MailServer, told: list[Mail], reply: str
) -> None:
    smtp.refused = {"olivia.owner@example.com": reply}
    assert not actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.is_waiting
    assert not told


def test_an_address_that_mail_cannot_reach_bounces(smtp: MailServer, told: list[Mail]) -> None:
    mail = Mail.objects.create(to="zoë@example.com", from_address="no-reply@example.com", text="Hello")
    assert not actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.trouble) == (Mail.State.FAILED, "Mail cannot be sent to this address.")
    assert told == [mail]


def test_the_trouble_names_nobody_neither_in_the_row_nor_in_the_log(
    mail: Mail, smtp: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    smtp.refused = {"olivia.owner@example.com": "550 5.1.1 <olivia.owner@example.com>: no such user"}
    actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert "olivia" not in mail.last_error
    # The mail server of the test logs, too.
    [ours] = [JsonFormatter().format(record) for record in caplog.records if record.name != "mail.log"]
    assert '"reply_code": 550' in ours
    assert "olivia" not in ours


def test_what_a_killed_worker_had_claimed_is_tried_again(
    mail: Mail, smtp: MailServer, clock: time_machine.Traveller
) -> None:
    assert Mail.objects.claim(1) == [mail]  # and then the worker is killed
    clock.shift(LEASE - timedelta(milliseconds=1))
    assert not actions.deliver(mail.pk)
    clock.shift(timedelta(milliseconds=1))
    assert actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.attempts, len(smtp.messages)) == (2, 1)


def test_the_claim_and_the_next_sweep_fit_into_a_minute() -> None:
    assert LEASE + timedelta(seconds=SCHEDULE["sweep the outbox"]["schedule"]) < timedelta(minutes=1)


def test_a_worker_that_comes_too_late_does_not_undo_what_another_did(mail: Mail, clock: time_machine.Traveller) -> None:
    [slow] = Mail.objects.claim(1)
    clock.shift(LEASE)
    [fast] = Mail.objects.claim(1)
    assert not slow.mark_failed("The mail server does not answer.")
    fast.mark_sent()
    assert not slow.mark_failed("The mail server does not answer.")
    mail.refresh_from_db()
    assert (mail.state, mail.trouble) == (Mail.State.SENT, "")


def test_a_claim_takes_no_more_than_asked_for_and_the_oldest_first(clock: time_machine.Traveller) -> None:
    for number in range(5):
        Mail.objects.create(to=f"{number}@example.com")
        clock.shift(timedelta(seconds=1))
    assert [mail.to for mail in Mail.objects.claim(2)] == ["0@example.com", "1@example.com"]
    assert [mail.to for mail in Mail.objects.claim(10)] == ["2@example.com", "3@example.com", "4@example.com"]
    assert Mail.objects.claim(10) == []


def test_staff_try_a_mail_again_that_was_given_up(
    mail: Mail, smtp: MailServer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    smtp.refused = {"olivia.owner@example.com": "550 No such user"}
    actions.deliver(mail.pk)
    smtp.refused = {}
    mail.refresh_from_db()
    with django_capture_on_commit_callbacks() as callbacks:
        actions.try_again(mail)
    assert len(callbacks) == 1
    assert actions.deliver(mail.pk)
    assert len(smtp.messages) == 1


def test_a_mail_that_left_or_is_forgotten_cannot_be_tried_again(mail: Mail, smtp: MailServer) -> None:
    actions.deliver(mail.pk)
    with pytest.raises(Refused, match="has been sent"):
        actions.try_again(mail)
    wiped = Mail.objects.create(to="a@example.com", state=Mail.State.FAILED)
    with pytest.raises(Refused, match="no longer kept"):
        actions.try_again(wiped)


def test_higher_layers_are_told_before_the_mail_is_locked(mail: Mail, smtp: MailServer) -> None:
    """They lock their rows first whenever they withdraw a mail; the other way round both would wait for ever."""
    found: list[str] = []

    def look(mail: Mail, **_: Any) -> None:
        found.append(Mail.objects.get(pk=mail.pk).state)

    bounced.connect(look)
    smtp.refused = {"olivia.owner@example.com": "550 No such user"}
    try:
        actions.deliver(mail.pk)
    finally:
        bounced.disconnect(look)
    mail.refresh_from_db()
    assert (found, mail.state) == ([Mail.State.WAITING], Mail.State.FAILED)


def test_a_bounce_that_is_not_ours_to_mark_is_told_to_nobody(
    mail: Mail, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(mail: Mail, **_: Any) -> None:
        Mail.objects.filter(pk=mail.pk).update(kind="told")

    bounced.connect(rename)
    smtp.refused = {"olivia.owner@example.com": "550 No such user"}
    # Somebody else took over meanwhile.
    monkeypatch.setattr(Mail, "mark_failed", lambda *_args, **_kwargs: False)
    try:
        actions.deliver(mail.pk)
    finally:
        bounced.disconnect(rename)
    mail.refresh_from_db()
    assert mail.kind == ""


def test_old_mails_are_forgotten(mail: Mail, clock: time_machine.Traveller) -> None:
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.FAILED)
    clock.shift(timedelta(days=7, seconds=-1))
    actions.prune()
    assert not Mail.objects.get().is_wiped
    clock.shift(timedelta(seconds=2))
    actions.prune()
    assert Mail.objects.get().is_wiped
    clock.shift(timedelta(days=84))
    actions.prune()
    assert not Mail.objects.exists()


def test_the_trouble_is_told_in_the_readers_language(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    mail.last_error = "The mail server does not answer."
    monkeypatch.setattr("outbox.models.delivery.gettext", lambda text: f"{translation.get_language()}: {text}")
    with translation.override("fr"):
        assert mail.trouble == "fr: The mail server does not answer."


def test_what_a_sweep_asks_for_does_not_outlive_the_next_one(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setitem(app.conf, "task_always_eager", value=False)
    monkeypatch.setattr(app.tasks["outbox.deliver"], "apply_async", lambda *_, **options: asked.append(options))
    assert actions.sweep() == 1
    assert asked == [{"expires": SCHEDULE["sweep the outbox"]["schedule"]}]


def test_every_task_of_the_schedule_is_there() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in SCHEDULE.values()} <= app.tasks.keys()


def test_the_tasks_end_before_the_claim_does() -> None:
    assert timedelta(seconds=app.tasks["outbox.deliver"].time_limit) < LEASE
