"""API keys and what is done with them, and where the log is sent."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.lines import Line, Names, Told

TOPIC = "keys"

# Why a key was not accepted, by the code of the problem that the program got (docs/api.md, *Who is not let in*).
REASONS: Mapping[str, Any] = {
    "account-locked": _("the account of its holder is locked"),
    "closed": _("the organization is closed"),
    "expired": _("it has expired"),
    "former-member": _("its holder is no longer a member"),
    "network": _("network not allowed"),
    "no-secret": _("it has no secret yet"),
    "repeated-arguments": _("an argument stood twice"),
    "revoked": _("it is revoked"),
    "second-factor": _("its holder has no second factor"),
    "signature-expired": _("the signature had expired"),
    "signature-too-long": _("the signature expired too late"),
    "signature-used": _("the signature was used before"),
    "token-expired": _("the token had expired"),
    "unsigned-arguments": _("not all arguments were signed"),
    "wrong-key": _("wrong secret"),
    "wrong-signature": _("wrong signature"),
}


def _reason(event: Told, names: Names) -> Mapping[str, str]:
    code = str(event["after"]["code"])
    return {"reason": str(REASONS.get(code, code))}


KEYS: Mapping[str, Line] = {
    "api_key.created": Line(TOPIC, "key-round", _("API key made"), named=_("Made the API key %(target)s")),
    "api_key.secret_made": Line(
        TOPIC, "key-round", _("Secret of an API key made"), named=_("Made the secret of the API key %(target)s")
    ),
    "api_key.edited": Line(TOPIC, "pencil", _("API key edited"), named=_("Edited the API key %(target)s")),
    "api_key.rotated": Line(
        TOPIC,
        "refresh-cw",
        _("Secret of an API key replaced"),
        named=_("Replaced the secret of the API key %(target)s"),
    ),
    "api_key.revoked": Line(TOPIC, "ban", _("API key revoked"), named=_("Revoked the API key %(target)s")),
    "api_key.expired": Line(TOPIC, "hourglass", _("API key expired"), named=_("The API key %(target)s has expired")),
    "api_key.used": Line(
        TOPIC,
        "map-pin",
        _("API key used from a new address"),
        named=_("The API key %(target)s was used from a new address"),
    ),
    "api_token.created": Line(TOPIC, "ticket", _("API token made")),
    "api_token.ended": Line(TOPIC, "ticket-x", _("API token ended")),
    "api_key.denied": Line(
        TOPIC, "shield-alert", _("API key"), _("The API key %(target)s was not accepted: %(reason)s"), words=_reason
    ),
}
