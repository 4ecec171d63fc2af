"""A mail that is handed over twice at the same instant becomes one message, and its file is kept once."""

import base64
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from console import webhooks
from support.files.storing import FOLDER
from support.models import InboundMail
from support.reply_addresses import reply_address
from tests.cast import Cast
from tests.races.together import statuses, together
from tests.support.making import make_ticket

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


def kept() -> set[str]:
    """The files of today that are there."""
    folder = f"{FOLDER}/{timezone.now():%Y-%m-%d}"
    try:
        return {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    except FileNotFoundError:
        return set()


def test_the_same_mail_at_once(cast: Cast, settings: Any) -> None:
    settings.SUPPORT_REPLY_ADDRESS, settings.INBOUND_MAIL_SECRET = "support@example.com", SECRET
    ticket = make_ticket(cast.acme, cast.mia.user)
    mail = {
        "message_id": "<answer@example.org>",
        "from": "mia.member@example.com",
        "to": [reply_address(ticket.pk, cast.mia.user.pk)],
        "text": "It starts.",
        "attachments": [{"name": "log.txt", "content_base64": base64.b64encode(b"ok").decode()}],
    }
    body = json.dumps(mail).encode()
    headers = webhooks.headers([SECRET], message_id="msg_1", at=timezone.now(), body=body)

    def post() -> Any:
        return Client().post("/hooks/mail/", body, content_type="application/json", headers=headers)

    before = kept()
    answers = together(*[post] * 4)
    assert statuses(answers) == [200] * 4
    assert InboundMail.objects.get().outcome == "taken"
    message = ticket.messages.get(via="mail")
    assert InboundMail.objects.get().message == message
    assert kept() - before == {file.file for file in message.attachments.all()}
