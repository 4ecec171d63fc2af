"""What was done to tickets, in words."""

from collections.abc import Mapping

from audit.lines import Line

TICKETS: Mapping[str, Line] = {}
