"""The events of billing in words, and how the filter of a log groups them (audit.lines)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line
from billing.lines.funds import FUNDS
from billing.lines.invoices import INVOICES
from billing.lines.payments import PAYMENTS
from billing.lines.plans import PLANS

LINES: Mapping[str, Line] = {**PLANS, **FUNDS, **PAYMENTS, **INVOICES}

GROUPS = (("billing", _("Billing"), LINES),)
