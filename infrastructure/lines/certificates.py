"""What was done to certificates, in words."""

from collections.abc import Mapping

from audit.lines import Line

CERTIFICATES: Mapping[str, Line] = {}
