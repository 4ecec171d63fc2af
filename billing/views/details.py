"""Whom bills are made out to, and who gets them; open in any state of the organization (issue 7, point 6)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing.actions.invoices import add_recipient, edit_invoicing, remove_recipient
from billing.forms.details import InvoicingForm, RecipientForm
from billing.models import Account, Recipient
from console.attempts import attempt
from organizations.access import requires
from organizations.models import Details
from organizations.requests import OrgRequest
from organizations.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_BILLING_DETAILS)
def details(request: OrgRequest) -> HttpResponse:
    """The cards; a POST saves the purchase order and the language."""
    account = Account.objects.of(request.organization)
    form = InvoicingForm(request.POST or None, account=account)
    if form.run(edit_invoicing, organization=request.organization, by=request.actor):
        messages.success(request, _("Saved. Coming invoices are made out like this."))
        return redirect("billing:details", request.organization.slug)
    return _page(request, account, invoicing=form)


@require_POST
@requires(Permission.EDIT_BILLING_DETAILS)
def add(request: OrgRequest) -> HttpResponse:
    """Add a recipient."""
    form = RecipientForm(request.POST)
    if recipient := form.run(add_recipient, organization=request.organization, by=request.actor):
        messages.success(request, _("Coming invoices go to %s, too.") % recipient.email)
        return redirect("billing:details", request.organization.slug)
    return _page(request, Account.objects.of(request.organization), recipient=form)


@require_POST
@requires(Permission.EDIT_BILLING_DETAILS)
def remove(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Remove a recipient; to have it back one adds it again."""
    get_object_or_404(Recipient, account=request.organization.pk, pk=pk)
    done = _("No further invoices go to this address.")
    attempt(request, remove_recipient, done, organization=request.organization, pk=pk, by=request.actor)
    return redirect("billing:details", request.organization.slug)


def _page(request: OrgRequest, account: Account, **answered: Any) -> HttpResponse:
    """The cards; ``answered``: the form that was sent and refused, by its name."""
    forms = {"invoicing": InvoicingForm(account=account), "recipient": RecipientForm()}
    context = {
        "account": account,
        "company": Details.objects.filter(organization=request.organization).first(),
        "recipients": list(Recipient.objects.filter(account=account.pk).order_by("email")),
        **(forms | answered),
    }
    return render(request, "billing/details.html", context)
