"""Mailers: the outbox that Django's mail API writes into, and the transport of the embedded engines."""

from collections.abc import Iterable, Sequence
from email.utils import format_datetime, parseaddr
from typing import override
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from console.ids import uuid7
from console.text import one_line
from outbox.actions import enqueue
from outbox.models import Mail

# Say what a mail is for and on whose behalf it goes; they do not leave the console.
KIND_HEADER = "X-Console-Kind"
ORGANIZATION_HEADER = "X-Console-Organization"


class OutboxBackend(BaseEmailBackend):
    """The default mailer: writes one ``Mail`` for each recipient, in the caller's transaction."""

    @override
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages down; how many."""
        for message in email_messages:
            for recipient in message.recipients():
                enqueue(as_mail(message, recipient))
        return len(email_messages)


class MailboxBackend(BaseEmailBackend):
    """The embedded transport: nothing leaves, the mails stay where they are, and ``/mailbox/`` shows them."""

    keeps_bodies = True

    @override
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Nothing is to be done; how many messages."""
        return len(email_messages)


def as_mail(message: EmailMessage, recipient: str) -> Mail:
    """The mail to one of the recipients of a message; raises ``ValueError`` when it has attachments."""
    if message.attachments:
        raise ValueError("The outbox carries no attachments.")
    mail_id, now = uuid7(), timezone.now()
    headers = {name: one_line(str(value), 998) for name, value in message.extra_headers.items()}
    kind = headers.pop(KIND_HEADER, "")
    organization_id = headers.pop(ORGANIZATION_HEADER, "")
    from_address = headers.pop("From", message.from_email)
    if message.reply_to:
        headers["Reply-To"] = ", ".join(message.reply_to)
    return Mail(
        id=mail_id,
        created_at=now,
        to=recipient,
        from_address=from_address,
        subject=one_line(str(message.subject)),
        text=str(message.body) if message.content_subtype == "plain" else "",
        html=_html(message),
        # Fixed here, so that a mail that is sent twice is known to be one (RFC 5322, 3.6.4); and no out-of-office
        # reply comes back (RFC 3834).
        headers={
            "Message-ID": f"<{mail_id}@{_domain(from_address)}>",
            "Date": format_datetime(now),
            "Auto-Submitted": "auto-generated",
            **headers,
        },
        kind=kind,
        organization_id=UUID(organization_id) if organization_id else None,
    )


def _html(message: EmailMessage) -> str:
    if message.content_subtype == "html":
        return str(message.body)
    alternatives: Iterable[tuple[object, str]] = (
        message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    )
    return next((str(content) for content, mimetype in alternatives if mimetype == "text/html"), "")


def _domain(address: str) -> str:
    domain = parseaddr(address)[1].rpartition("@")[2] or parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return domain.encode("idna").decode() if domain else "localhost"
