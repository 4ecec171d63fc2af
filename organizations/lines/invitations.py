"""Invitations, and lists of them."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import SOMEBODY_GONE, Line, Names, Told
from organizations.lines.wording import given_role

TOPIC = "invitations"


def _line(icon: str, done: object, named: object) -> Line:
    return Line(TOPIC, icon, done, named=named, nameless=SOMEBODY_GONE)


def _rows(event: Told, names: Names) -> Mapping[str, str]:
    return {"number": str(event["after"]["rows"])}


INVITATIONS: Mapping[str, Line] = {
    "invitation.created": Line(
        TOPIC,
        "mail-plus",
        _("Invitation sent"),
        named=_("Invited %(target)s as %(role)s"),
        words=given_role,
        nameless=SOMEBODY_GONE,
    ),
    "invitation.resent": _line("send", _("Invitation sent again"), _("Sent the invitation to %(target)s again")),
    "invitation.reminded": _line("bell", _("Invited person reminded"), _("Reminded %(target)s of the invitation")),
    "invitation.accepted": _line("mail-check", _("Invitation accepted"), _("%(target)s accepted the invitation")),
    "invitation.declined": _line("mail-x", _("Invitation declined"), _("%(target)s declined the invitation")),
    "invitation.revoked": _line("ban", _("Invitation revoked"), _("Revoked the invitation to %(target)s")),
    "invitation.expired": _line("timer-off", _("Invitation expired"), _("The invitation to %(target)s expired")),
    "invitation.bounced": _line(
        "mail-warning", _("Invitation came back"), _("The invitation to %(target)s could not be delivered")
    ),
    "invitation.renewal_asked": _line(
        "mail-question-mark", _("New invitation asked for"), _("%(target)s asked for a new invitation")
    ),
    "invitation_batch.checked": Line(
        TOPIC, "list-checks", _("List of invitations checked"), named=_("Checked a list: %(number)s rows"), words=_rows
    ),
    "invitation_batch.confirmed": Line(
        TOPIC,
        "list-plus",
        _("List of invitations confirmed"),
        named=_("Had a list of invitations sent: %(number)s rows"),
        words=_rows,
    ),
    "invitation_batch.sent": Line(TOPIC, "list-checks", _("List of invitations sent")),
    "invitation_batch.stopped": Line(TOPIC, "list-x", _("List of invitations stopped")),
}
