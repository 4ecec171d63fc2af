"""Payments for staff: to find, to read, to give back, and to ask the gateway about; and what gateways have told us."""

from typing import Any, override
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from billing.actions.payments import ask_again, refund_payment
from billing.admin.giving import form_page
from billing.forms.funds import CreditForm
from billing.models import Dispute, GatewayEvent, Payment, PaymentMethod, Refund, RefusedEvent
from console.money import money
from console.staff import ReadOnlyAdmin, ReadOnlyInline
from organizations.admin.people import staff_actor


class _Beside[M: (Refund, Dispute)](ReadOnlyInline[M, Payment]):
    """Rows of a payment that are read."""

    @admin.display(description=_("amount"))
    def shown_amount(self, row: M) -> str:
        """How much."""
        return money(row.payment.account.money(row.amount))


class RefundInline(_Beside[Refund]):
    """What went back."""

    model = Refund
    fields = readonly_fields = (
        "shown_amount", "state", "note", "problem", "asked_by", "asked_at", "settled_at", "attempts", "external_id",
    )  # fmt: skip


class DisputeInline(_Beside[Dispute]):
    """What its payer wants back through a bank."""

    model = Dispute
    fields = readonly_fields = ("shown_amount", "state", "opened_at", "external_id")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin[Payment]):
    """How funds come in. What is odd is looked at: ask the gateway again, and what fits then counts."""

    list_display = ["asked_at", "account", "shown_amount", "state", "purpose", "gateway", "method_name", "problem"]
    list_filter = ["state", "purpose", "gateway"]
    list_select_related = ["account__organization"]
    search_fields = [
        "account__organization__name", "account__organization__slug", "=account__id", "=external_id", "=id",
    ]  # fmt: skip
    fields = [
        "id", "account", "purpose", "shown_amount", "state", "problem", "gateway", "external_id", "method_name",
        "asked_by", "asked_at", "settled_at", "due_at", "attempts", "shown_back", "doors",
    ]  # fmt: skip
    inlines = [RefundInline, DisputeInline]
    ordering = ["-id"]
    actions = ["ask_again"]

    @override
    def get_urls(self) -> list[Any]:
        """The pages of the payment, and the form."""
        refund = self.admin_site.admin_view(self.refund)
        return [path("<uuid:pk>/refund/", refund, name="billing_payment_refund"), *super().get_urls()]

    @admin.action(description=_("Ask the gateway again"), permissions=["act"])
    def ask_again(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        """Find out where each chosen one stands; an odd one of which all fits now is credited."""
        by = staff_actor(request)
        done = ngettext_lazy("%d payment was asked about.", "%d payments were asked about.")
        rows = queryset.select_related("account__organization")
        self.run_for_each(request, rows, lambda payment: ask_again(payment=payment, by=by), done)

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, payment: Payment) -> str:
        """How much."""
        return money(payment.money)

    @admin.display(description=_("went back"))
    def shown_back(self, payment: Payment) -> str:
        """How much of it went back, by us and by a bank."""
        account = payment.account
        return f"{money(account.money(payment.refunded))} + {money(account.money(payment.disputed))}"

    @admin.display(description=_("to do"))
    def doors(self, payment: Payment) -> str:
        """What can be done, and what belongs to it."""
        found = [
            (reverse("admin:billing_gatewayevent_changelist") + f"?payment__exact={payment.pk}", _("Messages")),
        ]
        if payment.returnable:
            found.insert(0, (reverse("admin:billing_payment_refund", args=[payment.pk]), _("Give back")))
        return format_html_join(" · ", '<a href="{}">{}</a>', found)

    def refund(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give some of it back to the card."""
        payment = get_object_or_404(Payment.objects.select_related("account__organization"), pk=pk)
        return form_page(
            self,
            request,
            CreditForm(request.POST or None, currency=payment.account.currency),
            refund_payment,
            title=gettext("Give back of the payment of %(amount)s by %(account)s")
            % {"amount": money(payment.money), "account": payment.account},
            done=gettext("It is on its way back to the card."),
            back=reverse("admin:billing_payment_change", args=[pk]),
            payment=payment,
        )


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnlyAdmin[GatewayEvent]):
    """What gateways have told us, as it came."""

    list_display = ["received_at", "gateway", "kind", "state", "note", "times", "payment"]
    list_filter = ["state", "gateway", "kind"]
    list_select_related = ["payment__account"]
    search_fields = ["=external_id", "=payment__id", "=id"]
    fields = ["id", "gateway", "external_id", "kind", "state", "note", "payment", "times", "received_at", "body"]
    ordering = ["-id"]


@admin.register(RefusedEvent)
class RefusedEventAdmin(ReadOnlyAdmin[RefusedEvent]):
    """Calls to a gateway's address that were not the gateway's, or too old."""

    list_display = ["hour", "gateway", "reason", "times"]
    list_filter = ["gateway", "reason"]
    fields = ["gateway", "reason", "hour", "times", "sample"]
    ordering = ["-hour"]


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ReadOnlyAdmin[PaymentMethod]):
    """Cards that gateways keep."""

    list_display = ["__str__", "account", "gateway", "is_default", "added_at", "removed_at", "forgotten_at"]
    list_filter = ["gateway", "is_default"]
    list_select_related = ["account__organization"]
    search_fields = ["account__organization__name", "account__organization__slug", "=account__id", "=id"]
    fields = [
        "id", "account", "gateway", "external_id", "brand", "last4", "expires_year", "expires_month", "is_default",
        "added_by", "added_at", "removed_at", "forgotten_at", "attempts",
    ]  # fmt: skip
    ordering = ["-id"]
