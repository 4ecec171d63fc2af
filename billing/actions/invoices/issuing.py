"""Invoices: one for each account and month that is over, of all that it bears, numbered and mailed."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing.actions.invoices.lines import lines_of
from billing.actions.invoices.numbering import next_number
from billing.actions.invoices.parties import buyer_in, language_of, seller_in
from billing.actions.locking import lock_again
from billing.letters.invoices import mail_invoice
from billing.models import Account, Charge, Invoice, InvoiceLine
from billing.periods import start_of
from billing.taxes import UNION, Treatment
from console.celery import wake
from organizations.actors import Actor
from organizations.addresses import country_name

log = logging.getLogger(__name__)

# For so long after the end of a month what ran in its last hours may still be found out.
HELD_BACK = timedelta(hours=6)
# Accounts that one run of the task sees to; the next one goes on.
BATCH = 500


def issue_due() -> int:
    """Issue the invoices of the months that are over, for as many accounts as one run may. Returns how many.

    Each is a transaction of its own: killed in the middle, those that are written are, with their numbers, and the
    others have taken none. One that fails leaves the others alone.
    """
    last = _last_month_over()
    owing = Charge.objects.to_be_billed(last).values("account").annotate(gross=Sum(F("net") + F("vat")))
    accounts = list(owing.filter(gross__gt=0).order_by("account").values_list("account", flat=True)[:BATCH])
    issued = sum(_issue_for(account_id, last) for account_id in accounts)
    if issued and len(accounts) == BATCH:
        wake("billing.issue_invoices")
    return issued


@audited("invoice.issued")
def issue_invoice(*, account: Account, month: date, by: Actor) -> Invoice | None:
    """Write the invoice of a month that is over; None where nothing is left to be billed, or it comes to nothing.

    It bears every charge of the month, and of former ones that is on no invoice yet. All that it says is copied into
    it, in the account's language; what of it is owed, and not paid from the funds, as well.
    """
    account, by = lock_again(account, by)
    charges = list(account.charges.to_be_billed(month).prefetch_related("usage"))
    charges.sort(key=lambda charge: (charge.kind == Charge.Kind.USAGE, charge.start, charge.pk))
    total = sum(charge.total for charge in charges)
    if total <= 0 or account.invoices.filter(kind=Invoice.Kind.INVOICE, month=month).exists():
        return None
    for charge in charges:
        charge.account = account
    language = language_of(account)
    with translation.override(language):
        lines, notes = lines_of(charges), notes_on(charges)
    invoice = write_invoice(
        account,
        lines,
        month=month,
        language=language,
        owed=_owed_of(account, total, month),
        notes=notes,
    )
    Charge.objects.filter(pk__in=[charge.pk for charge in charges]).update(invoice=invoice)
    record(
        "invoice.issued",
        by=by,
        organization_id=account.pk,
        target=invoice,
        after={"total": invoice.net + invoice.vat, "currency": invoice.currency},
    )
    mail_invoice(invoice, account)
    return invoice


def write_invoice(
    account: Account,
    lines: Sequence[InvoiceLine],
    *,
    month: date,
    language: str,
    notes: Sequence[str],
    owed: int = 0,
    corrects: Invoice | None = None,
    issued_at: datetime | None = None,
) -> Invoice:
    """Write an invoice with its lines under the next number; a credit note where it ``corrects`` one.

    ``issued_at``: now, unless the demo says otherwise.
    """
    issued_at = issued_at or timezone.now()
    number, position = next_number(issued_at.year)
    invoice = Invoice(
        account=account,
        kind=Invoice.Kind.CREDIT_NOTE if corrects else Invoice.Kind.INVOICE,
        number=number,
        year=issued_at.year,
        position=position,
        corrects=corrects,
        month=month,
        issued_at=issued_at,
        language=language,
        currency=account.currency,
        seller=seller_in(language),
        buyer=corrects.buyer if corrects else buyer_in(language, account),
        purchase_order=corrects.purchase_order if corrects else account.purchase_order,
        net=sum(line.net for line in lines),
        vat=sum(line.vat for line in lines),
        owed=owed,
        notes=list(notes),
    )
    invoice.save(force_insert=True)
    for line in lines:
        line.invoice = invoice
    InvoiceLine.objects.bulk_create(lines)
    return invoice


def notes_on(charges: Sequence[Charge]) -> list[str]:
    """What the law asks an invoice of these charges to say, in the language in force."""
    found = {(charge.treatment, charge.country) for charge in charges}
    return list(dict.fromkeys(note for treatment, country in sorted(found) if (note := _note(treatment, country))))


def _owed_of(account: Account, total: int, month: date) -> int:
    """What of a month's total the funds did not cover, whatever was charged for later months since."""
    later = account.charges.filter(invoice=None, month__gt=month).aggregate(gross=Sum(F("net") + F("vat")))
    return min(total, max(0, -(account.balance + (later["gross"] or 0))))


def _note(treatment: str, country: str) -> str:
    if treatment == Treatment.REVERSE_CHARGE:
        # Article 226, point 11a, asks for these words.
        return _("Reverse charge: the customer accounts for the VAT (Directive 2006/112/EC, articles 44 and 196).")
    if treatment == Treatment.OUTSIDE:
        return _("Outside the scope of VAT: the place of supply is %(country)s.") % {"country": country_name(country)}
    if treatment == Treatment.NONE:
        return _("No VAT is charged: the seller is not registered for it.")
    if country != settings.SELLER_COUNTRY and {country, settings.SELLER_COUNTRY} <= UNION:
        return _("VAT of %(country)s, declared through the one-stop shop.") % {"country": country_name(country)}
    return ""


def next_issue() -> date:
    """The day, in UTC, on which what is charged now will be on an invoice."""
    now = timezone.now()
    return start_of(datetime(now.year, now.month, 1, tzinfo=UTC), "month", 1).date()


def _issue_for(account_id: UUID, last: date) -> int:
    account = Account.objects.select_related("organization").get(pk=account_id)
    months = account.charges.to_be_billed(last).values_list("month", flat=True).order_by("month").distinct()
    try:
        issued = [issue_invoice(account=account, month=month, by=Actor.system()) for month in list(months)]
    except Exception as error:  # noqa: BLE001 -- whatever it is, the others get theirs; the next run tries again
        # Not its text: it may hold names that people gave.
        about = {"account_id": account_id}
        log.error("An invoice could not be issued (%s).", type(error).__name__, extra=about)  # noqa: TRY400 -- above
        return 0
    return sum(invoice is not None for invoice in issued)


def _last_month_over() -> date:
    """The first day of the month that was over a while ago, in UTC."""
    moment = timezone.now() - HELD_BACK
    return (moment.date().replace(day=1) - timedelta(days=1)).replace(day=1)
