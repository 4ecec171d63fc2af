"""What was done to customers of the directory, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

CUSTOMERS: Mapping[str, Line] = {
    "customer.import_checked": Line(
        "", "file-search", _("File of customers looked at"), named=_("Looked at the file of customers %(target)s")
    ),
    "customer.imported": Line(
        "", "file-check", _("File of customers applied"), named=_("Applied the file of customers %(target)s")
    ),
    "customer.recreated": Line(
        "",
        "building-2",
        _("Organization made from the directory of customers"),
        _("The organization could not be made from the directory of customers"),
        named=_("Made the organization of the customer %(target)s from the directory"),
    ),
    "customer.updated": Line(
        "",
        "refresh-cw",
        _("Entitlements, contacts and tickets changed by the directory of customers"),
    ),
    "customer.joined": Line(
        "",
        "user-plus",
        _("Joined as somebody of the customer"),
        _("Somebody of the customer could not be let in"),
        named=_("%(target)s joined as somebody of the customer"),
    ),
    "customer.reset": Line(
        "",
        "rotate-ccw",
        _("Customer may be made once more"),
        named=_("Let the organization of %(target)s be made once more"),
    ),
    "customer.forgotten": Line(
        "",
        "user-x",
        _("Customer taken out of the directory"),
        named=_("Took the customer %(target)s out of the directory"),
    ),
}
