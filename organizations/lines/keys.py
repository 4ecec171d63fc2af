"""API keys and what is done with them, and where the log is sent."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

TOPIC = "keys"

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
    "api_key.denied": Line(TOPIC, "shield-alert", _("API key"), _("An API key was not accepted")),
}
