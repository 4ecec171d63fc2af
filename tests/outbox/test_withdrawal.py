"""A mail that is no longer wanted never leaves."""

from collections.abc import Callable

import pytest
import time_machine

from console.refusal import Refused
from outbox import actions
from outbox.leases import BACK_OFF
from outbox.models import Mail
from tests.fixtures.network import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_a_mail_that_is_no_longer_wanted_never_leaves(mail: Mail, smtp: MailServer) -> None:
    assert actions.withdraw(mail)
    assert not actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.is_wiped) == (Mail.State.WITHDRAWN, None, True)
    assert not smtp.messages
    with pytest.raises(Refused, match="no longer wanted"):
        actions.try_again(mail)


def test_a_mail_that_left_cannot_be_withdrawn(mail: Mail) -> None:
    actions.deliver(mail.pk)
    assert not actions.withdraw(mail)
    mail.refresh_from_db()
    assert (mail.state, mail.is_wiped) == (Mail.State.SENT, False)


def test_a_mail_that_was_given_up_stays_so_and_is_forgotten_when_it_is_withdrawn(mail: Mail, smtp: MailServer) -> None:
    smtp.refused = {"olivia.owner@example.com": "550 No such user"}
    actions.deliver(mail.pk)
    assert not actions.withdraw(mail)
    mail.refresh_from_db()
    assert (mail.state, mail.is_wiped) == (Mail.State.FAILED, True)


def test_a_mail_that_waits_after_a_failure_has_no_trouble_once_it_is_withdrawn(
    mail: Mail, send_to: Callable[[int], None], refused_port: int, clock: time_machine.Traveller
) -> None:
    send_to(refused_port)
    actions.deliver(mail.pk)
    assert actions.withdraw(mail)
    mail.refresh_from_db()
    assert mail.trouble == ""
    clock.shift(BACK_OFF[0])
    assert not Mail.objects.due().exists()


def test_a_mail_that_is_withdrawn_while_it_is_being_sent_is_sent_or_never_tried_again(mail: Mail) -> None:
    other = Mail.objects.create(to="tom.tech@example.com", text="Hello")
    leaving, failing = Mail.objects.claim(2)
    assert {leaving, failing} == {mail, other}
    assert all(actions.withdraw(claimed) for claimed in (leaving, failing))
    leaving.mark_sent()
    assert not failing.mark_failed("The mail server does not answer.")
    states = {row.pk: row.state for row in Mail.objects.all()}
    assert states == {leaving.pk: Mail.State.SENT, failing.pk: Mail.State.WITHDRAWN}
