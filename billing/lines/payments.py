"""Events of payments in words."""

from collections.abc import Mapping

from audit.lines import Line

PAYMENTS: Mapping[str, Line] = {}
