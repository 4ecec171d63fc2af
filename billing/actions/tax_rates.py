"""Rates of VAT that staff set, from a day on: they count before those that ship (billing.taxes)."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing.actions.staff import check_staff
from billing.models import TaxRate
from console.refusal import Refused
from organizations.actors import Actor
from organizations.addresses import is_country


@audited("tax_rate.set")
def set_tax_rate(*, country: str, rate: Decimal, since: date, by: Actor) -> TaxRate:
    """Set the standard rate of a country, in percent, from a day on. For staff.

    ``country``: a code of ISO 3166-1. What was typed wrongly is set once more, for the same day; what was charged
    meanwhile bears the rate that it was charged with. Raises Refused for what is no country's code.
    """
    check_staff(by)
    check_country(country)
    found = TaxRate.objects.select_for_update(of=("self",)).filter(country=country, since=since).first()
    before = {"rate": f"{found.rate:.2f}"} if found else {}
    row, _is_new = TaxRate.objects.update_or_create(country=country, since=since, defaults={"rate": rate})
    after = {"country": country, "rate": f"{rate:.2f}", "since": since.isoformat()}
    record("tax_rate.set", by=by, target=row, before=before, after=after)
    return row


def check_country(code: str) -> None:
    """Refuse what is no code of ISO 3166-1, also where VAT numbers say otherwise: Greece is GR here. Raises Refused."""
    if not is_country(code):
        raise Refused(_("Type the code of a country, like FR; that of Greece is GR."), code="country", field="country")
