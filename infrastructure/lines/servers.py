"""What was done to servers, in words."""

from collections.abc import Mapping

from audit.lines import Line

SERVERS: Mapping[str, Line] = {}
