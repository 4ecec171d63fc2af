"""Members, requests to join."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import SOMEBODY_GONE, Line
from organizations.lines.wording import member


def _of_member(icon: str, done: object, named: object) -> Line:
    return Line("people", icon, done, named=named, words=member, nameless=SOMEBODY_GONE)


def _of_request(icon: str, done: object, named: object) -> Line:
    return Line("people", icon, done, named=named, nameless=SOMEBODY_GONE)


PEOPLE: Mapping[str, Line] = {
    "membership.joined": _of_member(
        "user-plus", _("Joined with a verified domain"), _("%(target)s joined with a verified domain")
    ),
    "membership.left": _of_member("log-out", _("Left the organization"), _("%(target)s left the organization")),
    "membership.removed": _of_member("user-minus", _("Member removed"), _("Removed %(target)s")),
    "membership.ended": _of_member("calendar-x", _("Membership ended"), _("The membership of %(target)s ended")),
    "membership.end_set": _of_member(
        "calendar-clock", _("End of a membership changed"), _("Changed when the membership of %(target)s ends")
    ),
    "join_request.created": _of_request("hand", _("Request to join sent"), _("%(target)s asked to join")),
    "join_request.approved": _of_request(
        "user-check", _("Request to join approved"), _("Approved the request of %(target)s to join")
    ),
    "join_request.declined": _of_request(
        "user-x", _("Request to join declined"), _("Declined the request of %(target)s to join")
    ),
    "join_request.withdrawn": _of_request(
        "undo-2", _("Request to join withdrawn"), _("%(target)s withdrew the request to join")
    ),
    "join_request.lapsed": _of_request(
        "timer-off", _("Request to join no longer needed"), _("The request of %(target)s to join is no longer needed")
    ),
}
