"""What only passkeys are for: adding one, and signing in with nothing else (WebAuthn Level 3)."""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actions.factors import note_added
from accounts.actions.recoveries import cancel_open_recovery
from accounts.factors import passkeys
from accounts.factors.passkeys import Challenge
from accounts.models import Passkey, User
from accounts.sessions.devices import device_name
from audit.actors import Actor, ActorKind
from audit.recording import audited
from console.refusal import Refused

# Of one account: more than anybody has devices, and few enough for one answer of a browser.
MOST = 20


@audited("account.factor_added")
def add_passkey(*, user: User, answer: str, challenge: Challenge | None, by: Actor) -> Passkey:
    """Add the passkey that the user's browser has made for ``challenge``; its name is that of its keeper or browser.

    Raises Refused for an answer that does not fit, a passkey that is known already, and beyond `MOST`.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.passkeys.count() >= MOST:
        raise Refused(_("You have %d passkeys. Remove one before you add another.") % MOST, code="too-many")
    parsed, challenge = passkeys.read_answer(answer), passkeys.required(challenge)
    try:
        with transaction.atomic():
            passkey = passkeys.register(user, parsed, challenge, device_name(by.origin.device))
    except IntegrityError:
        raise Refused(_("This passkey is in use already. Choose another device."), code="known") from None
    note_added(user, passkey, by)
    return passkey


@audited("account.signed_in")
def identify_by_passkey(*, answer: str, challenge: Challenge | None, by: Actor) -> Passkey:
    """Find out who somebody is by their passkey alone: its device must have checked who holds it (ASVS 6.3.3).

    As with each second factor that is proven, a recovery that waits is stopped. Raises Refused: for a passkey that
    nobody has or that counts beside a password only, for a locked account and for an answer that does not fit in the
    same words.
    """
    parsed, challenge = passkeys.read_answer(answer), passkeys.required(challenge)
    found = passkeys.find(parsed)
    if found is None or not found.verifies or not passkeys.names_its_user(found, parsed):
        raise passkeys.refusal()
    user = User.objects.select_for_update().get(pk=found.user_id)
    passkey = passkeys.verify(user, parsed, challenge)
    if not user.is_active:
        raise passkeys.refusal()
    cancel_open_recovery(passkey, replace(by, kind=ActorKind.USER, user=user))
    return passkey
