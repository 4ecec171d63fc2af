"""What happens to grants."""

from collections.abc import Mapping

from audit.lines import Line

TOPIC = "projects"

GRANTS: Mapping[str, Line] = {}
