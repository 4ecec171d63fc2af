"""How an organization wants its invoices: to whom they go, in which language, and with which purchase order.

All of it can be changed in any state, also while staff have suspended the organization (issue 7, point 6).
"""

from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models.user import clean_address
from audit.recording import audited, record
from billing.actions.locking import lock_account
from billing.models import Account, Recipient
from billing.models.account import PURCHASE_ORDER_LENGTH
from console.refusal import Refused
from console.text import one_line
from console.versions import Marks, check_unchanged
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission

# A list of every employee is no list of who keeps the books.
RECIPIENTS = 20
FIELDS = ("purchase_order", "language")


@audited("invoicing.edited")
def edit_invoicing(
    *, organization: Organization, purchase_order: str, language: str, seen: Marks | None = None, by: Actor
) -> Account:
    """Set the purchase order that coming invoices bear, and their language (empty: the founder's).

    ``seen``: what the form was opened with (`console.versions`). Raises Refused at the field that is wrong.
    """
    account, by = lock_account(organization, by, Permission.EDIT_BILLING_DETAILS)
    before = values_of(account)
    check_unchanged(seen, before)
    order = one_line(purchase_order, len(purchase_order))
    if len(order) > PURCHASE_ORDER_LENGTH:
        sentence = _("It has at most %d characters.") % PURCHASE_ORDER_LENGTH
        raise Refused(sentence, code="too-long", field="purchase_order")
    if language and language not in dict(settings.LANGUAGES):
        raise Refused(_("Choose a language from the list."), code="language", field="language")
    account.purchase_order, account.language = order, language
    after = values_of(account)
    changed = [field for field in FIELDS if before[field] != after[field]]
    if changed:
        account.save(update_fields=changed)
        record(
            "invoicing.edited",
            by=by,
            organization_id=account.pk,
            target=organization,
            after={"fields": changed},
            texts={field: (before[field], after[field]) for field in changed},
        )
    return account


@audited("invoice_recipient.added")
def add_recipient(*, organization: Organization, email: str, by: Actor) -> Recipient:
    """Send coming invoices to an address, too; it need not be a member's.

    Raises Refused, at the field ``email``, for no address, one that is there already, and beyond `RECIPIENTS`.
    """
    account, by = lock_account(organization, by, Permission.EDIT_BILLING_DETAILS)
    try:
        address = clean_address(email)
    except ValidationError:
        raise Refused(_("Type an e-mail address, like name@example.com."), code="email", field="email") from None
    if account.recipients.filter(email__iexact=address).exists():
        raise Refused(_("Invoices are sent to this address already."), code="known", field="email")
    if account.recipients.count() >= RECIPIENTS:
        raise Refused(_("There are %d addresses already. Remove one first.") % RECIPIENTS, code="full", field="email")
    recipient = Recipient.objects.create(account=account, email=address)
    record(
        "invoice_recipient.added",
        by=by,
        organization_id=account.pk,
        target=recipient,
        texts={"email": ("", address)},
    )
    return recipient


@audited("invoice_recipient.removed")
def remove_recipient(*, organization: Organization, pk: UUID, by: Actor) -> None:
    """Send no further invoices to an address; nothing if somebody else has removed it."""
    account, by = lock_account(organization, by, Permission.EDIT_BILLING_DETAILS)
    recipient = account.recipients.filter(pk=pk).first()
    if recipient is None:
        return
    record(
        "invoice_recipient.removed",
        by=by,
        organization_id=account.pk,
        target=recipient,
        texts={"email": (recipient.email, "")},
    )
    recipient.delete()


def values_of(account: Account) -> dict[str, str]:
    """What can be edited, by the names of the fields."""
    return {field: getattr(account, field) for field in FIELDS}
