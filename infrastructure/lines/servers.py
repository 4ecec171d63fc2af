"""What was done to servers, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line, Names, Told

TOPIC = "infrastructure"


def _versions(event: Told, names: Names) -> Mapping[str, str]:
    return {"before": str(event["before"]["version"]), "after": str(event["after"]["version"])}


SERVERS: Mapping[str, Line] = {
    "server_token.made": Line(TOPIC, "key-round", _("Connection token for a server made")),
    "server_token.revoked": Line(TOPIC, "circle-off", _("Connection token for a server revoked")),
    "server.connected": Line(TOPIC, "server", _("Server connected"), named=_("Connected the server %(target)s")),
    "server.reconnected": Line(
        TOPIC, "refresh-cw", _("Server connected again"), named=_("Connected the server %(target)s again")
    ),
    "server.disconnected": Line(
        TOPIC, "unplug", _("Server disconnected"), named=_("Disconnected the server %(target)s")
    ),
    "server.version_changed": Line(
        TOPIC,
        "circle-arrow-up",
        _("Version of a server changed"),
        named=_("The server %(target)s runs version %(after)s; it was %(before)s"),
        words=_versions,
    ),
}
