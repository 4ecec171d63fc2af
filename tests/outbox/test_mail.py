"""Django's mail API writes rows of the outbox."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from console.ids import uuid7
from outbox.backends import KIND_HEADER, ORGANIZATION_HEADER
from outbox.models import Mail

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_a_mail_becomes_a_row_that_waits() -> None:
    send_mail("Welcome", "Hello", None, ["olivia.owner@example.com"], html_message="<p>Hello</p>")
    mail = Mail.objects.get()
    assert (mail.to, mail.subject, mail.text, mail.html) == (
        "olivia.owner@example.com",
        "Welcome",
        "Hello",
        "<p>Hello</p>",
    )
    assert mail.is_waiting
    assert mail.attempts == 0
    assert mail.trouble == ""


def test_each_recipient_gets_a_mail_of_their_own_and_sees_no_other() -> None:
    EmailMessage("Notice", "Hello", to=["a@example.com"], cc=["b@example.com"], bcc=["c@example.com"]).send()
    mails = Mail.objects.order_by("to")
    assert [mail.to for mail in mails] == ["a@example.com", "b@example.com", "c@example.com"]
    for mail in mails:
        message = mail.message().message()
        assert message["To"] == mail.to
        assert message["Cc"] is None


def test_what_it_is_for_stands_in_the_row_and_not_in_the_mail() -> None:
    organization = uuid7()
    headers = {KIND_HEADER: "invitation", ORGANIZATION_HEADER: str(organization)}
    EmailMessage("Join us", "Hello", to=["a@example.com"], headers=headers).send()
    mail = Mail.objects.get()
    assert (mail.kind, mail.organization_id) == ("invitation", organization)
    assert not [name for name in mail.message().message() if name.startswith("X-Console")]


def test_a_mail_is_the_same_each_time_that_it_is_sent(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Console <no-reply@console.example.com>"
    message = EmailMultiAlternatives("Again", "Hello", to=["a@example.com"], reply_to=["help@example.com"])
    message.attach_alternative("<p>Hello</p>", "text/html")
    message.send()
    mail = Mail.objects.get()
    first, second = mail.message().message(), Mail.objects.get().message().message()
    assert first["Message-ID"] == second["Message-ID"] == f"<{mail.pk}@console.example.com>"
    assert first["Date"] == second["Date"]
    assert first["Reply-To"] == "help@example.com"
    assert first["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in first.walk()][1:] == ["text/plain", "text/html"]


def test_a_subject_cannot_become_a_header() -> None:
    """Attack 34: CR LF and marks of direction in names."""
    send_mail("Join Acme\r\nBcc: victim@example.com\u202e", "Hello", None, ["a@example.com"])
    message = Mail.objects.get().message().message()
    assert message["Subject"] == "Join Acme Bcc: victim@example.com"
    assert message["Bcc"] is None


def test_a_mail_of_a_change_that_was_rolled_back_never_was() -> None:
    with transaction.atomic():
        send_mail("Welcome", "Hello", None, ["a@example.com"])
        transaction.set_rollback(True)
    assert not Mail.objects.exists()


def test_attachments_are_refused_before_anything_is_written() -> None:
    message = EmailMessage("Invoice", "Hello", to=["a@example.com"])
    message.attach("invoice.txt", "1 €", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        message.send()
    assert not Mail.objects.exists()


def test_the_database_holds_what_must_be_true_of_a_mail() -> None:
    for wrong in ({"to": ""}, {"to": "a@example.com", "sent_at": timezone.now()}, {"to": "a", "state": "sent"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mail.objects.create(**wrong)


@pytest.mark.postgresql
def test_the_sweep_reads_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "outbox_mail_due" in Mail.objects.due().order_by("due_at").explain()
