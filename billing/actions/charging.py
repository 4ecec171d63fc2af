"""What is charged: what it costs without VAT, the VAT on it, and the entry that takes both from the funds."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from billing.actions.ledger import book
from billing.amounts import to_units
from billing.models import Account, Charge, Invoice, Reason, TaxRate
from billing.periods import start_of
from billing.taxes import Party, Treated, Treatment, treatment_of, vat_on
from organizations.models import Details


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What something would cost, in the smallest unit; ``rate``: of the VAT, in percent."""

    net: int
    vat: int
    rate: Decimal
    treatment: Treatment

    @property
    def total(self) -> int:
        """What it takes from the funds."""
        return self.net + self.vat


def quote(account: Account, net: int, day: date, treated: Treated | None = None) -> Quote:
    """What ``net``, without VAT and in the smallest unit, costs an account on a day; ``treated``: see `charge`."""
    treated = treated or treated_on(account, day)
    return Quote(net=net, vat=vat_on(net, treated.rate), rate=treated.rate, treatment=treated.treatment)


def charge(
    account: Account,
    *,
    kind: Charge.Kind,
    key: str,
    net: int,
    start: datetime,
    end: datetime,
    month: date,
    plan_name: str = "",
    interval: str = "",
    needs_cover: bool = True,
    treated: Treated | None = None,
) -> Charge:
    """Charge an account, which the caller has locked, ``net`` without VAT, in the smallest unit, and the VAT on it.

    ``key``: once for each, and of its entry, too: asked for again, the charge that is there is returned. ``month``: the
    first day of that whose invoice bears it; where that is issued already, the present one's does. With
    ``needs_cover`` as SUBSCRIPTION, and raises `ledger.NotCovered`; without, as what has happened already and is owed.
    ``treated``: how it is taxed, where that is not as today: what is given back bears the VAT that was paid.
    """
    written = Charge.objects.filter(key=key).first()
    if written is not None:
        return written
    treated = treated or treated_on(account, timezone.now().date())
    charged = Charge.objects.create(
        account=account,
        kind=kind,
        key=key,
        net=net,
        vat=vat_on(net, treated.rate),
        rate=treated.rate,
        country=treated.country,
        treatment=treated.treatment,
        month=_open_month(account, month),
        start=start,
        end=end,
        plan_name=plan_name,
        interval=interval,
    )
    if charged.total:
        reason = Reason.SUBSCRIPTION if needs_cover else Reason.USAGE
        book(account, reason, -charged.total, key=key, charge=charged)
    return charged


def usage_charge(account: Account, month: date) -> Charge:
    """The charge of what runs in a month, as it is taxed now, made where there is none; the caller locks the account.

    What is found out after the invoice of the month was issued is on the present month's. When the details of the
    organization change, another charge begins, and what was charged before stays.
    """
    month = _open_month(account, month)
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    end = start_of(start, "month", 1)
    treated = treated_on(account, min(timezone.now(), end - timedelta(seconds=1)).date())
    key = f"usage:{account.pk}:{month:%Y-%m}:{treated.treatment}:{treated.country}:{treated.rate.normalize():f}"
    found, _is_new = Charge.objects.get_or_create(
        key=key,
        defaults={
            "account": account,
            "kind": Charge.Kind.USAGE,
            "month": month,
            "start": start,
            "end": end,
            "rate": treated.rate,
            "country": treated.country,
            "treatment": treated.treatment,
        },
    )
    found.account = account
    return found


def rebill(charged: Charge, net: Decimal) -> Charge:
    """Set what a charge of `usage_charge` comes to, and take what is more than before from the funds, as USAGE.

    ``net``: the exact sum without VAT, as an amount of the currency; what is charged is rounded once, so that a
    thousand hours of 0.0042 cost 4.20. Raises ValueError where it would get less, or is on an invoice already.
    """
    before = charged.total
    charged.net = to_units(net, charged.account.currency)
    charged.vat = vat_on(charged.net, charged.rate)
    if charged.invoice_id or charged.total < before:
        raise ValueError("A charge only grows, and only until its invoice is issued.")
    if charged.total > before:
        charged.save(update_fields=["net", "vat"])
        key = f"usage:{charged.pk}:{before}"
        book(charged.account, Reason.USAGE, before - charged.total, key=key, charge=charged)
    return charged


def treated_on(account: Account, day: date) -> Treated:
    """How what an account buys is taxed on a day: by who sells, by the details now, and by staff's rates."""
    details = Details.objects.filter(organization=account.pk).first()
    buyer = Party(country=details.country if details else "", has_vat_number=bool(details and details.vat_number))
    return treatment_of(seller(), buyer, day, TaxRate.objects.in_force(day))


def seller() -> Party:
    """Who sells, as the settings say."""
    return Party(country=settings.SELLER_COUNTRY, has_vat_number=bool(settings.SELLER_VAT_NUMBER))


def _open_month(account: Account, month: date) -> date:
    """The month itself, or the present one where its invoice, or a later one, is issued."""
    is_over = Invoice.objects.filter(account=account, kind=Invoice.Kind.INVOICE, month__gte=month).exists()
    return max(month, timezone.now().date().replace(day=1)) if is_over else month
