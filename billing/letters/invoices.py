"""Mails with an invoice or a credit note as a PDF: to the recipients of the account, else to who may pay there."""

from functools import partial

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.letters import tell, tell_address
from accounts.models import User
from billing.models import Account, Invoice
from console.dates import month
from console.money import money
from organizations.roles import Permission
from outbox.letters import Letter, Link, absolute


def mail_invoice(invoice: Invoice, account: Account) -> int:
    """Queue it, once for each reader, in the transaction that writes it. Returns how many there are.

    Recipients may have no account here: their mail leads nowhere. It is in the language of the invoice, unless the
    address is somebody's who has chosen another.
    """
    attached, kind = f"invoice:{invoice.pk}", invoice.kind.replace("_", "-")
    addresses = list(account.recipients.order_by("added_at", "id").values_list("email", flat=True))
    if not addresses:
        return _mail_payers(invoice, account, attached, kind)
    with translation.override(invoice.language):
        for address in addresses:
            compose = partial(_to_recipient, invoice, account)
            tell_address(address, compose, kind=kind, organization_id=account.pk, attached=attached)
    return len(addresses)


def _mail_payers(invoice: Invoice, account: Account, attached: str, kind: str) -> int:
    if account.organization is None:
        return 0
    people = account.organization.memberships.to_be_told(Permission.PAY)
    for person in people:
        compose = partial(_to_member, invoice, account, person)
        tell(person, compose, kind=kind, organization_id=account.pk, attached=attached)
    return len(people)


def _to_recipient(invoice: Invoice, account: Account) -> Letter:
    name = _name(account, invoice)
    return Letter(
        subject=_subject(invoice),
        paragraphs=[
            *_said(invoice, name),
            _("It is attached. Members of %(name)s find all invoices under Billing.") % {"name": name},
        ],
        reason=_("You get this mail because invoices of %s are sent to this address.") % name,
        organization_name=name,
    )


def _to_member(invoice: Invoice, account: Account, person: User) -> Letter:
    organization = account.organization
    slug = organization.slug if organization else ""
    name = _name(account, invoice)
    return Letter(
        subject=_subject(invoice),
        greeting=_("Hello %s,") % person.get_short_name(),
        paragraphs=[*_said(invoice, name), _("It is attached.")],
        action=Link(_("See invoice"), absolute(reverse("billing:invoice", args=[slug, invoice.number]))),
        reason=_("You get this mail because you may pay for %s.") % name,
        organization_name=name,
    )


def _subject(invoice: Invoice) -> str:
    names = {"number": invoice.number, "seller": invoice.seller["name"]}
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return _("Credit note %(number)s from %(seller)s") % names
    return _("Invoice %(number)s from %(seller)s") % names


def _said(invoice: Invoice, name: str) -> list[str]:
    names = {
        "name": name,
        "month": month(invoice.month),
        "total": money(invoice.total),
        "credited": money(-invoice.total),
        "owed": money(invoice.money(invoice.owed)),
        "corrected": invoice.corrects.number if invoice.corrects else "",
    }
    if invoice.corrects:
        said = _("%(credited)s of invoice %(corrected)s was credited to the funds of %(name)s.")
        return [said % names]
    said = _("This is the invoice of %(name)s for %(month)s: %(total)s.")
    if invoice.owed:
        return [said % names, _("The funds did not cover %(owed)s of it: that is still owed.") % names]
    return [said % names, _("It was paid from the funds. There is nothing to pay.")]


def _name(account: Account, invoice: Invoice) -> str:
    name = account.organization.name if account.organization else ""
    return name or str(invoice.buyer.get("name", ""))
