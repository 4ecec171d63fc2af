"""Value-added tax: whether it is due, where, and at which rate.

Rules of the European Union for services by electronic means (Directive 2006/112/EC, articles 44, 58 and 196), and for
sellers elsewhere those of their own country. What a buyer's number says is checked where it is typed.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Treatment(models.TextChoices):
    """How a charge is taxed."""

    DOMESTIC = "domestic", _("VAT of the country")
    REVERSE_CHARGE = "reverse_charge", _("reverse charge")
    OUTSIDE = "outside", _("outside the scope of VAT")
    # The seller has no VAT number.
    NONE = "none", _("without VAT")
