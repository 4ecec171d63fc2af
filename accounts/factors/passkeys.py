"""The ceremonies of passkeys: what a browser is asked to sign, and the check of what it answers.

django-otp-webauthn asks and checks (origin, relying party, challenge, signature, counter: WebAuthn Level 3, sections
7.1 and 7.2). Ours are the choices, the life of a challenge, and one refusal for whatever is wrong.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnUserHandle
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.registration.verify_registration_response import VerifiedRegistration

from accounts.models import Passkey, User
from console.refusal import Refused

CHALLENGE_LASTS = timedelta(minutes=5)
# Characters of an answer: the longest that devices make, a registration with certificates, take some 10,000.
ANSWER_LENGTH = 32_768
# Bytes of a credential's id (WebAuthn, section 7.1, step 25), and of its public key.
KEY_LENGTH = 1023

# What keeps a passkey, by the id that it gives (AAGUID): as its users know it. Others have the name of the browser.
MAKERS = {
    "fbfc3007-154e-4ecc-8c0b-6e020557d7bd": "iCloud Keychain",
    "dd4ec289-e01d-41c9-bb89-70fa845d4bf2": "iCloud Keychain",
    "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": "Google Password Manager",
    "adce0002-35bc-c60a-648b-0b25f1f05503": "Chrome on Mac",
    "08987058-cadc-4b81-b6e1-30de50dcbe96": "Windows Hello",
    "9ddd1817-af5a-4672-a2b9-3e3dd95000a9": "Windows Hello",
    "6028b017-b1d4-4c02-b4b3-afcdafc96bb2": "Windows Hello",
    "53414d53-554e-4700-0000-000000000000": "Samsung Pass",
    "bada5566-a7aa-401f-bd96-45619a55120d": "1Password",
    "d548826e-79b4-db40-a3d8-11116f7e8349": "Bitwarden",
    "531126d6-e717-415c-9320-3d9aa6981239": "Dashlane",
    "0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6": "Keeper",
    "fdb141b2-5d84-443e-8a35-4698c205a502": "KeePassXC",
    "50726f74-6f6e-5061-7373-50726f746f6e": "Proton Pass",
}

type Options = dict[str, Any]
type Answer = dict[str, Any]

# What is raised over something that no browser makes.
_MALFORMED = (
    ArithmeticError,
    AttributeError,
    InvalidSignature,
    LookupError,
    OTPWebAuthnApiError,
    RecursionError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    WebAuthnException,
)


class Purpose(StrEnum):
    """What a challenge is for; the answer to one is none to another."""

    REGISTRATION = "registration"
    SIGN_IN = "sign-in"
    FACTOR = "factor"


@dataclass(frozen=True)
class Challenge:
    """What a browser was asked to sign. ``state`` is what the package compares the answer with."""

    state: dict[str, Any]
    issued_at: datetime

    @property
    def is_current(self) -> bool:
        """Whether it may still be answered."""
        return timezone.now() - self.issued_at <= CHALLENGE_LASTS


class Helper(WebAuthnHelper):
    """The package's ceremonies, without a request: all that it would ask one for stands in the settings.

    ``name``: what a passkey is called whose maker is not known.
    """

    def __init__(self, name: str = "") -> None:
        super().__init__(request=None)
        self.name = name

    def create_credential(self, user: User, response: VerifiedRegistration, *args: Any) -> Passkey:
        """The passkey as it is to be saved; raises ValueError for one that is larger than the rules allow."""
        passkey = cast("Passkey", super().create_credential(user, response, *args))
        if max(len(passkey.credential_id), len(passkey.public_key)) > KEY_LENGTH:
            raise ValueError
        passkey.verifies = response.user_verified
        passkey.name = MAKERS.get(str(passkey.aaguid), self.name)
        return passkey

    def create_attestation(self, *_args: Any) -> None:
        """Keep nothing of what a device says of its maker: nobody asked."""


def registration_options(user: User) -> tuple[Options, Challenge]:
    """What a browser needs to make a passkey for the user, on a device that has none of theirs yet."""
    return _issued(Helper().register_begin(user))


def sign_in_options() -> tuple[Options, Challenge]:
    """What a browser needs to let somebody choose a passkey: the same for everybody, nobody is named."""
    return _issued(Helper().authenticate_begin(user=None, require_user_verification=True))


def factor_options(user: User) -> tuple[Options, Challenge]:
    """What a browser needs to use one of the user's passkeys beside another factor."""
    return _issued(Helper().authenticate_begin(user=user, require_user_verification=False))


def keep(session: SessionBase, purpose: Purpose, challenge: Challenge) -> None:
    """Remember in the session what it was asked, in place of what it was asked for this before."""
    session[_key(purpose)] = {"state": challenge.state, "issued_at": challenge.issued_at.timestamp()}


def take(session: SessionBase, purpose: Purpose) -> Challenge | None:
    """What the session was asked, once; None when there is nothing."""
    kept = session.pop(_key(purpose), None)
    if kept is None:
        return None
    return Challenge(kept["state"], datetime.fromtimestamp(kept["issued_at"], UTC))


def required(challenge: Challenge | None) -> Challenge:
    """The challenge; raises Refused where there is none any more."""
    if challenge is None or not challenge.is_current:
        raise Refused(_("That took too long. Please do it once more."), code="challenge")
    return challenge


def read_answer(text: str) -> Answer:
    """The JSON that a browser made of its answer; raises Refused."""
    with _refusing():
        answer = json.loads(text) if len(text) <= ANSWER_LENGTH else None
        if not isinstance(answer, dict):
            raise TypeError
        return answer


def find(answer: Answer) -> Passkey | None:
    """The passkey that an answer names; that says nothing yet of who sent it."""
    with _refusing():
        digest = Passkey.get_credential_id_sha256(base64url_to_bytes(answer["rawId"]))
        passkey: Passkey | None = Passkey.objects.filter(credential_id_sha256=digest).first()
        return passkey


def register(user: User, answer: Answer, challenge: Challenge, name: str) -> Passkey:
    """Save the passkey that a browser has made for the user.

    Raises Refused, and IntegrityError for one that somebody has registered before.
    """
    with _refusing():
        _check_frame(answer)
        return cast("Passkey", Helper(name).register_complete(user, challenge.state, answer))


def verify(user: User, answer: Answer, challenge: Challenge) -> Passkey:
    """The user's passkey whose device has signed the challenge; counts its use. Raises Refused.

    A challenge from before the last use is spent, in whatever session it was kept: of many answers at once one counts,
    with or without a lock.
    """
    passkey = find(answer)
    if passkey is None or passkey.user_id != user.pk:
        raise refusal()
    with transaction.atomic(), _refusing():
        _check_frame(answer)
        if not passkey.use(challenge.issued_at):
            raise refusal()
        return cast("Passkey", Helper().authenticate_complete(user, challenge.state, answer))


def names_its_user(passkey: Passkey, answer: Answer) -> bool:
    """Whether the answer says whose passkey it is, and rightly (WebAuthn, section 7.2, step 6)."""
    with _refusing():
        handle = base64url_to_bytes(answer["response"]["userHandle"])
        owner: User | None = WebAuthnUserHandle.get_user_by_handle(handle)
        return owner is not None and owner.pk == passkey.user_id


def refusal() -> Refused:
    """What is said of every answer that does not count, whatever is wrong with it."""
    return Refused(_("This passkey did not work. Try again, or use another way."), code="passkey")


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse what is raised over an answer that no browser has made."""
    try:
        yield
    except _MALFORMED:
        raise refusal() from None


def _check_frame(answer: Answer) -> None:
    # Nobody may put this console into a page of theirs, so no answer comes from there (section 7.2, step 13).
    if parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"])).cross_origin:
        raise ValueError


def _issued(made: tuple[Options, dict[str, Any]]) -> tuple[Options, Challenge]:
    options, state = made
    return options, Challenge(state, timezone.now())


def _key(purpose: Purpose) -> str:
    return f"passkey_{purpose}"
