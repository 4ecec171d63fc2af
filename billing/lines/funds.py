"""Events of funds in words."""

from collections.abc import Mapping

from audit.lines import Line

FUNDS: Mapping[str, Line] = {}
