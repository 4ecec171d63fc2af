"""What a failed attempt to send means: what to say, and whether trying again can help."""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from http import HTTPStatus

from django.utils.translation import gettext_noop

from outbox.gateways.base import NotSent, NotSentForGood

# Replies to RCPT that say nothing against the recipient: sign in first, mailbox full (RFC 4954, RFC 3463).
_NOT_THE_RECIPIENTS_FAULT = {530, 535, 538, 552}
# SMTP's classes of replies are HTTP's: from 500 on nothing is gained by asking again (RFC 5321, 4.2.1).
_PERMANENT = HTTPStatus.INTERNAL_SERVER_ERROR

# The first that fits counts, so the particular stand before the general.
_SENTENCES: list[tuple[type[Exception], str]] = [
    (smtplib.SMTPRecipientsRefused, gettext_noop("The mail server refused the recipient.")),
    (smtplib.SMTPAuthenticationError, gettext_noop("The mail server does not accept our sign-in.")),
    (smtplib.SMTPServerDisconnected, gettext_noop("The mail server does not answer.")),
    (smtplib.SMTPException, gettext_noop("The mail server did not take the mail.")),
    (socket.gaierror, gettext_noop("The mail server's name cannot be found.")),
    (ssl.SSLError, gettext_noop("No secure connection to the mail server.")),
    (TimeoutError, gettext_noop("The mail server does not answer.")),
    (OSError, gettext_noop("The mail server cannot be reached.")),
    (ValueError, gettext_noop("Mail cannot be sent to this address.")),
    (Exception, gettext_noop("The mail could not be sent.")),
]


@dataclass(frozen=True)
class Failure:
    """Why something was not sent.

    ``sentence`` is English, marked for translation, and names nobody; ``reply_code`` is the mail server's or the
    gateway's, if it gave one; ``for_good`` says that the recipient is refused, now and later.
    """

    sentence: str
    reply_code: int | None
    for_good: bool


def mail_failure(error: Exception) -> Failure:
    """What an exception of a mail transport means; its own text names the recipient and is left out."""
    sentence = next(sentence for kind, sentence in _SENTENCES if isinstance(error, kind))
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            # A mail has one recipient.
            code = next((code for code, _reply in recipients.values()), 0)
            for_good = code >= _PERMANENT and code not in _NOT_THE_RECIPIENTS_FAULT
            return Failure(sentence, code, for_good)
        case smtplib.SMTPResponseException(smtp_code=code):
            return Failure(sentence, code, for_good=False)
        case ValueError():
            # Django's transport refuses what is no address that SMTP can carry.
            return Failure(sentence, None, for_good=True)
    return Failure(sentence, None, for_good=False)


def text_failure(error: Exception) -> Failure:
    """What an exception of a gateway of text messages means; what is no word of ours is left out."""
    if isinstance(error, NotSent):
        return Failure(error.sentence, error.code, for_good=isinstance(error, NotSentForGood))
    return Failure(NotSent().sentence, None, for_good=False)
