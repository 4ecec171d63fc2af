"""What was done to entitlements, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

ENTITLEMENTS: Mapping[str, Line] = {
    "entitlement.added": Line(
        "support",
        "file-badge",
        _("An entitlement was added"),
        _("Tried to add an entitlement"),
        named=_("The entitlement %(target)s was added"),
    ),
    "entitlement.changed": Line(
        "support",
        "file-badge",
        _("An entitlement was changed"),
        _("Tried to change an entitlement"),
        named=_("The entitlement %(target)s was changed"),
    ),
    "entitlement.removed": Line(
        "support",
        "file-badge",
        _("An entitlement was removed"),
        _("Tried to remove an entitlement"),
        named=_("The entitlement %(target)s was removed"),
    ),
}
