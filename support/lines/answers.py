"""What staff did with tickets, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line, Names, Told
from support.models import Priority


def _assigned(event: Told, _names: Names) -> Mapping[str, str]:
    who = _("somebody of our staff") if event["after"]["is_assigned"] else _("nobody")
    return {"who": str(who)}


def _priority(event: Told, _names: Names) -> Mapping[str, str]:
    return {"priority": str(Priority(event["after"]["priority"]).label)}


ANSWERS: Mapping[str, Line] = {
    "ticket.answered": Line(
        "support",
        "message-square-reply",
        _("Ticket answered by our staff"),
        _("Refused to answer a ticket"),
        named=_("Answered by our staff: the ticket %(target)s"),
    ),
    "ticket.noted": Line(
        "support",
        "sticky-note",
        _("Note of our staff about a ticket"),
        _("Refused to note something about a ticket"),
        named=_("A note of our staff, for themselves, about the ticket %(target)s"),
    ),
    "ticket.assigned": Line(
        "support",
        "user-round-check",
        _("Ticket assigned"),
        _("Refused to assign a ticket"),
        named=_("The ticket %(target)s is looked after by %(who)s"),
        words=_assigned,
    ),
    "ticket.priority_changed": Line(
        "support",
        "signal",
        _("Priority of a ticket changed"),
        _("Refused to change the priority of a ticket"),
        named=_("The priority of the ticket %(target)s is now %(priority)s"),
        words=_priority,
    ),
    "ticket.product_changed": Line(
        "support",
        "package",
        _("Product of a ticket changed"),
        _("Refused to change the product of a ticket"),
        named=_("What the ticket %(target)s is about was changed"),
    ),
}
