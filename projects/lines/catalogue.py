"""What staff do with the catalogue: in the log of the deployment, which no page of an organization shows."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line, Names, Told

TOPIC = "services"


def _prices(event: Told, names: Names) -> Mapping[str, str]:
    return {"before": event["before"]["price"], "after": event["after"]["price"]}


CATALOGUE: Mapping[str, Line] = {
    "service_size.made": Line(TOPIC, "scaling", _("Size of a service made"), named=_("Made the size %(target)s")),
    "service_size.priced": Line(
        TOPIC,
        "coins",
        _("Price of a service changed"),
        named=_("Changed the price of the size %(target)s from %(before)s to %(after)s"),
        words=_prices,
    ),
}
