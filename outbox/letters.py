"""Letters: the one form that this console's mails have, in text and HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import get_language

from console.text import one_line
from outbox.actions import enqueue
from outbox.backends import KIND_HEADER, ORGANIZATION_HEADER, as_mail
from outbox.models import Mail


@dataclass(frozen=True)
class Link:
    """What the reader may do: a verb, and the whole address that does it."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail to one person, already in the reader's language.

    ``reason`` says why it came; ``expires`` until when its link works, in words; ``stop``: where the reader says that
    there shall be no more, which mail programs offer as a button, too (RFC 2369, RFC 8058). ``above``: a line at the
    very top; ``said``: what somebody wrote, whose lines stay as they are; ``headers``: besides those of every mail.
    """

    subject: str
    paragraphs: list[str]
    reason: str
    greeting: str = ""
    action: Link | None = None
    organization_name: str = ""
    expires: str = ""
    stop: Link | None = None
    above: str = ""
    said: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def absolute(address: str) -> str:
    """The address of a page as a mail needs it: the path and query of ``address`` at ``SITE_URL``."""
    path, query = urlsplit(address)[2:4]
    return f"{settings.SITE_URL}{path}?{query}" if query else f"{settings.SITE_URL}{path}"


def send(letter: Letter, *, to: str, kind: str, organization_id: UUID | None = None, attached: str = "") -> Mail:
    """Put the letter into the outbox, in the caller's transaction; the mail that it became.

    ``attached``: what goes with it, made when it is sent (`Mail.attached`).
    """
    subject = one_line(letter.subject)
    context = {
        "subject": subject,
        "greeting": letter.greeting,
        "paragraphs": letter.paragraphs,
        "action": letter.action,
        "reason": letter.reason,
        "organization_name": letter.organization_name,
        "expires": letter.expires,
        "stop": letter.stop,
        "above": letter.above,
        "said": letter.said,
        "brand": settings.BRAND_NAME,
        "site_url": settings.SITE_URL,
        "language": get_language(),
    }
    headers = {**letter.headers, KIND_HEADER: kind}
    if organization_id:
        headers[ORGANIZATION_HEADER] = str(organization_id)
    if letter.stop:
        headers |= {"List-Unsubscribe": f"<{letter.stop.url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(subject, render_to_string("emails/letter.txt", context), to=[to], headers=headers)
    message.attach_alternative(render_to_string("emails/letter.html", context), "text/html")
    mail = as_mail(message, to)
    mail.attached = attached
    return enqueue(mail)
