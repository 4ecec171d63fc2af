"""Text 003 from the directory of customers to a connected server, under the policy `percona` (issue 8, *Show*).

Staff work in the admin, a mail provider and a server come from outside: what these send is the same however the people
of the customer read the manual.
"""

import base64
import json
import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from console import webhooks
from outbox.models import Mail
from support.models import Ticket
from tests.cast import Person, make_person
from tests.e2e.manual import Follower, MakeFollower, choose, join_by_mail
from tests.reading import body, words
from tests.support.making import make_level

POLICY = "percona"

ADMINISTRATOR, KNOWN, TECHNICAL = "ana@example.com", "tom@example.com", "una@example.com"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
BY_MAIL = {"SUPPORT_REPLY_ADDRESS": "support@console.test", "INBOUND_MAIL_SECRET": SECRET}
CUSTOMER = {
    "key": "C-1001",
    "name": "Example Industries",
    "people": [
        {"email": ADMINISTRATOR, "name": "Ana Administrator", "administrator": True},
        {"email": KNOWN, "name": "Tom Known", "role": "technical"},
    ],
    "contacts": [{"key": "K-1", "side": "company", "name": "Max Manager", "email": "max@console.test"}],
    "entitlements": [
        {
            "key": "E-1", "number": "2026-00017", "name": "Support for databases", "tier": "Premium", "units": 12,
            "unit": "nodes", "level": "premium", "starts_on": f"{date.today() - timedelta(days=30)}",  # noqa: DTZ011 -- a day of a contract
            "ends_on": f"{date.today() + timedelta(days=300)}",  # noqa: DTZ011
        }
    ],
    "tickets": [
        {
            "key": "T-1", "title": "The cluster is slow", "state": "open", "raised_by": KNOWN,
            "created_at": "2026-10-01T09:00:00Z",
            "messages": [{"author": "Tom Known", "body": "Since Monday.", "created_at": "2026-10-01T09:00:00Z"}],
        }
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _by_mail(settings: Settings) -> None:
    for name, value in BY_MAIL.items():
        setattr(settings, name, value)


def test_from_the_directory_to_a_connected_server(reader: MakeFollower) -> None:
    walk(reader)


@pytest.mark.long
@pytest.mark.e2e
@pytest.mark.browser
def test_the_same_in_a_browser(processes: Any, settings: Settings, request: pytest.FixtureRequest) -> None:
    # What comes from outside the browser does not come through this server: one key for both.
    processes.environment |= {**BY_MAIL, "SECRET_KEY": settings.SECRET_KEY}
    walk(request.getfixturevalue("reader_in_browser"))


def walk(reader: MakeFollower) -> None:
    """All of it."""
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True, first_name="Stella")
    ana, una = reader(ADMINISTRATOR), reader(TECHNICAL)
    gives_the_directory_in(stella)
    ana.sign_up()
    finds_what_the_company_knew(ana)
    finishes_setting_up(ana, reader(KNOWN))
    invites(ana, una)
    ticket = raises_a_ticket(una)
    answers(stella, ticket)
    reads_and_replies(una, ticket)
    connects_a_server(una)


def gives_the_directory_in(stella: Person) -> None:
    """Staff look at what a file would change, then apply it."""
    make_level()
    file = SimpleUploadedFile("customers.json", json.dumps({"customers": [CUSTOMER]}).encode())
    page = stella.client.post("/admin/support/directoryimport/new/", {"file": file}, follow=True)
    assert "What would change" in words(page)
    assert "Example Industries (C-1001)" in words(page)
    applied = stella.client.post(page.request["PATH_INFO"], {**hidden_in(page), "apply": "Apply"}, follow=True)
    assert "The file was applied." in words(applied)


def finds_what_the_company_knew(ana: Follower) -> None:
    """*The organization is automatically recreated* at the administrator's first sign-in."""
    choose(ana, "Getting Started")
    ana.misses("Add Organization")
    ana.follow("View Organization")
    ana.is_at("/o/example-industries/")
    ana.heads("Example Industries")
    ana.section("Support")
    ana.finds("Max Manager")
    ana.follow("Entitlements")
    ana.line_says("Support for databases", "In force")
    ana.follow("Support for databases")
    ana.finds("12 nodes")
    ana.follow("Contacts")
    ana.finds("max@console.test")
    ana.follow("Tickets")
    ana.finds("The cluster is slow")


def finishes_setting_up(ana: Follower, tom: Follower) -> None:
    """*making sure all your organization members register*: those who have not are there, and are reminded."""
    ana.follow("Registrations")
    ana.line_says(KNOWN, "Technical user")
    ana.press("Remind everybody")
    ana.finds("1 person is reminded.", "body")
    tom.gets(f"{ADMINISTRATOR} asks you to sign up for Example Industries")


def invites(ana: Follower, una: Follower) -> None:
    """*Add organization members*."""
    ana.section("Members")
    ana.follow("Invite Member")
    ana.fill("E-mail address", TECHNICAL)
    ana.pick("Role", "Technical user")
    ana.press("Save")
    join_by_mail(una, ADMINISTRATOR, "Example Industries")


def raises_a_ticket(una: Follower) -> Ticket:
    """*Raise Support tickets*, which a Technical user may; others' are not there for them."""
    others = Ticket.objects.get(title="The cluster is slow")
    una.section("Support")
    una.misses("Entitlements")
    una.misses("Contacts")
    una.follow("Raise a ticket")
    una.fill("Title", "The server does not start")
    una.fill("What happens", "It says nothing. The log is attached.")
    una.attach("Files", "server.log", "FATAL: no space left on device")
    una.press("Raise ticket")
    una.heads("#2 The server does not start")
    una.finds("server.log")
    una.follow("Tickets")
    una.line_says("The server does not start", "Waiting for us")
    una.no_line("The cluster is slow")
    assert una.open(f"/o/example-industries/support/tickets/{others.pk}/") == 404
    return Ticket.objects.get(title="The server does not start")


def answers(stella: Person, ticket: Ticket) -> None:
    """Staff answer in the admin."""
    page = stella.client.get(f"/admin/support/ticket/{ticket.pk}/change/")
    assert "server.log" in words(page)
    typed = {**hidden_in(page), "body": "Make room on the disk:\nthen start it again."}
    answer = stella.client.post(f"/admin/support/ticket/{ticket.pk}/answer/", typed, follow=True)
    assert "Make room on the disk" in words(answer)


def reads_and_replies(una: Follower, ticket: Ticket) -> None:
    """The answer is in the page and in a mail; a reply to the mail is a message of the ticket."""
    una.open(f"/o/example-industries/support/tickets/{ticket.pk}/")
    una.finds("Make room on the disk")
    una.finds("Waiting for you")
    mail = Mail.objects.get(to=TECHNICAL, kind="ticket-answered")
    una.gets(mail.subject)
    handed_over = hand_over(
        {
            "message_id": "<reply-1@example.com>",
            "from": TECHNICAL,
            "to": [mail.headers["Reply-To"]],
            "subject": f"Re: {mail.subject}",
            "text": f"It starts. Thank you!\n\n{mail.text}",
        }
    )
    assert json.loads(body(handed_over)) == {"outcome": "taken"}
    una.open(f"/o/example-industries/support/tickets/{ticket.pk}/")
    una.finds("It starts. Thank you!")
    una.finds("Waiting for us")


def connects_a_server(una: Follower) -> None:
    """*Connect PMM server*, which a Technical user may, too."""
    una.section("Settings")
    una.finds("PMM servers")
    una.follow_to("/settings/servers/")
    una.follow("Connect PMM server")
    una.press("Make a connection token")
    token, server = una.value("Copy token"), Client()
    told = {"id": "pmm-1", "name": "Factory floor", "url": "https://pmm.example.com/", "version": "3.1.0"}
    connected = send(server, "/api/v1/servers", token, told)
    assert connected.status_code == 201
    secret, where = json.loads(body(connected))["secret"], connected.headers["Location"]
    assert send(server, f"{where}/heartbeats", secret, {"version": "3.2.0"}).status_code < 300
    assert send(server, "/api/v1/servers", token, told).status_code == 401
    una.follow("See servers")
    una.line_says("Factory floor", "3.2.0")
    una.follow("Factory floor")
    una.finds("Last contact just now")


def send(client: Client, path: str, bearer: str, told: dict[str, str]) -> HttpResponseBase:
    """A request of a program that carries a token."""
    return client.post(path, told, content_type="application/json", headers={"Authorization": f"Bearer {bearer}"})


def hand_over(mail: dict[str, Any]) -> HttpResponseBase:
    """What the mail provider sends us."""
    sent = json.dumps(mail).encode()
    headers = webhooks.headers([SECRET], message_id="msg_1", at=timezone.now(), body=sent)
    return Client().post("/hooks/mail/", sent, content_type="application/json", headers=headers)


def hidden_in(page: HttpResponseBase) -> dict[str, str]:
    """What the forms of a page of the admin carry along."""
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body(page))
    return {name: unescape(value) for name, value in inputs if name != "csrfmiddlewaretoken"}
