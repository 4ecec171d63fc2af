"""What happens to projects."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

TOPIC = "projects"


def _line(icon: str, done: object, named: object) -> Line:
    return Line(TOPIC, icon, done, named=named)


PROJECTS: Mapping[str, Line] = {
    "project.created": _line("folder-plus", _("Project created"), _("Created the project %(target)s")),
    "project.edited": _line("folder-pen", _("Project edited"), _("Edited the project %(target)s")),
    "project.archived": _line("archive", _("Project archived"), _("Archived the project %(target)s")),
    "project.restored": _line(
        "archive-restore", _("Project brought back"), _("Brought the project %(target)s back from the archive")
    ),
    "project.deleted": _line("folder-x", _("Project deleted"), _("Deleted the project %(target)s")),
    "project.recovered": _line(
        "undo-2", _("Deletion of a project undone"), _("Undid the deletion of the project %(target)s")
    ),
    "project.ended": _line("trash-2", _("Project gone for good"), _("The project %(target)s is gone for good")),
}
