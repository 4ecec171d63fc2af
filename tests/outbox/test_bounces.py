"""What a mail provider reports: signed, once or twice, in whatever form; and what becomes of the mail."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.checks import run_checks
from django.core.mail import send_mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from console.webhooks import signature
from outbox.models import Mail, Suppression
from outbox.signals import bounced
from outbox.suppression import is_suppressed

pytestmark = pytest.mark.django_db

SECRET = "whsec_" + base64.b64encode(b"a secret of the mail provider").decode()
HOOK = "/hooks/bounces/"
OLIVIA = "olivia.owner@example.com"


@pytest.fixture(autouse=True)
def secret(settings: Settings) -> None:
    settings.BOUNCE_HOOK_SECRET = SECRET


@pytest.fixture
def sent(mail: Mail) -> Mail:
    """A mail that has left."""
    mail.mark_sent()
    return mail


@pytest.fixture
def heard() -> Any:
    """The mails of which the apps above were told."""
    mails: list[Mail] = []

    def hear(mail: Mail, **_: Any) -> None:
        mails.append(mail)

    bounced.connect(hear)
    yield mails
    bounced.disconnect(hear)


def report(said: Any, secret: str = SECRET, **headers: str) -> int:
    """Post it, signed; the status of the answer. The provider has no cookie of ours."""
    body, now = said if isinstance(said, bytes) else json.dumps(said).encode(), timezone.now()
    signed = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature(secret, message_id="msg_1", at=now, body=body),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    client = Client(enforce_csrf_checks=True)
    return client.post(HOOK, body, content_type="application/json", headers=signed).status_code


def is_marked(mail: Mail) -> bool:
    return Mail.objects.get(pk=mail.pk).bounced_at is not None


def test_a_hard_bounce_marks_the_mail_and_is_told_once(sent: Mail, heard: list[Mail]) -> None:
    said = {"kind": "hard", "message_id": sent.headers["Message-ID"], "diagnostic": "550 5.1.1"}
    assert report(said) == 204
    assert report(said) == 204
    assert is_marked(sent)
    assert heard == [sent]


@pytest.mark.parametrize("form", ["{}", " <{}@elsewhere.example> ", "{}@localhost"])
def test_a_message_id_is_known_in_each_form(sent: Mail, form: str) -> None:
    assert report({"kind": "hard", "message_id": form.format(sent.pk)}) == 204
    assert is_marked(sent)


def test_an_address_alone_means_what_was_sent_to_it_lately(
    sent: Mail, heard: list[Mail], clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=8))
    send_mail("News", "Hello", None, [OLIVIA])
    send_mail("News", "Hello", None, ["tom.tech@example.com"])
    for mail in Mail.objects.filter(state="waiting"):
        mail.mark_sent()
    # A provider that gives the mail a name of its own tells us that, too.
    assert (
        report({"kind": "hard", "message_id": "<0101@provider.example>", "address": "Olivia.Owner@example.com"}) == 204
    )
    assert [mail.to for mail in heard] == [OLIVIA]
    assert not is_marked(sent)


def test_a_soft_bounce_changes_nothing(sent: Mail, heard: list[Mail]) -> None:
    assert report({"kind": "soft", "message_id": str(sent.pk)}) == 204
    assert not is_marked(sent)
    assert heard == []


@pytest.mark.parametrize("by", ["message_id", "address"])
def test_after_a_complaint_nobody_mails_invitations_there(sent: Mail, by: str) -> None:
    said = {"message_id": str(sent.pk)} if by == "message_id" else {"address": OLIVIA}
    assert report({"kind": "complaint", **said}) == 204
    assert is_suppressed(OLIVIA, Suppression.Kind.INVITATIONS)
    assert not is_marked(sent)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"not json",
        b"[" * 100_000,
        [],
        {},
        {"kind": "hard"},
        {"kind": "odd", "address": OLIVIA},
        {"kind": "hard", "address": {"to": OLIVIA}},
        {"kind": ["hard"], "address": OLIVIA},
        {"kind": "hard", "address": "olivia\0@example.com"},
        {"kind": "complaint", "address": "olivia\ud800@example.com"},
        {"kind": "hard", "message_id": "\0", "address": OLIVIA},
    ],
)
def test_what_is_no_report_is_said_to_be_none(sent: Mail, said: Any) -> None:
    assert report(said) == 400
    assert not is_marked(sent)


def test_a_mail_that_nobody_knows_is_taken_as_any_other() -> None:
    assert report({"kind": "hard", "message_id": "<0@example.com>"}) == 204


def test_what_is_not_signed_changes_nothing(sent: Mail, clock: time_machine.Traveller) -> None:
    said = {"kind": "hard", "message_id": str(sent.pk)}
    other = "whsec_" + base64.b64encode(b"another secret than the provider's").decode()
    assert report(said, secret=other) == 401
    assert report(said, webhook_id="msg_2") == 401
    assert report(said, webhook_timestamp=str(int(timezone.now().timestamp()) - 400)) == 401
    assert Client().post(HOOK, json.dumps(said), content_type="application/json").status_code == 401
    assert not is_marked(sent)


def test_without_a_secret_there_is_no_hook(settings: Settings) -> None:
    settings.BOUNCE_HOOK_SECRET = ""
    assert report({"kind": "hard", "address": OLIVIA}) == 404
    assert Client().get(HOOK).status_code == 405


@pytest.mark.parametrize(("secret", "found"), [(SECRET, []), ("", []), ("too short", ["outbox.E003"])])
def test_a_deployment_is_told_of_a_secret_that_is_none(secret: str, found: list[str], settings: Settings) -> None:
    settings.BOUNCE_HOOK_SECRET = secret
    assert [message.id for message in run_checks(tags=["security"]) if message.id == "outbox.E003"] == found
