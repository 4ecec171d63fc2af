"""What was done to registrations, in words."""

from collections.abc import Mapping

from audit.lines import Line

REGISTRATIONS: Mapping[str, Line] = {}
