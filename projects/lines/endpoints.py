"""What staff do with the company's backends: in the log of the deployment, which no page of an organization shows."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

TOPIC = "security"

ENDPOINTS: Mapping[str, Line] = {
    "endpoint.made": Line(TOPIC, "webhook", _("Endpoint made"), named=_("Made the endpoint %(target)s")),
    "endpoint.changed": Line(TOPIC, "webhook", _("Endpoint changed"), named=_("Changed the endpoint %(target)s")),
    "endpoint.secret_renewed": Line(
        TOPIC,
        "refresh-cw",
        _("Secret of an endpoint renewed"),
        named=_("Renewed the secret of the endpoint %(target)s"),
    ),
    "endpoint.former_secret_ended": Line(
        TOPIC,
        "circle-off",
        _("Former secret of an endpoint ended"),
        named=_("Ended the former secret of the endpoint %(target)s"),
    ),
    "endpoint.switched_off": Line(
        TOPIC, "circle-off", _("Endpoint switched off"), named=_("Switched the endpoint %(target)s off")
    ),
    "endpoint.switched_on": Line(
        TOPIC, "circle-check", _("Endpoint switched on"), named=_("Switched the endpoint %(target)s on")
    ),
    "endpoint.tested": Line(TOPIC, "circle-check", _("Endpoint tested"), named=_("Tested the endpoint %(target)s")),
}
