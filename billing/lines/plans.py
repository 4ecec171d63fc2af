"""Events of plans in words."""

from collections.abc import Mapping

from audit.lines import Line

PLANS: Mapping[str, Line] = {}
