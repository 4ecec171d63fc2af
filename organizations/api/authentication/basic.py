"""HTTP Basic (RFC 7617): the key as the user name, its secret as the password."""

import base64
import binascii
import hmac

from django.utils.translation import gettext as _

from console.origin import OriginRequest
from organizations.api.authentication.checks import check_not_over
from organizations.api.authentication.keys import find_key, secrets_of, wrong_key
from organizations.api.authentication.shown import Denied, Shown


def read(credentials: str, request: OriginRequest) -> Shown:
    """The key whose secret was sent; raises Denied."""
    try:
        access_id, _colon, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise Denied(
            "bad-credentials", _("What follows Basic is the base64 of the key, a colon and its secret.")
        ) from None
    key = find_key(access_id)
    check_not_over(key)
    sent = secret.encode()
    for known, until in secrets_of(key):
        if hmac.compare_digest(known, sent):
            return Shown(key=key, until=until)
    raise wrong_key(key)
