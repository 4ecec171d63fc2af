"""Text messages through Twilio's Programmable Messaging API, version 2010-04-01."""

from http import HTTPStatus
from typing import override

import requests
from django.conf import settings
from django.utils.translation import gettext_noop

from outbox.gateways.base import Gateway, NotSent, NotSentForGood

# Seconds to connect, and to wait for each part of the answer: together well within the task's limit.
TIME_OUTS = (3, 8)
# Twilio's codes that say that this number takes no text message from us, now or later: it is none (21211), belongs to
# a country that is not enabled (21408), asked for no more (21610), cannot be reached (21612), is a land line (21614).
REFUSED_NUMBERS = frozenset({21211, 21408, 21610, 21612, 21614})


class TwilioGateway(Gateway):
    """One POST for each message; ``TWILIO_FROM`` is a number of ours, or a messaging service (``MG…``)."""

    @override
    def send(self, number: str, text: str) -> None:
        sender = "MessagingServiceSid" if settings.TWILIO_FROM.startswith("MG") else "From"
        account = settings.TWILIO_ACCOUNT_SID
        try:
            answer = requests.post(
                f"{settings.TWILIO_URL}/2010-04-01/Accounts/{account}/Messages.json",
                data={"To": number, sender: settings.TWILIO_FROM, "Body": text},
                auth=(account, settings.TWILIO_AUTH_TOKEN),
                timeout=TIME_OUTS,
                # The token goes nowhere else.
                allow_redirects=False,
            )
        except requests.Timeout:
            raise NotSent(gettext_noop("The text message gateway does not answer.")) from None
        except requests.RequestException:
            # Its text names the address and the account.
            raise NotSent(gettext_noop("The text message gateway cannot be reached.")) from None
        if answer.status_code not in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED}:
            raise _failure(answer)


def _failure(answer: requests.Response) -> NotSent:
    code = _code_in(answer)
    if code in REFUSED_NUMBERS:
        return NotSentForGood(gettext_noop("The text message gateway refused the number."), code)
    match answer.status_code:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return NotSent(gettext_noop("The text message gateway does not accept our sign-in."), code)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return NotSent(gettext_noop("The text message gateway is asked too often."), code)
    return NotSent(gettext_noop("The text message gateway did not take the message."), code or answer.status_code)


def _code_in(answer: requests.Response) -> int | None:
    """Twilio's own number for what went wrong, where the answer is as Twilio documents it."""
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, int) else None
