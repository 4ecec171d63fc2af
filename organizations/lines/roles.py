"""Who has which role, and what roles there are."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import SOMEBODY_GONE, Line
from organizations.lines.wording import member_and_roles

TOPIC = "roles"

ROLES: Mapping[str, Line] = {
    "membership.role_changed": Line(
        TOPIC,
        "user-cog",
        _("Role changed"),
        named=_("Changed the role of %(target)s from %(before)s to %(after)s"),
        words=member_and_roles,
        nameless=SOMEBODY_GONE,
    ),
    "role.created": Line(TOPIC, "shield-plus", _("Role made"), named=_("Made the role %(target)s")),
    "role.edited": Line(TOPIC, "shield-check", _("Role edited"), named=_("Edited the role %(target)s")),
    "role.deleted": Line(TOPIC, "shield-minus", _("Role deleted"), named=_("Deleted the role %(target)s")),
    "transfer.offered": Line(TOPIC, "crown", _("Ownership offered")),
    "transfer.accepted": Line(TOPIC, "crown", _("Ownership transferred")),
    "transfer.declined": Line(TOPIC, "x", _("Ownership declined")),
    "transfer.withdrawn": Line(TOPIC, "undo-2", _("Offer of ownership withdrawn")),
    "transfer.expired": Line(TOPIC, "timer-off", _("Offer of ownership expired")),
    "appointment.proposed": Line(TOPIC, "user-cog", _("Member proposed to lead the organization")),
    "appointment.confirmed": Line(TOPIC, "user-check", _("Member appointed to lead the organization")),
    "appointment.dropped": Line(TOPIC, "user-x", _("Proposal of who leads the organization dropped")),
}
