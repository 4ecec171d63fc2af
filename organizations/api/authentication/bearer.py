"""A token in place of the key and its secret (RFC 6750), for some minutes."""

from django.utils import timezone
from django.utils.translation import gettext as _

from console.credentials import is_well_formed
from console.origin import OriginRequest
from console.sealing import fingerprints
from organizations.api.authentication.checks import check_not_over
from organizations.api.authentication.keys import BESIDES
from organizations.api.authentication.shown import CHALLENGES, Denied, Shown
from organizations.models import ApiKey, ApiToken
from organizations.models.api_key import TOKEN_PREFIX, TOKEN_PURPOSE

# RFC 6750, 3.1.
_CHALLENGES = CHALLENGES.replace("Bearer ", 'Bearer error="invalid_token", ')


def read(credentials: str, request: OriginRequest) -> Shown:
    """The key that the token stands for; raises Denied."""
    if not is_well_formed(credentials, TOKEN_PREFIX):
        raise _denied("bad-credentials", _("What follows Bearer is a token: it begins with %s.") % TOKEN_PREFIX)
    # It may have been made before the newest encryption key.
    digests = fingerprints(credentials, purpose=TOKEN_PURPOSE)
    found = ApiToken.objects.select_related("key", *(f"key__{name}" for name in BESIDES)).filter(digest__in=digests)
    token = found.first()
    if token is None:
        raise _denied("wrong-token", _("There is no such token, or it has ended. Get another one with the key."))
    check_not_over(token.key)
    if token.expires_at <= timezone.now():
        raise _denied("token-expired", _("This token has expired. Get another one with the key."), token.key)
    return Shown(key=token.key, token=token)


def _denied(code: str, detail: str, key: ApiKey | None = None) -> Denied:
    # Whoever has a token, however old, had it from the key's holder.
    return Denied(code, detail, key=key, is_proven=key is not None, headers={"WWW-Authenticate": _CHALLENGES})
