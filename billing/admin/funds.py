"""Accounts, their entries and promotional credit, for staff: to find, to read, to give, and to set right."""

from typing import Any, override
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.actions.corrections import correct_entry, give_credit
from billing.actions.promotions import give_promotion
from billing.admin.giving import form_page
from billing.forms.funds import CorrectionForm, CreditForm, PromotionForm
from billing.models import Account, Entry, Promotion
from console.money import money
from console.staff import ReadOnlyAdmin
from organizations.models import Organization


class Owing(admin.SimpleListFilter):
    """Accounts that owe something."""

    title = _("past due")
    parameter_name = "owing"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """One choice."""
        return [("yes", _("Yes"))]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Account]) -> QuerySet[Account]:
        """Those that owe something, where that was chosen."""
        return queryset.filter(past_due_since__isnull=False) if self.value() == "yes" else queryset


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin[Account]):
    """Whose money it is. One is shown, and given to, before there is a row for it, by its organization's id."""

    list_display = ["__str__", "shown_funds", "currency", "past_due_since", "first_paid_at", "created_at"]
    list_filter = [Owing, "currency"]
    list_select_related = ["organization"]
    search_fields = ["organization__name", "organization__slug", "=id"]
    fields = [
        "id", "organization", "shown_funds", "currency", "past_due_since", "reminders", "first_paid_at",
        "trial_used_at", "purchase_order", "language", "created_at", "doors",
    ]  # fmt: skip
    ordering = ["-id"]

    @override
    def get_urls(self) -> list[URLPattern]:
        """The pages of the account, and the two forms."""
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/credit/", view(self.credit), name="billing_account_credit"),
            path("<uuid:pk>/promotion/", view(self.promotion), name="billing_account_promotion"),
            *super().get_urls(),
        ]

    @override
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Account | None:
        """The account of that id; an organization that has none yet shows an empty one."""
        found = super().get_object(request, object_id, from_field)
        if found is not None or from_field:
            return found
        organization = _organization(object_id)
        return Account.objects.of(organization) if organization else None

    @admin.display(description=_("funds"), ordering="balance")
    def shown_funds(self, account: Account) -> str:
        """What there is."""
        return money(account.funds)

    @admin.display(description=_("to do"))
    def doors(self, account: Account) -> str:
        """What can be done, and what belongs to it."""
        pk = account.pk
        here = f"?account__exact={pk}"
        found = [
            (reverse("admin:billing_account_credit", args=[pk]), _("Give credit")),
            (reverse("admin:billing_account_promotion", args=[pk]), _("Give promotional credit")),
            (reverse("admin:billing_entry_changelist") + here, _("Entries")),
            (reverse("admin:billing_promotion_changelist") + here, _("Promotional credits")),
        ]
        return format_html_join(" · ", '<a href="{}">{}</a>', found)

    def credit(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give credit that does not end."""
        return self._give(request, pk, CreditForm, gettext("Give credit"))

    def promotion(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give credit that ends."""
        return self._give(request, pk, PromotionForm, gettext("Give promotional credit"))

    def _give(self, request: HttpRequest, pk: UUID, form: type[CreditForm], title: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=pk)
        account = Account.objects.of(organization)
        return form_page(
            self,
            request,
            form(request.POST or None, currency=account.currency),
            give_promotion if form is PromotionForm else give_credit,
            title=f"{title}: {organization.display_name}",
            done=gettext("The credit was given."),
            back=reverse("admin:billing_account_change", args=[pk]),
            organization=organization,
        )


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin[Entry]):
    """What came in and went out, of all accounts; what was wrong is set right by another entry."""

    list_display = ["at", "account", "number", "reason", "shown_amount", "shown_funds", "note"]
    list_filter = ["reason"]
    list_select_related = ["account__organization"]
    search_fields = ["account__organization__name", "account__organization__slug", "=account__id", "=key", "=id"]
    fields = [
        "id", "account", "number", "at", "reason", "shown_amount", "shown_funds", "key", "payment", "refund", "charge",
        "promotion", "corrects", "note", "doors",
    ]  # fmt: skip
    ordering = ["-id"]

    @override
    def get_urls(self) -> list[URLPattern]:
        """The pages of the entry, and the form."""
        correction = self.admin_site.admin_view(self.correction)
        return [path("<uuid:pk>/correction/", correction, name="billing_entry_correction"), *super().get_urls()]

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, entry: Entry) -> str:
        """What came in, or went out."""
        return money(entry.money)

    @admin.display(description=_("funds then"))
    def shown_funds(self, entry: Entry) -> str:
        """What there was after it."""
        return money(entry.funds)

    @admin.display(description=_("to do"))
    def doors(self, entry: Entry) -> str:
        """What can be done."""
        found = [(reverse("admin:billing_entry_correction", args=[entry.pk]), _("Correct"))]
        return format_html_join(" · ", '<a href="{}">{}</a>', found)

    def correction(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take back what an entry did, or a part of it."""
        entry = get_object_or_404(Entry.objects.select_related("account__organization"), pk=pk)
        return form_page(
            self,
            request,
            CorrectionForm(request.POST or None, currency=entry.account.currency),
            correct_entry,
            title=gettext("Correct %(amount)s of %(account)s")
            % {"amount": money(entry.money), "account": entry.account},
            done=gettext("The correction is written."),
            back=reverse("admin:billing_entry_change", args=[pk]),
            entry=entry,
        )


@admin.register(Promotion)
class PromotionAdmin(ReadOnlyAdmin[Promotion]):
    """Promotional credit, and what is left of it."""

    list_display = ["given_at", "account", "shown_amount", "shown_left", "ends_at", "note", "given_by"]
    list_select_related = ["account__organization", "given_by"]
    search_fields = ["account__organization__name", "account__organization__slug", "=account__id", "note", "=id"]
    fields = [
        "id", "account", "shown_amount", "shown_left", "ends_at", "note", "given_by", "given_at", "told_at",
    ]  # fmt: skip
    ordering = ["-id"]

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, promotion: Promotion) -> str:
        """What was given."""
        return money(promotion.money)

    @admin.display(description=_("left"), ordering="left")
    def shown_left(self, promotion: Promotion) -> str:
        """What is left of it."""
        return money(promotion.money_left)


def _organization(pk: str) -> Organization | None:
    try:
        return Organization.objects.filter(pk=UUID(pk)).first()
    except ValueError:
        return None
