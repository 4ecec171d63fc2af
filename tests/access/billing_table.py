"""Who may do what with an organization's money, typed by hand: never computed from the code that it judges.

To add an address below ``/o/<slug>/billing/``, type a row into `ADDRESSES`: its name (without ``billing:``) and, for
each method that it takes, the permission that it asks for. The walk (tests/access/test_billing_walk.py) then goes there
as everybody. What the address names (a payment, a card, an invoice) is filled in by `billing_walk.Place`.
"""

from tests.access.table import Address

SEE, PAY, EDIT = "view_billing", "pay", "edit_billing_details"
ALL = {SEE, PAY, EDIT}

# Who has which of them, by policy: PRODUCT, *Policies*, and text 004 ("Tech roles … cannot make payments or edit
# administrative information", "Admin roles can edit your account details and make payments"). What a role does not have
# of billing, it has none of: nobody only looks, but for a role that an organization makes itself.
HOLDERS: dict[str, dict[str, set[str]]] = {
    "default": {"owner": ALL, "admin": ALL, "billing": ALL, "tech": set(), "member": set()},
    "exoscale": {"owner": ALL, "tech": set(), "admin": ALL},
    "ovhcloud": {"admin": ALL, "member": set()},
    "percona": {"admin": ALL, "technical": set()},
}

# "Suspended stops …; reading, paying, exporting, … billing details … go on. Reason `staff` also stops inviting and
# settings": nothing of billing, whatever the reason.
SUSPENSIONS = ("unfunded", "past_due", "staff")


def money(get: str = "", post: str = "") -> Address:
    """An address of billing: a personal account has its own funds, too (text 004)."""
    return Address(get=get, post=post, in_personal=True)


# What has to be said beside the address.
QUERIES = {"plan_change": "?plan=team&interval=month"}
ADDRESSES: dict[str, Address] = {
    "overview": money(get=SEE),
    "plan": money(get=SEE),
    "plan_change": money(get=PAY, post=PAY),
    "plan_cancellation": money(get=PAY, post=PAY),
    "plan_resumption": money(post=PAY),
    "funds": money(get=SEE),
    "funds_export": money(get=SEE),
    "refill": money(get=PAY, post=PAY),
    "payments": money(get=SEE),
    "payment_new": money(get=PAY, post=PAY),
    "payment": money(get=SEE),
    "payment_status": money(get=SEE),
    "payment_retry": money(post=PAY),
    "payment_cancellation": money(post=PAY),
    "methods": money(get=SEE),
    "method_new": money(post=PAY),
    "method_default": money(post=PAY),
    "method_removal": money(get=PAY, post=PAY),
    "usage": money(get=SEE),
    "usage_export": money(get=SEE),
    "invoices": money(get=SEE),
    "invoices_export": money(get=SEE),
    "invoices_archive": money(get=SEE),
    "invoice": money(get=SEE),
    "invoice_pdf": money(get=SEE),
    "details": money(get=EDIT, post=EDIT),
    "recipient_new": money(post=EDIT),
    "recipient_removal": money(post=EDIT),
}
