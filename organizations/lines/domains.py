"""Domain names: added, proven and lost, and who joins by them."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.lines import Line, Names, Told
from organizations.lines.wording import role_word
from organizations.models.domain import Joining


def _what_happens(event: Told, names: Names) -> Mapping[str, str]:
    """What happens to people with an address there from now on."""
    joining = Joining(event["after"]["joining"])
    if joining == Joining.JOIN:
        return {"what": gettext("they join as %s") % role_word(event["after"]["role"], names)}
    return {"what": str(joining.label)}


DOMAINS: Mapping[str, Line] = {
    "domain.added": Line("domains", "globe", _("Domain added"), named=_("Domain added: %(target)s")),
    "domain.checked": Line("domains", "search", _("Domain checked"), named=_("Domain checked: %(target)s")),
    "domain.proven": Line("domains", "badge-check", _("Domain proven"), named=_("Domain proven: %(target)s")),
    "domain.missing": Line(
        "domains", "triangle-alert", _("Record of a domain gone"), named=_("Record of the domain gone: %(target)s")
    ),
    "domain.found": Line(
        "domains", "circle-check", _("Record of a domain back"), named=_("Record of the domain back: %(target)s")
    ),
    "domain.lost": Line(
        "domains", "circle-off", _("Domain no longer proven"), named=_("Domain no longer proven: %(target)s")
    ),
    "domain.given_up": Line(
        "domains",
        "circle-off",
        _("Record of a domain no longer looked for"),
        named=_("Record of the domain no longer looked for: %(target)s"),
    ),
    "domain.joining_changed": Line(
        "domains",
        "door-open",
        _("Joining by a domain changed"),
        named=_("What happens to people with an address at %(target)s: %(what)s"),
        words=_what_happens,
    ),
    "domain.removed": Line("domains", "trash-2", _("Domain removed"), named=_("Domain removed: %(target)s")),
}
