"""What projects and services let await people behind the bell."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.news import NotificationKind
from projects.levels import Level
from projects.models.grant import GRANTED_NOTICE
from projects.models.operation import Verb
from projects.models.service import FAILED_NOTICE, REPLACED_NOTICE, SETTLED_NOTICE

type Names = Mapping[str, str]

DONE: Final[Mapping[str, Callable[[], str]]] = {
    Verb.CREATE: lambda: _("%(service)s in %(project)s is running."),
    Verb.START: lambda: _("%(service)s in %(project)s is running again."),
    Verb.RESIZE: lambda: _("%(service)s in %(project)s has its new size."),
    Verb.STOP: lambda: _("%(service)s in %(project)s is stopped."),
    Verb.DELETE: lambda: _("%(service)s in %(project)s is deleted."),
}
FAILED: Final[Mapping[str, Callable[[], str]]] = {
    Verb.CREATE: lambda: _("%(service)s in %(project)s could not be created."),
    Verb.START: lambda: _("%(service)s in %(project)s could not be started."),
    Verb.RESIZE: lambda: _("%(service)s in %(project)s could not be resized."),
    Verb.STOP: lambda: _("%(service)s in %(project)s could not be stopped."),
    Verb.DELETE: lambda: _("%(service)s in %(project)s could not be deleted."),
}


def _settled(names: Names) -> str:
    """Names: ``service``, ``project``, and the ``verb`` that is done."""
    return DONE[names["verb"]]() % names


def _failed(names: Names) -> str:
    """Names: ``service``, ``project``, and the ``verb`` that failed."""
    return FAILED[names["verb"]]() % names


def _replaced(names: Names) -> str:
    """Names: ``service``, ``project``, and ``person``, who deletes it; nobody where the system does."""
    if names.get("person"):
        return _("%(person)s deletes %(service)s in %(project)s. What you asked for is not done any more.") % names
    return _("%(service)s in %(project)s is being deleted. What you asked for is not done any more.") % names


def _granted(names: Names) -> str:
    """Names: ``project``, ``organization``, the ``level``, and ``person``, who granted it, where a member did."""
    told = {**names, "level": Level(names["level"]).label}
    if names.get("person"):
        return _("%(person)s granted you the project %(project)s of %(organization)s: %(level)s.") % told
    return _("You were granted the project %(project)s of %(organization)s: %(level)s.") % told


NOTIFICATIONS: Final = (
    NotificationKind(
        key=GRANTED_NOTICE,
        label=gettext_lazy("Project granted"),
        icon="boxes",
        sentence=_granted,
        action=gettext_lazy("See project"),
        order=55,
        is_news=True,
    ),
    NotificationKind(
        key=FAILED_NOTICE,
        label=gettext_lazy("Service failed"),
        icon="triangle-alert",
        sentence=_failed,
        action=gettext_lazy("See service"),
        order=60,
        is_news=True,
    ),
    NotificationKind(
        key=SETTLED_NOTICE,
        label=gettext_lazy("Service ready"),
        icon="circle-check",
        sentence=_settled,
        action=gettext_lazy("See service"),
        order=70,
        is_news=True,
    ),
    NotificationKind(
        key=REPLACED_NOTICE,
        label=gettext_lazy("Service deleted by somebody else"),
        icon="trash-2",
        sentence=_replaced,
        action=gettext_lazy("See service"),
        order=80,
        is_news=True,
    ),
)
