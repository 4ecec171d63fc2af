"""How the organization wants its invoices. Whom they are made out to stands in `/organization/details`."""

from datetime import datetime
from typing import Literal, Self, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from billing.actions.invoices.details import add_recipient, edit_invoicing, remove_recipient, values_of
from billing.models import Account, Recipient
from billing.models.account import PURCHASE_ORDER_LENGTH
from console.api.schemas import Given
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission

operations = Operations("Invoices")

type InvoiceLanguage = Literal["", "en", "fr"]
EMAIL_LENGTH = 254


class RecipientShown(Schema):
    """An address that gets the invoices."""

    id: UUID
    email: str = Field(examples=["books@example.com"])
    added_at: datetime


class InvoicingShown(Schema):
    """What coming invoices bear, and who gets them besides whoever may pay."""

    purchase_order: str
    language: InvoiceLanguage = Field(description="Empty: that of whoever leads the organization.")
    recipients: list[RecipientShown]

    @classmethod
    def of(cls, account: Account) -> Self:
        """As an account has it."""
        return cls(
            purchase_order=account.purchase_order,
            language=cast("InvoiceLanguage", account.language),
            recipients=[_drawn(one) for one in Recipient.objects.filter(account=account.pk).order_by("id")],
        )


class InvoicingChange(Given):
    """What to change; what is left out stays."""

    purchase_order: str = Field(default_factory=str, max_length=PURCHASE_ORDER_LENGTH, examples=["PO 4711"])
    language: InvoiceLanguage = Field(default_factory=lambda: "")


class RecipientGiven(Given):
    """An address; it need not be a member's."""

    email: str = Field(min_length=1, max_length=EMAIL_LENGTH, examples=["books@example.com"])


@operations.get("/billing/details", Permission.EDIT_BILLING_DETAILS, returns=InvoicingShown)
def show_invoicing(request: KeyRequest) -> InvoicingShown:
    """Show the purchase order and the language of coming invoices, and the addresses that get them."""
    return InvoicingShown.of(Account.objects.of(request.organization))


@operations.patch("/billing/details", Permission.EDIT_BILLING_DETAILS, returns=InvoicingShown)
def change_invoicing(request: KeyRequest, change: InvoicingChange) -> InvoicingShown:
    """Change the purchase order and the language of coming invoices."""
    now = values_of(Account.objects.of(request.organization))
    changed = {**now, **change.model_dump(exclude_unset=True)}
    return InvoicingShown.of(edit_invoicing(organization=request.organization, **changed, by=request.actor))


@operations.post("/billing/recipients", Permission.EDIT_BILLING_DETAILS, returns=RecipientShown)
def make_recipient(request: KeyRequest, given: RecipientGiven, response: HttpResponse) -> RecipientShown:
    """Send coming invoices to an address, too."""
    recipient = add_recipient(organization=request.organization, email=given.email, by=request.actor)
    response.headers["Location"] = f"/api/v1/billing/recipients/{recipient.pk}"
    return _drawn(recipient)


@operations.get("/billing/recipients/{uuid:pk}", Permission.EDIT_BILLING_DETAILS, returns=RecipientShown)
def show_recipient(request: KeyRequest, pk: UUID) -> RecipientShown:
    """Show an address that gets the invoices."""
    return _drawn(get_object_or_404(Recipient, account=request.organization.pk, pk=pk))


@operations.delete("/billing/recipients/{uuid:pk}", Permission.EDIT_BILLING_DETAILS)
def delete_recipient(request: KeyRequest, pk: UUID) -> None:
    """Send invoices to an address no more."""
    get_object_or_404(Recipient, account=request.organization.pk, pk=pk)
    remove_recipient(organization=request.organization, pk=pk, by=request.actor)


def _drawn(recipient: Recipient) -> RecipientShown:
    return RecipientShown(id=recipient.pk, email=recipient.email, added_at=recipient.added_at)
