"""The mail server down, stalled, or slow to say yes."""

from collections.abc import Callable

import pytest
from django.core.mail import send_mail

from outbox import actions
from outbox.models import Mail

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
