"""Looking a key up by its public name, and opening its secrets."""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from console.credentials import is_well_formed
from console.sealing import Unreadable, unseal
from organizations.api.authentication.shown import Denied
from organizations.models import ApiKey
from organizations.models.api_key import KEY_PREFIX, PURPOSE

log = logging.getLogger(__name__)

# What the checks ask of a key: its organization, its holder and what that may do, in one query.
BESIDES = ("organization", "membership__user", "membership__organization", "membership__custom_role")


def find_key(access_id: str) -> ApiKey:
    """The key of that public name, over or not; raises Denied where there is none, without saying so."""
    # A name that is none costs no query, and brings nothing to the database that it could not hold.
    if not is_well_formed(access_id, KEY_PREFIX):
        raise wrong_key()
    key = ApiKey.objects.select_related(*BESIDES).filter(access_id=access_id).first()
    if key is None:
        raise wrong_key()
    return key


def secrets_of(key: ApiKey) -> Iterator[tuple[bytes, datetime | None]]:
    """The secrets that open at this moment, each with when it ends: the present one, and the former one for its time.

    One whose encryption key was taken away opens nothing; that is for whoever runs this console to mend.
    """
    former_until = key.former_until if key.former_until and key.former_until > timezone.now() else None
    for sealed, until in ((key.secret, None), (key.former_secret if former_until else "", former_until)):
        if sealed:
            try:
                yield unseal(sealed, purpose=PURPOSE).encode(), until
            except Unreadable:
                log.critical("The secret of API key %s does not open: is a key of ENCRYPTION_KEYS missing?", key.pk)


def wrong_key(key: ApiKey | None = None) -> Denied:
    """One answer for a key that is not there and for a wrong secret."""
    return Denied("wrong-key", _("There is no such key, or this is not its secret."), key=key)
