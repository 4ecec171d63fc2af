"""What was done to tickets, in words. What was said in them stands in no log."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

TOPIC = "tickets"

TICKETS: Mapping[str, Line] = {
    "ticket.raised": Line(TOPIC, "life-buoy", _("Ticket raised"), named=_("Raised the ticket %(target)s")),
    "ticket.written": Line(
        TOPIC, "message-square", _("Message written to a ticket"), named=_("Wrote to the ticket %(target)s")
    ),
    "ticket.solved": Line(
        TOPIC, "circle-check", _("Ticket set to solved"), named=_("Set the ticket %(target)s to solved")
    ),
    "ticket.reopened": Line(TOPIC, "rotate-ccw", _("Ticket reopened"), named=_("Reopened the ticket %(target)s")),
    "ticket.closed": Line(
        TOPIC, "archive", _("Ticket closed for good"), named=_("The ticket %(target)s is closed for good")
    ),
}
