"""Events of invoices in words."""

from collections.abc import Mapping

from audit.lines import Line

INVOICES: Mapping[str, Line] = {}
