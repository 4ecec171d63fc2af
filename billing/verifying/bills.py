"""Whether what is billed adds up: hours to usage, usage and periods to charges, charges to invoices."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.amounts import to_units
from billing.models import Charge, Invoice, InvoiceLine, Period, Sequence, UsageHour, UsageLine
from billing.verifying.faults import Fault, of

CHUNK = 2000


def hours(account_id: UUID | None) -> Iterator[Fault]:
    """A line of usage has as many hours as are written down for it."""
    written = UsageHour.objects.filter(line=OuterRef("pk")).order_by().values("line").annotate(number=Count("pk"))
    rows = (
        of(UsageLine.objects.order_by("charge__account_id", "id"), account_id, "charge__account")
        .annotate(written=Coalesce(Subquery(written.values("number")), 0))
        .exclude(hours=F("written"))
        .values_list("charge__account_id", "pk", "hours", "written")
    )
    for account, pk, said, number in rows.iterator(chunk_size=CHUNK):
        what = f"it says {said} hours, and {number} are written down"
        yield Fault(account_id=account, where=f"usage {pk}", what=what)


def usage(account_id: UUID | None) -> Iterator[Fault]:
    """What is charged for usage is the sum of its lines, rounded once."""
    rows = of(Charge.objects.filter(kind=Charge.Kind.USAGE), account_id).order_by("account_id", "id")
    told = rows.annotate(sum=Sum("usage__amount")).values_list("account_id", "pk", "account__currency", "net", "sum")
    for account, pk, currency, net, total in told.iterator(chunk_size=CHUNK):
        should = to_units(total or Decimal(0), currency)
        if net != should:
            what = f"its lines make {should} without VAT, and it says {net}"
            yield Fault(account_id=account, where=f"charge {pk}", what=what)


def periods(account_id: UUID | None) -> Iterator[Fault]:
    """A charge for a period has one, of the same account; none overlaps the one before."""
    lonely = of(Charge.objects.filter(kind=Charge.Kind.PERIOD, period=None), account_id)
    for account, pk in lonely.order_by("account_id", "id").values_list("account_id", "pk").iterator(chunk_size=CHUNK):
        yield Fault(account_id=account, where=f"charge {pk}", what="it is for a period, and there is none")
    strange = of(Period.objects.filter(charge__isnull=False), account_id, "subscription__account").filter(
        ~Q(charge__account=F("subscription__account")) | ~Q(charge__kind=Charge.Kind.PERIOD)
    )
    told = strange.order_by("pk").values_list("subscription__account_id", "subscription_id", "number")
    for account, subscription, number in told.iterator(chunk_size=CHUNK):
        where = f"period {number} of subscription {subscription}"
        yield Fault(account_id=account, where=where, what="its charge is for something else")


def invoice_lines(account_id: UUID | None) -> Iterator[Fault]:
    """The lines of an invoice add up to it."""
    yield from _sums(account_id, InvoiceLine.objects.all(), "its lines")


def invoice_charges(account_id: UUID | None) -> Iterator[Fault]:
    """The charges of an invoice add up to it, and are of its account."""
    yield from _sums(account_id, Charge.objects.all(), "its charges")
    strays = of(Charge.objects.filter(invoice__isnull=False), account_id).exclude(invoice__account=F("account"))
    for account, pk in strays.order_by("account_id", "id").values_list("account_id", "pk").iterator(chunk_size=CHUNK):
        yield Fault(account_id=account, where=f"charge {pk}", what="it is on the invoice of another account")


def numbers(account_id: UUID | None) -> Iterator[Fault]:
    """The numbers of a year have no gaps, and an invoice bears its own."""
    rows = of(Invoice.objects.order_by("year", "position"), account_id)
    told = rows.values_list("account_id", "number", "year", "position")
    for account, number, year, position in told.iterator(chunk_size=CHUNK):
        if number != f"{year}-{position:06}":
            what = f"it stands at {position} of {year}"
            yield Fault(account_id=account, where=f"invoice {number}", what=what)
    if account_id:
        # A year is of all accounts.
        return
    years = Invoice.objects.order_by().values("year").annotate(number=Count("pk"), last=Max("position"))
    found = {year["year"]: (year["number"], year["last"]) for year in years}
    for sequence in Sequence.objects.order_by("year"):
        number, last = found.pop(sequence.year, (0, 0))
        if not number == last == sequence.last:
            what = f"{number} are there, the last is {last}, and {sequence.last} were given"
            yield Fault(account_id=None, where=f"numbers of {sequence.year}", what=what)
    for year in sorted(found):
        yield Fault(account_id=None, where=f"numbers of {year}", what="nothing says how many were given")


def _sums(account_id: UUID | None, parts: QuerySet[Charge] | QuerySet[InvoiceLine], name: str) -> Iterator[Fault]:
    """Where the ``parts`` of an invoice do not add up to what it says."""
    own = parts.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    rows = (
        of(Invoice.objects.order_by("account_id", "id"), account_id)
        .annotate(nets=Coalesce(Subquery(own.annotate(sum=Sum("net")).values("sum")), 0))
        .annotate(vats=Coalesce(Subquery(own.annotate(sum=Sum("vat")).values("sum")), 0))
        .exclude(net=F("nets"), vat=F("vats"))
        .values_list("account_id", "number", "net", "vat", "nets", "vats")
    )
    for account, number, net, vat, nets, vats in rows.iterator(chunk_size=CHUNK):
        what = f"it says {net} and {vat} of VAT, and {name} make {nets} and {vats}"
        yield Fault(account_id=account, where=f"invoice {number}", what=what)
