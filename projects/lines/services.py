"""What happens to services."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line, Names, Told
from projects.models.service import State

TOPIC = "services"


def _state(event: Told, names: Names) -> Mapping[str, str]:
    return {"state": str(State(event["after"]["state"]).label)}


SERVICES: Mapping[str, Line] = {
    "service.requested": Line(
        TOPIC, "package-plus", _("Service requested"), named=_("Requested the service %(target)s")
    ),
    "service.started": Line(
        TOPIC, "play", _("Start of a service asked for"), named=_("Asked to start the service %(target)s")
    ),
    "service.stopped": Line(
        TOPIC, "square", _("Stop of a service asked for"), named=_("Asked to stop the service %(target)s")
    ),
    "service.resized": Line(
        TOPIC, "scaling", _("Another size for a service asked for"), named=_("Asked to resize the service %(target)s")
    ),
    "service.deleted": Line(
        TOPIC, "trash-2", _("Deletion of a service asked for"), named=_("Asked to delete the service %(target)s")
    ),
    "service.retried": Line(
        TOPIC, "rotate-ccw", _("Service tried again"), named=_("Tried again with the service %(target)s")
    ),
    "service.declared_gone": Line(
        TOPIC,
        "trash-2",
        _("Deletion of a service settled by our staff"),
        named=_("Settled the deletion of the service %(target)s"),
    ),
    "service.settled": Line(
        TOPIC,
        "circle-check",
        _("Service came into another state"),
        named=_("The service %(target)s is now: %(state)s"),
        words=_state,
    ),
    "service.outputs_shown": Line(
        TOPIC, "eye", _("Credentials of a service shown"), named=_("Saw the credentials of the service %(target)s")
    ),
}
