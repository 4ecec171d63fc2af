"""What was done to contacts, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

CONTACTS: Mapping[str, Line] = {
    "contact.added": Line(
        "support",
        "contact",
        _("Added a contact"),
        _("Tried to add a contact"),
        named=_("Added %(target)s as a contact"),
    ),
    "contact.changed": Line(
        "support",
        "contact",
        _("Changed a contact"),
        _("Tried to change a contact"),
        named=_("Changed the contact %(target)s"),
    ),
    "contact.removed": Line(
        "support",
        "contact",
        _("Removed a contact"),
        _("Tried to remove a contact"),
        named=_("Removed the contact %(target)s"),
    ),
}
