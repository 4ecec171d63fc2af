"""How somebody has signed in, in words: "password and authenticator app"."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.factors import KINDS
from accounts.providers import provider_name

# allauth's name for a sign-in through a provider.
PROVIDER = "socialaccount"


def sign_in_methods(records: Iterable[Mapping[str, Any]]) -> str:
    """Name what a session was signed in with (`accounts.models.Session.methods`), each once, in order.

    What was given again later, for a sensitive change, is no part of the sign-in.
    """
    names = [_name(record) for record in records if not record.get("reauthenticated")]
    return str(capfirst(", ".join(dict.fromkeys(filter(None, names)))))


def _name(record: Mapping[str, Any]) -> str:
    method = record.get("method")
    if method == "password":
        return _("password")
    if method == PROVIDER:
        return provider_name(str(record.get("provider", "")))
    return next((str(kind.label) for kind in KINDS if kind.key == method), "")
