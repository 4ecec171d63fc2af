"""The events of support in words, and how the filter of a log groups them (audit.lines)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line
from support.lines.answers import ANSWERS
from support.lines.contacts import CONTACTS
from support.lines.customers import CUSTOMERS
from support.lines.entitlements import ENTITLEMENTS
from support.lines.registrations import REGISTRATIONS
from support.lines.tickets import TICKETS

LINES: Mapping[str, Line] = {**ANSWERS, **CONTACTS, **CUSTOMERS, **ENTITLEMENTS, **REGISTRATIONS, **TICKETS}

GROUPS = (("support", _("Support"), LINES),)
