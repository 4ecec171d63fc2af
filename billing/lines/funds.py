"""Events of funds in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

FUNDS: Mapping[str, Line] = {
    "promotion.given": Line(
        "billing",
        "gift",
        _("Promotional credit given"),
        _("Refused to give promotional credit"),
        named=_("Promotional credit given: %(target)s"),
    ),
    "promotion.ended": Line(
        "billing", "timer-off", _("Promotional credit ended"), named=_("Promotional credit ended: %(target)s")
    ),
    "credit.given": Line("billing", "hand-coins", _("Credit given by our staff"), _("Refused to give credit")),
    "entry.corrected": Line(
        "billing", "file-pen-line", _("Entry of the funds corrected"), _("Refused to correct an entry of the funds")
    ),
}
