"""What staff set right: credit that they give, and entries that were wrong. What was written stays."""

from functools import partial
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing.actions import standing
from billing.actions.ledger import book
from billing.actions.locking import lock_account, lock_again
from billing.actions.notifying import tell_payers
from billing.actions.staff import check_amount, check_note, check_staff
from billing.letters import funds as letters
from billing.models import Account, Entry, Reason
from console.ids import uuid7
from console.money import money
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization

# A refund that fails, and a dispute that is won, are put back by an entry: a correction besides would do it twice.
SETTLES_ITSELF = frozenset({Reason.REFUND, Reason.DISPUTE, Reason.DISPUTE_WON})


@audited("credit.given")
def give_credit(*, organization: Organization, amount: int, note: str, once: UUID | None = None, by: Actor) -> Entry:
    """Give an organization funds, in the smallest unit, that do not end.

    Staff alone. ``note``: why, which its people read; ``once``: the id of this gift: asked for again, it was given
    already. It is no payment: it lifts what was past due, and opens no organization that has never paid (text 004).
    Raises Refused.
    """
    account, by = lock_account(organization, by)
    check_staff(by)
    check_amount(amount)
    key = f"credit:{account.pk}:{once or uuid7()}"
    if written := Entry.objects.filter(key=key, account=account).first():
        return written
    entry = book(account, Reason.CREDIT, amount, key=key, note=check_note(note))
    _record("credit.given", account, entry, by)
    tell_payers(account, kind="credit-given", letter=partial(letters.credit_given, entry))
    standing.review(account, by=by)
    return entry


@audited("entry.corrected")
def correct_entry(*, entry: Entry, amount: int, note: str, once: UUID | None = None, by: Actor) -> Entry:
    """Take back what an entry did to the funds, or a part of it: ``amount`` above zero, in the smallest unit.

    Staff alone. The correction is an entry that goes the other way; it may take more than there is, for what was
    wrongly given is owed. All corrections of an entry together never exceed it. What was charged is on an invoice, or
    will be: it is given back by a credit note; what goes back to cards settles by itself. ``once``: as for
    `give_credit`. Raises Refused.
    """
    account, by = lock_again(entry.account, by)
    check_staff(by)
    check_amount(amount)
    key = f"correction:{entry.pk}:{once or uuid7()}"
    if written := Entry.objects.filter(key=key, account=account).first():
        return written
    if entry.charge_id:
        raise Refused(_("What was charged is given back by a credit note, or by credit."), code="charged")
    if entry.reason in SETTLES_ITSELF:
        raise Refused(_("What goes back to a card, or is disputed, is set right by itself."), code="settles")
    left = _left_of(entry)
    if amount > left:
        sentence = _("Of this entry %s can still be corrected.") % money(account.money(left))
        raise Refused(sentence, code="too-much", field="amount")
    signed = -amount if entry.amount > 0 else amount
    correction = book(account, Reason.CORRECTION, signed, key=key, corrects=entry, note=check_note(note))
    _record("entry.corrected", account, correction, by)
    standing.review(account, by=by)
    return correction


def _left_of(entry: Entry) -> int:
    """What of an entry was not corrected yet, in the smallest unit, above zero."""
    corrected: int = entry.corrections.aggregate(sum=Sum("amount"))["sum"] or 0
    return abs(entry.amount + corrected)


def _record(action: str, account: Account, entry: Entry, by: Actor) -> None:
    record(
        action,
        by=by,
        organization_id=account.pk,
        target=entry,
        after={"amount": entry.amount, "currency": account.currency, "balance": entry.balance},
        texts={"note": ("", entry.note)},
    )
