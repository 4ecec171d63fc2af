"""Two workers at once send a mail once."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.mail import send_mail
from django.db import connection

from outbox import actions
from outbox.models import DeliveryQuerySet, Mail
from tests.fixtures.network import MailServer

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

MAILS = 40


def send_by_two_workers() -> None:
    """Two threads go through all mails in step, so that they meet at each."""
    mails = list(Mail.objects.order_by("created_at").values_list("pk", flat=True))
    in_step = Barrier(2, timeout=10)

    def work() -> None:
        try:
            for mail in mails:
                in_step.wait()
                actions.deliver(mail)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def mails(smtp: MailServer) -> None:
    for number in range(MAILS):
        send_mail("Join Acme", "Hello", None, [f"person-{number}@example.com"])


def test_each_mail_leaves_once(mails: None, smtp: MailServer) -> None:
    send_by_two_workers()
    assert len(smtp.messages) == MAILS
    assert len({message["To"] for message in smtp.messages}) == MAILS
    assert set(Mail.objects.values_list("state", "attempts")) == {(Mail.State.SENT, 1)}


def test_without_the_lock_some_would_leave_twice(
    mails: None, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the test above can fail."""

    def unlocked(self: DeliveryQuerySet, **_: Any) -> DeliveryQuerySet:
        return self

    monkeypatch.setattr(DeliveryQuerySet, "select_for_update", unlocked)
    send_by_two_workers()
    assert len(smtp.messages) > MAILS
