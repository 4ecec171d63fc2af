"""The passkey as a kind of second factor."""

from typing import NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.factors import passkeys
from accounts.factors.kinds import Kind
from accounts.factors.passkeys import Challenge, Purpose
from accounts.models import Passkey, User
from console.refusal import Refused


class Answer(NamedTuple):
    """What a browser has sent, and what it was asked."""

    text: str
    challenge: Challenge | None


def read(request: HttpRequest) -> Answer:
    """The answer in a form, with the challenge of this session, which is spent by that."""
    return Answer(request.POST.get("code", ""), passkeys.take(request.session, Purpose.FACTOR))


def verify(user: User, answer: Answer) -> Passkey | None:
    """The user's passkey that the answer proves. Raises Refused for a challenge that is too old to say more."""
    challenge = passkeys.required(answer.challenge)
    try:
        return passkeys.verify(user, passkeys.read_answer(answer.text), challenge)
    except Refused:
        return None


PASSKEY = Kind(
    key="passkey",
    model=Passkey,
    label=_("Passkey"),
    icon="fingerprint-pattern",
    prompt=_("Passkey"),
    help=_("Use the device that keeps your passkey, or hold your security key ready."),
    fragment="accounts/factors/_passkey.html",
    verify=verify,
    is_primary=True,
    address="accounts:security_passkey_new",
    action=_("Add a passkey"),
    is_guessable=False,
    is_way_in=True,
    read=read,
)
