"""What was done about people who have not registered, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.lines import Line, Names, Told


def _how_many(event: Told, names: Names) -> Mapping[str, str]:
    people = int(event["after"]["people"])
    return {"people": ngettext("%d person", "%d people", people) % people}


REGISTRATIONS: Mapping[str, Line] = {
    "registration.reminded": Line(
        "",
        "mail",
        _("People of the customer reminded to register"),
        _("Reminding people of the customer was refused"),
        named=_("Reminded %(people)s to register"),
        words=_how_many,
    ),
}
