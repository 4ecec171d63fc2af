"""What happens to services."""

from collections.abc import Mapping

from audit.lines import Line

TOPIC = "services"

SERVICES: Mapping[str, Line] = {}
