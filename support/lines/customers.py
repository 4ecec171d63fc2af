"""What was done to customers of the directory, in words."""

from collections.abc import Mapping

from audit.lines import Line

CUSTOMERS: Mapping[str, Line] = {}
