"""Invoices for staff: to find, to read, and to credit; and the rates of VAT."""

from typing import Any, override
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.actions.invoices import creditable, issue_credit_note
from billing.actions.tax_rates import set_tax_rate
from billing.admin.giving import form_page
from billing.forms.invoices import CreditNoteForm
from billing.forms.tax_rates import TaxRateForm
from billing.models import Charge, Invoice, InvoiceLine, Recipient, TaxRate
from billing.pdf import draw, file_name
from console.money import money
from console.staff import ReadOnlyAdmin, ReadOnlyInline
from organizations.admin.people import staff_actor


class LineInline(ReadOnlyInline[InvoiceLine, Invoice]):
    """What it bears."""

    model = InvoiceLine
    fields = readonly_fields = ("title", "detail", "quantity", "unit", "unit_price", "shown_net", "shown_vat", "rate")
    ordering = ("position",)

    @admin.display(description=_("without VAT"))
    def shown_net(self, line: InvoiceLine) -> str:
        """What it comes to without VAT."""
        return money(line.invoice.money(line.net))

    @admin.display(description=_("VAT"))
    def shown_vat(self, line: InvoiceLine) -> str:
        """The VAT on it."""
        return money(line.invoice.money(line.vat))


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin[Invoice]):
    """Invoices and credit notes. What is wrong on one is credited; it stays as it is itself."""

    list_display = ["number", "kind", "account", "month", "issued_at", "shown_total", "corrects"]
    list_filter = ["kind", "year"]
    list_select_related = ["account__organization", "corrects"]
    search_fields = ["number", "account__organization__name", "account__organization__slug", "=account__id", "=id"]
    fields = [
        "id", "number", "kind", "account", "corrects", "month", "year", "issued_at", "language", "shown_total",
        "shown_net", "shown_vat", "shown_owed", "currency", "purchase_order", "seller", "buyer", "notes", "doors",
    ]  # fmt: skip
    inlines = [LineInline]
    ordering = ["-id"]

    @override
    def get_urls(self) -> list[URLPattern]:
        """The pages of the invoice, its file, and the form."""
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/pdf/", view(self.pdf), name="billing_invoice_pdf"),
            path("<uuid:pk>/credit-note/", view(self.credit_note), name="billing_invoice_credit_note"),
            *super().get_urls(),
        ]

    @admin.display(description=_("total"))
    def shown_total(self, invoice: Invoice) -> str:
        """What it comes to, VAT included."""
        return money(invoice.total)

    @admin.display(description=_("without VAT"))
    def shown_net(self, invoice: Invoice) -> str:
        """What it comes to without VAT."""
        return money(invoice.money(invoice.net))

    @admin.display(description=_("VAT"))
    def shown_vat(self, invoice: Invoice) -> str:
        """The VAT on it."""
        return money(invoice.money(invoice.vat))

    @admin.display(description=_("owed"))
    def shown_owed(self, invoice: Invoice) -> str:
        """What of it was owed when it was issued."""
        return money(invoice.money(invoice.owed))

    @admin.display(description=_("to do"))
    def doors(self, invoice: Invoice) -> str:
        """What can be done, and what belongs to it."""
        pk = invoice.pk
        found = [(reverse("admin:billing_invoice_pdf", args=[pk]), gettext("PDF"))]
        if invoice.kind == Invoice.Kind.INVOICE and creditable(invoice):
            found.append((reverse("admin:billing_invoice_credit_note", args=[pk]), gettext("Credit note")))
        charges = reverse("admin:billing_charge_changelist") + f"?invoice__exact={pk}"
        return format_html_join(" · ", '<a href="{}">{}</a>', [*found, (charges, gettext("Charges"))])

    def pdf(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The file, for who may see the row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        invoice = get_object_or_404(Invoice.objects.select_related("corrects"), pk=pk)
        response = HttpResponse(draw(invoice), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name(invoice)}"'
        return response

    def credit_note(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Credit it, or some of it."""
        invoice = get_object_or_404(Invoice.objects.select_related("account__organization"), pk=pk)
        left = money(invoice.money(creditable(invoice)))
        return form_page(
            self,
            request,
            CreditNoteForm(request.POST or None, currency=invoice.currency),
            issue_credit_note,
            title=gettext("Credit invoice %(number)s, of which %(left)s is left")
            % {"number": invoice.number, "left": left},
            done=gettext("The credit note is issued, and its amount is in the funds."),
            back=reverse("admin:billing_invoice_change", args=[pk]),
            invoice=invoice,
        )


@admin.register(Charge)
class ChargeAdmin(ReadOnlyAdmin[Charge]):
    """What was charged, and on which invoice it is."""

    list_display = ["created_at", "account", "kind", "month", "shown_total", "treatment", "invoice"]
    list_filter = ["kind", "treatment"]
    list_select_related = ["account__organization", "invoice"]
    search_fields = ["account__organization__name", "account__organization__slug", "=account__id", "=key", "=id"]
    fields = [
        "id", "account", "kind", "key", "month", "start", "end", "plan_name", "interval", "shown_net", "shown_vat",
        "rate", "country", "treatment", "invoice", "created_at",
    ]  # fmt: skip
    ordering = ["-id"]

    @admin.display(description=_("total"))
    def shown_total(self, charge: Charge) -> str:
        """What it takes, VAT included."""
        return money(charge.money)

    @admin.display(description=_("without VAT"))
    def shown_net(self, charge: Charge) -> str:
        """What it takes without VAT."""
        return money(charge.account.money(charge.net))

    @admin.display(description=_("VAT"))
    def shown_vat(self, charge: Charge) -> str:
        """The VAT on it."""
        return money(charge.account.money(charge.vat))


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin[Recipient]):
    """Who gets the invoices of whom."""

    list_display = ["email", "account", "added_at"]
    list_select_related = ["account__organization"]
    search_fields = ["email", "account__organization__name", "account__organization__slug", "=account__id", "=id"]
    fields = ["id", "account", "email", "added_at"]
    ordering = ["-id"]


@admin.register(TaxRate)
class TaxRateAdmin(ReadOnlyAdmin[TaxRate]):
    """Rates of VAT from a day on. When one changes, another is added, from the day on which it counts."""

    form = TaxRateForm
    list_display = ["country", "rate", "since"]
    fields = [*TaxRateForm.Meta.fields]
    search_fields = ["=country"]
    ordering = ["country", "-since"]

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        """Staff who may add one."""
        return admin.ModelAdmin.has_add_permission(self, request)

    @override
    def has_change_permission(self, request: HttpRequest, obj: TaxRate | None = None) -> bool:
        """Staff who may press the buttons; what was typed wrongly is set right."""
        return self.has_act_permission(request)

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: TaxRate | None = None) -> tuple[str, ...]:
        """Which rate it is stays."""
        return ("country", "since") if obj else ()

    @override
    def save_model(self, request: HttpRequest, obj: TaxRate, form: Any, change: bool) -> None:
        """Save by the action."""
        obj.pk = set_tax_rate(country=obj.country, rate=obj.rate, since=obj.since, by=staff_actor(request)).pk
