"""Tickets by mail: what people are written, and what comes of their answers."""

import base64
import json
from email.utils import parseaddr
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.models import MailChoice, Notification
from console import webhooks
from organizations.actions import close_organization
from organizations.actors import Actor
from organizations.models import Membership, Organization
from outbox.models import Mail
from support.actions.answers import answer_ticket, note_internally
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
    asked = {"title": "It does not start", "body": "It says nothing.", "product": None, "priority": "high"}
    return raise_ticket(organization=cast.acme, by=cast.mia.actor(cast.acme), **asked)  # type: ignore[arg-type]


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


def reply(mail: Mail, text: str = "I did. It starts.", **changes: Any) -> dict[str, Any]:
    """What the provider hands over when Mia answers a mail."""
    return {
        "message_id": "<answer-1@example.org>",
        "from": "Mia Member <mia.member@example.com>",
        "to": [mail.headers["Reply-To"]],
        "subject": f"Re: {mail.subject}",
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
    by = cast.mia.actor(cast.acme)
    asked = {"title": "A\r\nBcc: eve@example.org", "body": "B", "product": None, "priority": "high"}
    ticket = raise_ticket(organization=cast.acme, by=by, **asked)  # type: ignore[arg-type]
    mail = mails_to("mia.member@example.com", "ticket-received")[0]
    # On one line, whatever was typed.
    assert mail.subject == "[Nimbus #1] A Bcc: eve@example.org"
    assert "We have your ticket #1 “A Bcc: eve@example.org” of Acme." in mail.text
    assert "You have our first answer by 20 Nov. 2026, 19:00 CET." in mail.text
    assert f"/o/acme/support/tickets/{ticket.pk}/" in mail.text
    # Of what one has raised, this mail alone can be switched off.
    MailChoice.objects.create(user=cast.mia.user, kind="tickets")
    raise_ticket(organization=cast.acme, by=by, **{**asked, "title": "C"})  # type: ignore[arg-type]
    assert len(mails_to("mia.member@example.com")) == 1


def test_an_answer_reaches_who_takes_part_and_may_still_see_the_ticket(
    cast: Cast, stella: Person, ticket: Ticket
) -> None:
    for person in (cast.adam, cast.olivia):
        write_message(ticket=ticket, body="For me, too.", by=person.actor(cast.acme))
    # Demoted, so that others' tickets are not theirs to read; and gone.
    Membership.objects.filter(user=cast.adam.user, organization=cast.acme).update(role="member")
    mail = answered(ticket, stella)
    told = set(Mail.objects.filter(kind="ticket-answered").values_list("to", flat=True))
    assert told == {"mia.member@example.com", "olivia.owner@example.com"}
    assert mail.text.startswith(f"{MARK}\n\nHello Mia,\n\nStella · Nimbus has answered your ticket")
    assert "Turn it off,\nand on again." in mail.text
    assert '<p class="said">Turn it off,\nand on again.</p>' in mail.html
    # One conversation for the mail program; an address of one's own to answer to.
    assert mail.headers["References"] == mail.headers["In-Reply-To"] == f"<ticket-{ticket.pk}@localhost>"
    token = parseaddr(mail.headers["Reply-To"])[1]
    assert token.startswith("support+")
    assert len(token.partition("@")[0]) <= 64
    assert token != mails_to("olivia.owner@example.com", "ticket-answered")[0].headers["Reply-To"]
    notices = Notification.objects.filter(kind="ticket_answered", settled_at=None)
    assert {notice.user.email for notice in notices} == told
    Membership.objects.filter(user=cast.mia.user, organization=cast.acme).delete()
    assert answered(ticket, stella, "And again?") == mail
    assert len(mails_to("olivia.owner@example.com", "ticket-answered")) == 2


def test_what_staff_write_for_themselves_or_a_script_says_is_not_drawn_by_mail_programs(
    cast: Cast, stella: Person, ticket: Ticket
) -> None:
    mail = answered(ticket, stella, "<script>alert(1)</script>")
    assert "<script>" not in mail.html
    note_internally(ticket=ticket, body="Never mind.", by=staff(stella))
    assert mails_to("mia.member@example.com")[-1] == mail


def test_an_answer_by_mail_becomes_a_message(cast: Cast, stella: Person, ticket: Ticket) -> None:
    mail = answered(ticket, stella)
    quoted = "".join(f"> {line}\n" for line in mail.text.splitlines())
    text = f"I did.\n\nIt starts.\n\nOn Fri, 20 Nov 2026 at 10:00, Nimbus <no-reply@localhost>\nwrote:\n\n{quoted}"
    files = [
        {"name": "../log\u202e.txt", "content_base64": base64.b64encode(b"ok").decode()},
        {"name": "smime.p7s", "content_base64": base64.b64encode(b"\x30\x80\x00\x01").decode()},
    ]
    assert outcome(reply(mail, text, attachments=files)) == "taken"
    message = last_message(ticket)
    # What we do not take is named, and stops nothing: programs attach signatures.
    assert message.body == "I did.\n\nIt starts.\n\n[Files of this mail that were not taken: smime.p7s]"
    assert (message.author, message.via, message.is_staff) == (cast.mia.user, "mail", False)
    assert [file.name for file in message.attachments.all()] == ["log.txt"]
    ticket.refresh_from_db()
    assert ticket.state == State.OPEN
    assert mails_to("stella.staff@example.com", "ticket-written")
    assert not Notification.objects.filter(user=cast.mia.user, kind="ticket_answered", settled_at=None).exists()
    # The provider hands it over again.
    assert outcome(reply(mail, text)) == "taken"
    assert ticket.messages.filter(via="mail").count() == 1
    # What somebody sends once more is new.
    assert outcome(reply(mail, "Still.", message_id="<answer-2@example.org>")) == "taken"
    assert last_message(ticket).body == "Still."


def test_who_sent_it_is_proven_by_the_address_that_it_came_to_and_by_the_one_that_it_is_from(
    cast: Cast, stella: Person, ticket: Ticket, settings: Any
) -> None:
    mail = answered(ticket, stella)
    other = make_ticket(cast.rival, cast.rita.user)
    answer_ticket(ticket=other, body="Hello", by=staff(stella))
    ritas = mails_to("rita.rival@example.com", "ticket-answered")[0].headers["Reply-To"]
    address = mail.headers["Reply-To"]
    EmailAddress.objects.create(user=cast.mia.user, email="mia@home.example", verified=False)
    before = Mail.objects.count()
    wrong: list[tuple[dict[str, Any], str]] = [
        # A stolen token, and a sender whose name lies.
        ({"from": "sam.stranger@example.com"}, "not given to its sender"),
        ({"from": "Olivia Owner <olivia.owner@example.com>"}, "not given to its sender"),
        ({"from": '"mia.member@example.com" <eve@example.org>'}, "not a verified address"),
        ({"from": "mia@home.example"}, "not a verified address"),
        ({"from": "mia.member@example.com, eve@example.org"}, "not a verified address"),
        ({"from": "m\u0131a.member@example.com"}, "not a verified address"),
        ({"from": f"mia.member@example.com{', ' * 500}eve@example.org"}, "not a verified address"),
        ({"authentic": False}, "forged"),
        ({"to": [ritas]}, "not given to its sender"),
        ({"to": [address.replace("support+", "support+a")]}, "address of a ticket"),
        ({"to": [address.replace("@example.com", "@example.org")]}, "address of a ticket"),
        ({"to": ["support@example.com"]}, "address of a ticket"),
        ({"to": []}, "address of a ticket"),
        # Programs that answer by themselves, and we.
        ({"headers": {"Auto-Submitted": "auto-replied"}}, "by a program"),
        ({"headers": {"PRECEDENCE": "bulk"}}, "by a program"),
        ({"message_id": mail.headers["Message-ID"]}, "by a program"),
    ]
    for number, (changes, why) in enumerate(wrong):
        sent = reply(mail, **{"message_id": f"<{number}@example.org>", **changes})
        assert outcome(sent) == "refused", changes
        assert why in InboundMail.objects.get(mail_id=sent["message_id"]).problem, changes
    # Nobody hears of it, and of the mail nothing is kept.
    assert Mail.objects.count() == before
    assert not ticket.messages.filter(via="mail").exists()
    # Another verified address of hers is as good, in whatever case; an older key still opens what it has closed.
    EmailAddress.objects.filter(email="mia@home.example").update(verified=True)
    settings.ENCRYPTION_KEYS = ["a new key" * 5, settings.SECRET_KEY]
    forms: dict[str, Any] = {"from": "MIA@HOME.example", "to": ["x@example.com", f"Nimbus <{address.upper()}>"]}
    fine = reply(mail, **forms)
    assert outcome(fine) == "taken"


def test_whoever_is_proven_and_not_taken_hears_why_but_not_without_end(
    cast: Cast, stella: Person, ticket: Ticket
) -> None:
    mail = answered(ticket, stella)

    def told(text: str = "Hello.", **changes: Any) -> str:
        count = len(mails_to("mia.member@example.com", "ticket-reply-refused"))
        sent = reply(mail, text, message_id=f"<told-{InboundMail.objects.count()}@example.org>", **changes)
        assert outcome(sent) == "refused"
        found = mails_to("mia.member@example.com", "ticket-reply-refused")
        return found[-1].text if len(found) > count else ""

    # Only what was quoted, or no text at all.
    assert "We found no text of yours in it." in told(f"On Friday, nimbus@example.com wrote:\n> {MARK}\n> Hello")
    assert "We found no text of yours in it." in told("", html="<p>Hello</p>")
    assert "at most 20000 characters" in told("x" * 20_001)
    Ticket.objects.filter(pk=ticket.pk).update(state=State.CLOSED, closed_at=timezone.now())
    assert "This ticket is closed. Raise a new one" in told()
    Ticket.objects.filter(pk=ticket.pk).update(state=State.OPEN, closed_at=None)
    cast.mia.user.language = "fr"
    cast.mia.user.save()
    Membership.objects.filter(user=cast.mia.user, organization=cast.acme).delete()
    gone = told()
    assert "It does not start" not in gone
    assert "/support/tickets/" not in gone
    assert gone
    # Five in an hour are enough.
    assert told() == ""


def test_a_mail_that_was_taken_is_taken_whatever_happened_to_the_note_of_it(
    cast: Cast, stella: Person, ticket: Ticket
) -> None:
    """We were stopped before it was noted, and the ticket is closed when the provider hands it over again."""
    sent = reply(answered(ticket, stella))
    assert outcome(sent) == "taken"
    InboundMail.objects.all().delete()
    Ticket.objects.filter(pk=ticket.pk).update(state=State.CLOSED, closed_at=timezone.now())
    assert outcome(sent) == "taken"
    assert InboundMail.objects.get().message == last_message(ticket)
    assert mails_to("mia.member@example.com", "ticket-reply-refused") == []


def test_many_mails_in_an_hour_are_refused(cast: Cast, stella: Person, ticket: Ticket) -> None:
    mail = answered(ticket, stella)
    Message.objects.bulk_create(
        Message(ticket=ticket, author=cast.mia.user, author_name="Mia", body="So.", via="mail") for _ in range(20)
    )
    assert outcome(reply(mail)) == "refused"
    assert "many mails" in mails_to("mia.member@example.com", "ticket-reply-refused")[0].text


def test_where_nobody_gets_in_mail_is_no_way_round_it(cast: Cast, stella: Person, ticket: Ticket) -> None:
    mail = answered(ticket, stella)
    Organization.objects.filter(pk=cast.acme.pk).update(second_factor_from=timezone.now())
    assert outcome(reply(mail)) == "refused"
    ticket.organization.refresh_from_db()
    assert answered(ticket, stella, "Are you there?") == mail
    Organization.objects.filter(pk=cast.acme.pk).update(second_factor_from=None)
    close_organization(organization=cast.acme, name="Acme", acknowledged=True, by=cast.olivia.actor(cast.acme))
    assert outcome(reply(mail, message_id="<answer-2@example.org>")) == "refused"
    assert not ticket.messages.filter(via="mail").exists()


def test_only_what_the_provider_signed_is_read(cast: Cast, settings: Any) -> None:
    assert post({}, secret="whsec_" + base64.b64encode(b"x" * 32).decode()).status_code == 401
    assert Client().post("/hooks/mail/", "{}", content_type="application/json").status_code == 401
    deep = b"[" * 100_000
    # What is no yes may mean a no.
    unclear = b'{"from": "a", "to": [], "authentic": "fail"}'
    wrong = [b"no json", b"[]", b"{}", b'{"from": 1}', b'{"from": "a", "to": "b"}', b'{"from": "a", "to": [1]}', deep]
    wrong.append(unclear)
    wrong.append(b'{"from": "a", "to": [], "attachments": [{"name": "a", "content_base64": "\xc3\xa4"}]}')
    assert [post({}, body=body).status_code for body in wrong] == [400] * len(wrong)
    # Halves of characters and zeros, which no database takes.
    strange = b'{"from": "a\\ud800", "to": [], "message_id": "<\\u0000\\ud800@a>", "text": "\\u0000"}'
    assert post({}, body=strange).status_code == 200
    # No Message-ID: the hand-over has an id, too.
    assert [post({}, body=b'{"from": "a", "to": []}').status_code for _time in range(2)] == [200, 200]
    assert InboundMail.objects.count() == 2
    huge = {"content-length": str(31 * 1024 * 1024)}
    assert Client().post("/hooks/mail/", "{}", content_type="application/json", headers=huge).status_code == 413
    assert Client().get("/hooks/mail/").status_code == 405
    settings.SUPPORT_REPLY_ADDRESS = ""
    assert post({}).status_code == 404


def test_while_the_storage_fails_the_provider_is_asked_to_come_again(
    cast: Cast, stella: Person, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = answered(ticket, stella)
    sent = reply(mail, attachments=[{"name": "a.txt", "content_base64": base64.b64encode(b"ok").decode()}])

    def fails(*_: Any) -> str:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.files.storage.default_storage.save", fails)
        assert post(sent).status_code == 503
    assert not InboundMail.objects.exists()
    assert outcome(sent) == "taken"
    assert last_message(ticket).attachments.count() == 1
