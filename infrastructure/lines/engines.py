"""What was done to engines, in words."""

from collections.abc import Mapping

from audit.lines import Line

ENGINES: Mapping[str, Line] = {}
