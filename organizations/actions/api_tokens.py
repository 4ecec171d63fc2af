"""Tokens: what a program gets for its key, so that the secret itself is sent once in a while, not with everything."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console import credentials
from console.refusal import Refused
from console.sealing import fingerprint
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import ApiKey, ApiToken
from organizations.models.api_key import TOKEN_PREFIX, TOKEN_PURPOSE

TOKEN_LENGTH = 40
MINUTES = 15
LONGEST_MINUTES = 60
# Living tokens of one key: a program that asks for one with each request notices.
MOST_TOKENS = 100


@dataclass(frozen=True)
class IssuedToken:
    """A token with what opens: the only time that it is seen."""

    row: ApiToken
    token: str = field(repr=False)


@audited("api_token.created")
def make_token(*, key: ApiKey, minutes: int = MINUTES, until: datetime | None = None, by: Actor) -> IssuedToken:
    """Make a token that stands for a key for so many ``minutes``, 1 to 60.

    ``key``: as it was when its secret was shown; ``until``: when that secret ends, where it is a former one: the token
    does not outlive it, nor the key. Raises Refused for a secret that was replaced at this moment, and for more tokens
    than a hundred.
    """
    organization, by = lock(key.organization_id, by)
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise Refused(_("A token lives for 1 to %d minutes.") % LONGEST_MINUTES, code="minutes", field="minutes")
    if by.key is None or by.key.pk != key.pk or by.key.secret_made_at != key.secret_made_at:
        raise Refused(_("The key was given another secret at this moment. Ask again with that."), code="rotated")
    now = timezone.now()
    if ApiToken.objects.filter(key=key, expires_at__gt=now).count() >= MOST_TOKENS:
        raise Refused(
            _("This key has %d tokens that live. Use one until it expires, or end some.") % MOST_TOKENS,
            code="too-many-tokens",
        )
    ends = min(end for end in (now + timedelta(minutes=minutes), until, by.key.expires_at) if end)
    if ends <= now:
        raise Refused(_("The secret ended at this moment. Ask again with the present one."), code="rotated")
    token = credentials.make(TOKEN_PREFIX, TOKEN_LENGTH)
    row = ApiToken.objects.create(key=key, digest=fingerprint(token, purpose=TOKEN_PURPOSE), expires_at=ends)
    record("api_token.created", by=by, organization_id=organization.pk, target=row)
    return IssuedToken(row, token)


@audited("api_token.ended")
def end_token(*, token: ApiToken, by: Actor) -> ApiToken:
    """End a token before its time."""
    organization, by = lock(token.key.organization_id, by)
    record("api_token.ended", by=by, organization_id=organization.pk, target=token)
    ApiToken.objects.filter(pk=token.pk).delete()
    return token
