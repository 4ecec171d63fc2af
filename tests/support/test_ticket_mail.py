"""Tickets by mail: what people are written, and what comes of their answers."""

import base64
import json
from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.models import MailChoice, Notification
from console import webhooks
from organizations.actors import Actor
from organizations.models import Membership
from outbox.models import Mail
from support.actions.answers import answer_ticket, note_internally, settle_ticket
from support.actions.tickets import raise_ticket, write_message
from support.models import InboundMail, Message, State, Ticket
from tests.cast import Cast, Person, make_person
from tests.reading import mails_to
from tests.support.making import make_level, make_ticket

pytestmark = pytest.mark.django_db

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
MARK = "##- Write your answer above this line -##"


@pytest.fixture(autouse=True)
def _by_mail(settings: Any) -> None:
    settings.SUPPORT_REPLY_ADDRESS = "support@example.com"
    settings.INBOUND_MAIL_SECRET = SECRET
    settings.BRAND_NAME = "Nimbus"


@pytest.fixture
def stella() -> Person:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return raise_ticket(
        organization=cast.acme,
        title="It does not start",
        body="It says nothing.",
        product=None,
        priority="high",
        by=cast.mia.actor(cast.acme),
    )


def staff(person: Person) -> Actor:
    return Actor.staff(person.user)


def answered(ticket: Ticket, stella: Person, body: str = "Turn it off,\nand on again.") -> Mail:
    """The mail by which Mia has an answer."""
    answer_ticket(ticket=ticket, body=body, by=staff(stella))
    return mails_to("mia.member@example.com", "ticket-answered")[-1]


def post(mail: dict[str, Any], *, secret: str = SECRET, body: bytes | None = None) -> HttpResponseBase:
    sent = json.dumps(mail).encode() if body is None else body
    headers = webhooks.headers([secret], message_id="msg_1", at=timezone.now(), body=sent)
    return Client().post("/hooks/mail/", sent, content_type="application/json", headers=headers)


def reply(to: Mail, text: str = "I did. It starts.", **changes: Any) -> dict[str, Any]:
    """What the provider hands over when Mia answers a mail."""
    return {
        "message_id": "<answer-1@example.org>",
        "from": "Mia Member <mia.member@example.com>",
        "to": [to.headers["Reply-To"]],
        "subject": f"Re: {to.subject}",
        "text": text,
        **changes,
    }


def outcome(mail: dict[str, Any]) -> str:
    response = post(mail)
    assert response.status_code == 200
    return str(json.loads(response.content)["outcome"])  # type: ignore[attr-defined]


def last_message(ticket: Ticket) -> Message:
    return ticket.messages.order_by("created_at", "id").last()  # type: ignore[return-value]


def test_whoever_raises_a_ticket_hears_that_we_have_it_and_by_when_we_answer(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to("2026-11-20T10:00:00Z", tick=False)
    make_level("standard", is_standard=True)
    cast.mia.user.time_zone = "Europe/Paris"
    cast.mia.user.save()
    raise_ticket(
        organization=cast.acme, title="A", body="B", product=None, priority="high", by=cast.mia.actor(cast.acme)
    )
    mail = mails_to("mia.member@example.com")[-1]
    assert mail.subject == "[Nimbus #1] A"
    assert "We have your ticket #1 “A” of Acme." in mail.text
    assert "You have our first answer by 20 Nov. 2026, 19:00 CET." in mail.text
