"""What was done to storage engines, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

TOPIC = "infrastructure"


def _line(icon: str, done: object, named: object) -> Line:
    return Line(TOPIC, icon, done, named=named)


ENGINES: Mapping[str, Line] = {
    "engine.added": _line("database", _("Storage engine added"), _("Added the storage engine %(target)s")),
    "engine.changed": _line("database-zap", _("Storage engine changed"), _("Changed the storage engine %(target)s")),
    "engine.default_set": _line(
        "star", _("Default storage engine set"), _("Made the storage engine %(target)s the default")
    ),
    "engine.checked": _line("activity", _("Storage engine checked"), _("Checked the storage engine %(target)s")),
    "engine.tested": Line(TOPIC, "plug-zap", _("Connection to a storage engine tested")),
    "engine.removed": _line("trash-2", _("Storage engine removed"), _("Removed the storage engine %(target)s")),
    "engine.linked": _line(
        "link", _("Project linked to a storage engine"), _("Linked the project %(target)s to a storage engine")
    ),
    "engine.unlinked": _line(
        "unlink",
        _("Project uses the default storage engine"),
        _("Let the project %(target)s use the default storage engine"),
    ),
}
