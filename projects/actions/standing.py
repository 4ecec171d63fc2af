"""What the state of a project allows."""

from django.utils.translation import gettext as _

from console.refusal import Refused
from projects.models import Project
from projects.models.project import State


def check_active(project: Project) -> None:
    """Refuse to change anything in a project that is archived or being deleted. Raises Refused."""
    if project.state == State.ARCHIVED:
        raise Refused(
            _("%s is archived: nothing can be changed in it. Bring it back from the archive first.") % project.name,
            code="archived",
        )
    check_staying(project)


def check_staying(project: Project) -> None:
    """Refuse what makes no sense in a project that is being deleted. Raises Refused."""
    if project.state == State.DELETING:
        raise Refused(
            _("%s is being deleted: nothing can be changed in it. Undo the deletion first.") % project.name,
            code="deleting",
        )
