"""The events of infrastructure in words, and how the filter of a log groups them (audit.lines)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line
from infrastructure.lines.certificates import CERTIFICATES
from infrastructure.lines.engines import ENGINES
from infrastructure.lines.servers import SERVERS

LINES: Mapping[str, Line] = {**CERTIFICATES, **ENGINES, **SERVERS}

GROUPS = (("infrastructure", _("Infrastructure"), LINES),)
