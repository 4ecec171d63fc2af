"""Secrets of keys: the first one, and the next (ASVS 13.3.4: they can be rotated without an interruption)."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console import credentials
from console.refusal import Refused
from console.sealing import seal
from organizations.actions.api_keys.rules import check_reach, lock_own
from organizations.actors import Actor
from organizations.models import ApiKey
from organizations.models.api_key import LONGEST_OVERLAP, PURPOSE, SECRET_LENGTH, SECRET_PREFIX

LONGEST_OVERLAP_HOURS = int(LONGEST_OVERLAP.total_seconds()) // 3600


@dataclass(frozen=True)
class Issued:
    """A key with the secret that was just made for it: the only time that it is seen."""

    key: ApiKey
    secret: str = field(repr=False)


def issue(key: ApiKey) -> Issued:
    """Give a key a new secret, which the caller saves."""
    secret = credentials.make(SECRET_PREFIX, SECRET_LENGTH)
    key.secret, key.secret_made_at = seal(secret, purpose=PURPOSE), timezone.now()
    return Issued(key, secret)


@audited("api_key.secret_made")
def make_secret(*, key: ApiKey, by: Actor) -> Issued:
    """Make the first secret of a first pair. Raises Refused for a key that has one, and for somebody else's."""
    key, by = lock_own(key, by)
    if key.secret:
        raise Refused(
            _("This key has a secret already. If you do not have it any more, rotate it."), code="secret-made"
        )
    check_reach(key, by)
    issued = issue(key)
    key.save(update_fields=["secret", "secret_made_at"])
    record("api_key.secret_made", by=by, organization_id=key.organization_id, target=key)
    return issued


@audited("api_key.rotated")
def rotate_secret(*, key: ApiKey, overlap_hours: int = 0, seen: str = "", by: Actor) -> Issued:
    """Give a key another secret. The former one goes on for ``overlap_hours`` (0 to 168), one before that no more.

    ``seen``: the version of the key that the form showed (`ApiKey.version`), so that a form that is sent twice rotates
    once; empty where nobody looked. Tokens that were made before are dead. Raises Refused for a key without a secret,
    for somebody else's, and for another length of time.
    """
    key, by = lock_own(key, by)
    if not key.secret:
        raise Refused(_("This key has no secret yet. Make its first one."), code="no-secret")
    if seen not in {"", key.version}:
        raise Refused(
            _("This key was rotated a moment ago; its new secret was shown then. If nobody has it, rotate once more."),
            code="changed",
        )
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        raise Refused(
            _("Let the former secret go on for at most %d hours.") % LONGEST_OVERLAP_HOURS,
            code="overlap",
            field="overlap_hours",
        )
    check_reach(key, by)
    # A token does not say which secret it came from; whoever still has one gets another.
    key.tokens.all().delete()
    key.former_secret = key.secret if overlap_hours else ""
    key.former_until = timezone.now() + timedelta(hours=overlap_hours) if overlap_hours else None
    issued = issue(key)
    key.save(update_fields=["secret", "secret_made_at", "former_secret", "former_until"])
    record(
        "api_key.rotated",
        by=by,
        organization_id=key.organization_id,
        target=key,
        after={"overlap_hours": overlap_hours},
    )
    return issued
