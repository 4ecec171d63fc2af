"""What a service comes with: kept, shown to who may operate it, and forgotten."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from console.sealing import Unreadable
from console.text import one_line
from organizations.actors import Actor
from organizations.roles import Permission
from projects.actions.locking import lock_service
from projects.models import Output, Service
from projects.models.service import OUTPUT_NAME_LENGTH, OUTPUT_VALUE_LENGTH
from projects.provisioners.base import Found

# A backend that reports more is not listened to for the rest.
MOST_OUTPUTS = 50


@audited("service.outputs_shown")
def show_outputs(*, service: Service, by: Actor) -> list[Found]:
    """What a service comes with, opened; what is shown once is forgotten by that, and empty from then on.

    Raises Refused where something cannot be opened any more, for then nothing is shown, nor forgotten.
    """
    service, by = lock_service(service, by, Permission.OPERATE_SERVICES)
    outputs = list(service.outputs.select_for_update().order_by("id"))
    try:
        found = [_opened(output) for output in outputs]
    except Unreadable:
        raise Refused(
            _("What is kept here cannot be opened any more: the key is gone. Write to us."), code="unreadable"
        ) from None
    for output in outputs:
        if output.is_secret and (output.sealed or not output.shown_once):
            output.sealed = "" if output.shown_once else output.sealed
            output.shown_at = timezone.now()
            output.save(update_fields=["sealed", "shown_at"])
    record(
        "service.outputs_shown",
        by=by,
        organization_id=service.organization_id,
        target=service,
        after={"names": [output.name for output in outputs]},
    )
    return found


def keep_outputs(service: Service, outputs: Sequence[Found]) -> None:
    """Keep what a locked service comes with: a name that it has already gets the new value (rotation).

    Of one that is deleted nothing is kept.
    """
    if not service.is_present:
        service.outputs.all().delete()
        return
    named = {one_line(found.name, OUTPUT_NAME_LENGTH): found for found in outputs}
    known = {output.name: output for output in service.outputs.all()}
    for name, found in named.items():
        if name in known or (name and len(known) < MOST_OUTPUTS):
            known[name] = known.get(name) or Output(service=service, name=name)
            _fill(known[name], found)


def _fill(output: Output, found: Found) -> None:
    output.shown_once, output.shown_at = found.shown_once, None
    if found.is_secret or found.shown_once:
        output.close(found.value)
    else:
        output.is_secret, output.sealed, output.value = False, "", found.value[:OUTPUT_VALUE_LENGTH]
    output.save()


def _opened(output: Output) -> Found:
    return Found(name=output.name, value=output.open(), is_secret=output.is_secret, shown_once=output.shown_once)
