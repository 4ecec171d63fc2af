"""What was done to certificates, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line, Names, Told


def _domain(event: Told, names: Names) -> Mapping[str, str]:
    return {"domain": str((event["after"] or event["before"])["domain"])}


CERTIFICATES: Mapping[str, Line] = {
    "certificate.added": Line(
        "infrastructure", "badge-check", _("Certificate added"), named=_("Certificate %(target)s added")
    ),
    "certificate.renewed": Line(
        "infrastructure", "refresh-cw", _("Certificate renewed"), named=_("Certificate %(target)s renewed")
    ),
    "certificate.used": Line(
        "infrastructure",
        "link",
        _("Certificate used by a domain"),
        named=_("Certificate %(target)s used by %(domain)s"),
        words=_domain,
    ),
    "certificate.unused": Line(
        "infrastructure",
        "unlink",
        _("Certificate no longer used by a domain"),
        named=_("Certificate %(target)s no longer used by %(domain)s"),
        words=_domain,
    ),
    "certificate.removed": Line(
        "infrastructure", "trash-2", _("Certificate removed"), named=_("Certificate %(target)s removed")
    ),
}
