"""What was done to contacts, in words."""

from collections.abc import Mapping

from audit.lines import Line

CONTACTS: Mapping[str, Line] = {}
