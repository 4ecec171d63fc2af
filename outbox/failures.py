"""What a failed attempt to send means: what to say, and whether trying again can help."""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from django.utils import timezone
from django.utils.translation import gettext_noop

from console.outbound import NONSENSE, NotReached
from console.sealing import Unreadable
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

    ``sentence`` is English, marked for translation, and names nobody; ``reply_code`` is the mail server's, the
    gateway's or the receiver's, if it gave one; ``for_good`` says that the recipient is refused, now and later;
    ``pause``: how long the receiver asks us to wait.
    """

    sentence: str
    reply_code: int | None
    for_good: bool
    pause: timedelta | None = None


class NotTaken(Exception):
    """A receiver has answered, and not taken the call: its ``status``, and what its ``Retry-After`` says."""

    def __init__(self, status: int, retry_after: str = "") -> None:
        super().__init__(status)
        self.status, self.retry_after = status, retry_after


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


# A backend that is being deployed answers anything for a minute. Only who says so wants it neither now nor later:
# gone (RFC 9110, 15.5.11), or understood and not to be done (15.5.21).
_FOR_GOOD = {HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY}
# What says nothing about this call alone: the next one would fare the same.
_OF_THE_ENDPOINT = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.TOO_MANY_REQUESTS,
}
# Whatever Retry-After says, we wait for no less, and no longer.
_SHORTEST, _LONGEST = timedelta(seconds=5), timedelta(hours=1)

_STATUSES = {
    HTTPStatus.UNAUTHORIZED: gettext_noop("The receiver does not accept our signature."),
    HTTPStatus.FORBIDDEN: gettext_noop("The receiver does not accept our signature."),
    HTTPStatus.NOT_FOUND: gettext_noop("The receiver knows nothing of this address."),
    HTTPStatus.GONE: gettext_noop("The receiver wants no more calls about this."),
    HTTPStatus.UNPROCESSABLE_ENTITY: gettext_noop("The receiver understood the call, and refuses it."),
    HTTPStatus.TOO_MANY_REQUESTS: gettext_noop("The receiver is asked too often."),
}
# By the first digit of a status.
_CLASSES = {
    3: gettext_noop("The receiver sends us on to another address, which we do not follow."),
    4: gettext_noop("The receiver has refused what we send."),
    5: gettext_noop("The receiver has a problem of its own."),
}
_SEALED = gettext_noop("The secret cannot be opened any more. Renew it.")
_NOT_CALLED = gettext_noop("The call could not be made.")


def call_failure(error: Exception) -> Failure:
    """What an exception of a call to an endpoint means; neither its address nor what it answered is told."""
    match error:
        case NotTaken(status=status, retry_after=retry_after):
            sentence = _STATUSES.get(HTTPStatus(status)) if status in set(HTTPStatus) else None
            return Failure(
                sentence or _CLASSES.get(status // 100, NONSENSE),
                status,
                for_good=status in _FOR_GOOD,
                pause=_pause(retry_after),
            )
        case NotReached(sentence=sentence):
            return Failure(sentence, None, for_good=False)
        case Unreadable():
            return Failure(_SEALED, None, for_good=False)
    return Failure(_NOT_CALLED, None, for_good=False)


def is_of_the_endpoint(failure: Failure) -> bool:
    """Whether other calls to the same endpoint would fare no better now, so that none need be tried meanwhile."""
    code = failure.reply_code
    return code is None or code >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _OF_THE_ENDPOINT


def _pause(retry_after: str) -> timedelta | None:
    """What ``Retry-After`` asks for (RFC 9110, 10.2.3: seconds or a date), within bounds; None where it says none."""
    if retry_after.isascii() and retry_after.isdigit():
        wanted = timedelta(seconds=int(retry_after[:6]))
    else:
        try:
            wanted = parsedate_to_datetime(retry_after) - timezone.now()
        except (ValueError, TypeError):
            # No date, or one without a zone.
            return None
    return min(max(wanted, _SHORTEST), _LONGEST)
