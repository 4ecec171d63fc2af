"""A mail server that stalls, and a worker that is killed while it speaks to one."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event
from time import perf_counter

import pytest
import time_machine
from django.core.mail import send_mail
from pytest_django import Settings

from console.aside import aside
from console.celery import app
from outbox import actions
from outbox.leases import LEASE
from outbox.models import Mail
from tests.fixtures.network import MailServer
from tests.harness.servers import wait_until

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def test_a_mail_server_that_never_answers_is_given_up_by_the_transport(
    send_to: Callable[[int], None], stalled_port: int
) -> None:
    send_mail("Join Acme", "Hello", None, ["tom.tech@example.com"])
    send_to(stalled_port)
    mail = Mail.objects.get()
    assert not actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.is_waiting, mail.trouble) == (True, "The mail server does not answer.")


class Killed(BaseException):
    """The end of a worker: nothing catches it."""


def test_a_worker_killed_between_the_servers_yes_and_the_mark_repeats_the_same_mail(
    smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SMTP is at-least-once: whoever reads mail sees one Message-ID."""

    def kill(mail: Mail) -> None:
        raise Killed

    with time_machine.travel(datetime(2026, 11, 22, tzinfo=UTC), tick=False) as clock:
        send_mail("Join Acme", "Hello", None, ["tom.tech@example.com"])
        mail = Mail.objects.get()
        with monkeypatch.context() as patch:
            patch.setattr(Mail, "mark_sent", kill)
            with pytest.raises(Killed):
                actions.deliver(mail.pk)
        clock.shift(LEASE)
        assert actions.deliver(mail.pk)
        clock.shift(LEASE)
        assert not actions.deliver(mail.pk)
    first, second = smtp.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


@pytest.mark.waits
@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_stalls_holds_up_no_page_of_the_embedded_engines(
    send_to: Callable[[int], None], stalled_port: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.conf, "task_always_eager", value=True)
    settings.EMAIL_URL = f"smtp://127.0.0.1:{stalled_port}/"
    send_to(stalled_port)
    begun = perf_counter()
    for number in range(2):
        send_mail("Join Acme", "Hello", None, [f"person{number}@example.com"])
    assert perf_counter() - begun < 1
    # Later, and one after the other: the claim on each begins when its turn comes.
    assert wait_until(lambda: Mail.objects.filter(last_error="The mail server does not answer.").count() == 2, 20)
    assert {mail.attempts for mail in Mail.objects.all()} == {1}
    done = Event()
    aside.run(done.set)
    assert done.wait(5)
