"""Invoices and credit notes: issued, numbered, mailed; and how an organization wants to get them."""

from billing.actions.invoices.crediting import creditable, issue_credit_note
from billing.actions.invoices.details import add_recipient, edit_invoicing, remove_recipient
from billing.actions.invoices.issuing import issue_due, issue_invoice

__all__ = [
    "add_recipient",
    "creditable",
    "edit_invoicing",
    "issue_credit_note",
    "issue_due",
    "issue_invoice",
    "remove_recipient",
]
