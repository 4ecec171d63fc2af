"""Checks of billing at the start: the currency is one that amounts can be kept in, and stays what it is."""

import logging

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from moneyed import CURRENCIES

from billing.models import Account, Payment, TaxRate
from billing.taxes import NoRate, rate_in
from organizations.addresses import is_country

log = logging.getLogger(__name__)


def wrong_currency() -> str:
    """What is wrong with the currency of this deployment (``CURRENCY``); empty where nothing is.

    Amounts are whole numbers of its smallest unit, a power of ten, and mean something else in another currency: it
    stays as it is once something was paid. Where the database does not answer, nobody can say.
    """
    known = CURRENCIES.get(settings.CURRENCY)
    if known is None or str(known.sub_unit).strip("0") != "1":
        return f"CURRENCY is {settings.CURRENCY!r}, which is no currency that amounts can be kept in (ISO 4217: EUR)."
    paid = Exists(Payment.objects.filter(account=OuterRef("pk")))
    others = Account.objects.filter(Q(last_number__gt=0) | paid).exclude(currency=settings.CURRENCY)
    try:
        kept = others.values_list("currency", flat=True).first()
    except DatabaseError as error:
        log.warning("Which currency the funds are in cannot be read (%s).", type(error).__name__)
        return ""
    if kept is None:
        return ""
    return f"CURRENCY is {settings.CURRENCY!r}, and funds are kept in {kept!r} here: set CURRENCY={kept}."


def wrong_seller() -> str:
    """What is wrong with who sells (``SELLER_…``): with a VAT number, the VAT of the country must be known."""
    if not settings.SELLER_VAT_NUMBER:
        return ""
    if not is_country(settings.SELLER_COUNTRY):
        return "SELLER_VAT_NUMBER is set: set SELLER_COUNTRY, too, a code of ISO 3166-1 (FR)."
    today = timezone.now().date()
    try:
        rate_in(settings.SELLER_COUNTRY, today, TaxRate.objects.in_force(today))
    except DatabaseError as error:
        log.warning("The rates of VAT cannot be read (%s).", type(error).__name__)
    except NoRate:
        return (
            f"The rate of VAT in {settings.SELLER_COUNTRY!r} is not known: start without SELLER_VAT_NUMBER, and have"
            " staff add it in the admin (rates of VAT)."
        )
    return ""
