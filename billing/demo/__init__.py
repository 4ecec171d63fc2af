"""The demo's money: plans, funds, payments, usage and invoices, over some months."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation

from billing.actions.invoices.issuing import notes_on, write_invoice
from billing.actions.invoices.lines import lines_of
from billing.actions.invoices.parties import language_of
from billing.demo.books import Books
from billing.demo.plans import make_plans
from billing.demo.scenes import PERSONAL, SCENES, DemoMoney, remind
from billing.models import Account, Charge, Plan
from billing.periods import month_of
from organizations import policies
from organizations.demo.scene import address_of
from organizations.models import Kind, Membership


def build() -> Iterator[str]:
    """Make the plans and the books of the policy in force, whole or not at all, unless there are plans already."""
    if not Plan.objects.exists():
        with transaction.atomic():
            make_plans()
            books = [_books_of(one) for one in SCENES[policies.current().key]]
            _bill([each.account for each in books])
            for each in books:
                remind(each)
    yield from ()


def _books_of(one: DemoMoney) -> Books:
    mine = Membership.objects.select_related("user", "organization").get(
        user__email=address_of(one.payer),
        organization__slug=one.organization,
        organization__kind=Kind.PERSONAL if one.organization == PERSONAL else Kind.TEAM,
    )
    books = Books.of(mine.organization, mine.user)
    one.happens(books)
    books.write()
    return books


def _bill(accounts: list[Account]) -> None:
    """Issue the invoices of all months that are over, in the order of their numbers."""
    charges = Charge.objects.filter(account__in=accounts, month__lt=month_of(timezone.now()))
    for month in charges.values_list("month", flat=True).order_by("month").distinct():
        for account in accounts:
            _issue(account, month)


def _issue(account: Account, month: date) -> None:
    """As `issue_invoice` does it, some hours after the month was over; who got it then gets no mail now."""
    found = account.charges.to_be_billed(month).prefetch_related("usage").order_by("start", "id")
    charges = [charge for charge in found if charge.total]
    if not charges:
        return
    for charge in charges:
        charge.account = account
    language = language_of(account)
    after = (month + timedelta(days=31)).replace(day=1)
    with translation.override(language):
        lines, notes = lines_of(charges), notes_on(charges)
    invoice = write_invoice(
        account,
        lines,
        month=month,
        language=language,
        notes=notes,
        issued_at=datetime(after.year, after.month, 1, 6, 25, tzinfo=UTC),
    )
    Charge.objects.filter(pk__in=[charge.pk for charge in charges]).update(invoice=invoice)
