"""A mail server that stalls, and a worker that is killed while it speaks to one."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.mail import send_mail

from outbox import actions
from outbox.models import LEASE, Mail
from tests.fixtures.network import MailServer

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
