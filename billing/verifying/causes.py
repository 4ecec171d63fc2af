"""Whether each entry has its cause, and each cause its entries: charges, payments, and what of those went back."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.models import Charge, Dispute, Entry, Payment, Reason, Refund
from billing.taxes import vat_on
from billing.verifying.faults import Fault, of

CHUNK = 2000


def references(account_id: UUID | None) -> Iterator[Fault]:
    """What an entry is about is of the same account."""
    strays = (
        Q(payment__isnull=False) & ~Q(payment__account=F("account"))
        | Q(refund__isnull=False) & ~Q(refund__payment__account=F("account"))
        | Q(charge__isnull=False) & ~Q(charge__account=F("account"))
        | Q(promotion__isnull=False) & ~Q(promotion__account=F("account"))
        | Q(corrects__isnull=False) & ~Q(corrects__account=F("account"))
    )
    rows = of(Entry.objects.filter(strays), account_id).order_by("account_id", "number")
    for account, number in rows.values_list("account_id", "number").iterator(chunk_size=CHUNK):
        yield Fault(account_id=account, where=f"entry {number}", what="it is about something of another account")


def charges(account_id: UUID | None) -> Iterator[Fault]:
    """The entries of a charge add up to what it takes."""
    rows = (
        of(Charge.objects.order_by("account_id", "id"), account_id)
        .annotate(booked=Coalesce(Sum("entries__amount"), 0))
        .exclude(booked=0 - F("net") - F("vat"))
        .values_list("account_id", "pk", "net", "vat", "booked")
    )
    for account, pk, net, vat, booked in rows.iterator(chunk_size=CHUNK):
        what = f"it takes {net + vat}, and its entries make {booked}"
        yield Fault(account_id=account, where=f"charge {pk}", what=what)


def taxes(account_id: UUID | None) -> Iterator[Fault]:
    """The VAT of a charge is that of its rate; of a credit note, whose total counts, to a cent."""
    rows = of(Charge.objects.exclude(vat=0, rate=0), account_id).order_by("account_id", "id")
    told = rows.values_list("account_id", "pk", "kind", "net", "vat", "rate")
    for account, pk, kind, net, vat, rate in told.iterator(chunk_size=CHUNK):
        off = abs(vat - vat_on(net, rate))
        if off > (1 if kind == Charge.Kind.CREDIT else 0):
            what = f"{rate} % of {net} is {vat_on(net, rate)}, and it says {vat}"
            yield Fault(account_id=account, where=f"charge {pk}", what=what)


def payments(account_id: UUID | None) -> Iterator[Fault]:
    """A payment that came in was credited once, and no other one was."""
    top_up = Q(entries__reason=Reason.TOP_UP)
    rows = (
        of(Payment.objects.order_by("account_id", "id"), account_id)
        .annotate(credited=Coalesce(Sum("entries__amount", filter=top_up), 0), times=Count("entries", filter=top_up))
        .annotate(should=Case(When(state=Payment.State.PAID, then=F("amount")), default=Value(0)))
        .filter(~Q(credited=F("should")) | Q(times__gt=1))
        .values_list("account_id", "pk", "state", "amount", "credited", "times")
    )
    for account, pk, state, amount, credited, times in rows.iterator(chunk_size=CHUNK):
        what = f"it is {state}, of {amount}, and {credited} was credited, in {times} entries"
        yield Fault(account_id=account, where=f"payment {pk}", what=what)


def returned(account_id: UUID | None) -> Iterator[Fault]:
    """A payment knows how much of it was given back."""
    rows = (
        of(Payment.objects.order_by("account_id", "id"), account_id)
        .annotate(given=Coalesce(Sum("refunds__amount", filter=~Q(refunds__state=Refund.State.FAILED)), 0))
        .exclude(refunded=F("given"))
        .values_list("account_id", "pk", "refunded", "given")
    )
    for account, pk, refunded, given in rows.iterator(chunk_size=CHUNK):
        what = f"it says that {refunded} went back, and its refunds make {given}"
        yield Fault(account_id=account, where=f"payment {pk}", what=what)


def refunds(account_id: UUID | None) -> Iterator[Fault]:
    """A refund is out of the funds, and in them again where it has failed."""
    rows = (
        of(Refund.objects.order_by("payment__account_id", "id"), account_id, "payment__account")
        .annotate(booked=Coalesce(F("entry__amount"), 0) + Coalesce(Sum("entry__corrections__amount"), 0))
        .annotate(should=Case(When(state=Refund.State.FAILED, then=Value(0)), default=0 - F("amount")))
        .exclude(booked=F("should"))
        .values_list("payment__account_id", "pk", "state", "amount", "booked")
    )
    for account, pk, state, amount, booked in rows.iterator(chunk_size=CHUNK):
        what = f"it is {state}, of {amount}, and its entries make {booked}"
        yield Fault(account_id=account, where=f"refund {pk}", what=what)


def disputes(account_id: UUID | None) -> Iterator[Fault]:
    """What was taken for disputes of a payment is out of the funds, and no more."""
    reasons = [Reason.DISPUTE, Reason.DISPUTE_WON]
    taken = Dispute.objects.filter(payment=OuterRef("pk")).order_by().values("payment")
    rows = (
        of(Payment.objects.order_by("account_id", "id"), account_id)
        .annotate(booked=Coalesce(Sum("entries__amount", filter=Q(entries__reason__in=reasons)), 0))
        .annotate(taken=Coalesce(Subquery(taken.annotate(sum=Sum("taken")).values("sum")), 0))
        .exclude(disputed=F("taken"), booked=0 - F("taken"))
        .values_list("account_id", "pk", "disputed", "taken", "booked")
    )
    for account, pk, disputed, taken_of, booked in rows.iterator(chunk_size=CHUNK):
        what = f"it says that {disputed} is disputed, its disputes took {taken_of}, and its entries make {booked}"
        yield Fault(account_id=account, where=f"payment {pk}", what=what)
