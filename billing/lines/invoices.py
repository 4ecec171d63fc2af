"""Events of invoices in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

INVOICES: Mapping[str, Line] = {
    "invoice.issued": Line(
        "billing", "receipt-text", _("An invoice was issued"), named=_("The invoice %(target)s was issued")
    ),
    "credit_note.issued": Line(
        "billing",
        "receipt-text",
        _("A credit note was issued"),
        _("Tried to issue a credit note"),
        named=_("The credit note %(target)s was issued"),
    ),
    "invoicing.edited": Line(
        "billing",
        "file-pen-line",
        _("Changed how invoices are made out"),
        _("Tried to change how invoices are made out"),
    ),
    "invoice_recipient.added": Line(
        "billing",
        "mail-plus",
        _("Added a recipient of invoices"),
        _("Tried to add a recipient of invoices"),
        named=_("Added %(target)s as a recipient of invoices"),
    ),
    "invoice_recipient.removed": Line(
        "billing",
        "mail-minus",
        _("Removed a recipient of invoices"),
        _("Tried to remove a recipient of invoices"),
        named=_("Removed %(target)s as a recipient of invoices"),
    ),
}
