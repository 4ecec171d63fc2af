"""Events of plans in words, and of what is due for them."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line

TOPIC = "billing"

PLANS: Mapping[str, Line] = {
    "plan.chosen": Line(
        TOPIC, "package-check", _("Plan chosen"), _("Choosing a plan refused"), _("Chose the plan %(target)s")
    ),
    "plan.changed": Line(TOPIC, "package-check", _("Plan changed"), named=_("Changed to the plan %(target)s")),
    "plan.cancelled": Line(
        TOPIC, "package-x", _("Plan cancelled"), named=_("Cancelled the plan %(target)s for the end of its period")
    ),
    "plan.resumed": Line(TOPIC, "undo-2", _("Plan kept"), named=_("Kept the plan %(target)s after all")),
    "plan.renewed": Line(TOPIC, "refresh-cw", _("Plan renewed"), named=_("The plan %(target)s was renewed")),
    "plan.ended": Line(TOPIC, "package-minus", _("Plan ended"), named=_("The plan %(target)s has ended")),
    "organization.past_due": Line(TOPIC, "triangle-alert", _("Something to pay is past due")),
    "organization.settled": Line(TOPIC, "circle-check", _("Everything that was due is paid")),
    # In the log of the deployment, which no page of an organization shows.
    "plan.made": Line(TOPIC, "package-plus", _("Plan made"), named=_("Made the plan %(target)s")),
    "plan.terms_changed": Line(
        TOPIC, "package", _("Plan edited"), named=_("Changed what the plan %(target)s costs or allows")
    ),
    "tax_rate.set": Line(TOPIC, "percent", _("Rate of VAT set"), named=_("Set the rate of VAT %(target)s")),
}
