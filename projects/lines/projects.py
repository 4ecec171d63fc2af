"""What happens to projects."""

from collections.abc import Mapping

from audit.lines import Line

TOPIC = "projects"

PROJECTS: Mapping[str, Line] = {}
