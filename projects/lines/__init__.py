"""The events of projects in words, and how the filter of a log groups them (audit.lines)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line
from projects.lines.catalogue import CATALOGUE
from projects.lines.endpoints import ENDPOINTS
from projects.lines.grants import GRANTS
from projects.lines.projects import PROJECTS
from projects.lines.services import SERVICES

LINES: Mapping[str, Line] = {**PROJECTS, **GRANTS, **SERVICES, **ENDPOINTS, **CATALOGUE}

GROUPS = (
    ("projects", _("Projects"), {**PROJECTS, **GRANTS}),
    ("services", _("Services"), SERVICES),
)
