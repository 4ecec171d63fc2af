"""What was done to entitlements, in words."""

from collections.abc import Mapping

from audit.lines import Line

ENTITLEMENTS: Mapping[str, Line] = {}
