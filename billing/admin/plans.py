"""Plans, which staff edit, and who subscribes to them, to be read."""

from typing import Any, cast, override

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.actions.plans import change_plan_terms, make_plan
from billing.forms.plan_terms import PlanForm
from billing.models import Interval, Period, Plan, Subscription
from console.money import money
from console.staff import ActionAdmin, ReadOnlyAdmin, ReadOnlyInline
from organizations.admin.people import staff_actor


@admin.register(Plan)
class PlanAdmin(ActionAdmin[Plan]):
    """What organizations can subscribe to. A plan is withdrawn, never deleted: invoices speak of it."""

    form = PlanForm
    list_display = ["name", "key", "monthly_price", "yearly_price", "is_offered", "is_standard", "subscribers", "order"]
    list_filter = ["is_offered"]
    search_fields = ["name", "key"]
    fields = [*PlanForm.Meta.fields]
    ordering = ["order", "name"]
    actions = ["offer", "withdraw"]

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        """With how many subscribe to it."""
        going_on = ~Q(subscriptions__state=Subscription.State.ENDED)
        return super().get_queryset(request).annotate(subscribed=Count("subscriptions", filter=going_on))

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> tuple[str, ...]:
        """Programs know a plan by its key."""
        return ("key",) if obj else ()

    @admin.display(description=_("price for a month"), ordering="monthly")
    def monthly_price(self, plan: Plan) -> str:
        """Without VAT."""
        return _shown(plan, Interval.MONTH)

    @admin.display(description=_("price for a year"), ordering="yearly")
    def yearly_price(self, plan: Plan) -> str:
        """Without VAT."""
        return _shown(plan, Interval.YEAR)

    @admin.display(description=_("subscribers"), ordering="subscribed")
    def subscribers(self, plan: Any) -> int:
        """How many organizations have chosen it."""
        return int(plan.subscribed)

    @override
    def save_model(self, request: HttpRequest, obj: Plan, form: Any, change: bool) -> None:
        """Save by the action."""
        terms, by = cast("PlanForm", form).terms, staff_actor(request)
        if change:
            change_plan_terms(plan=obj, by=by, **terms)
        else:
            obj.pk = make_plan(key=obj.key, by=by, **terms).pk

    @admin.action(description=_("Offer"), permissions=["act"])
    def offer(self, request: HttpRequest, queryset: QuerySet[Plan]) -> None:
        """Let organizations choose them."""
        by = staff_actor(request)
        done = ngettext_lazy("%d plan is offered.", "%d plans are offered.")
        self.run_for_each(request, queryset, lambda plan: change_plan_terms(plan=plan, by=by, is_offered=True), done)

    @admin.action(description=_("Withdraw: who has it keeps it"), permissions=["act"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Plan]) -> None:
        """Let nobody choose them any more."""
        by = staff_actor(request)
        done = ngettext_lazy("%d plan is offered no longer.", "%d plans are offered no longer.")
        self.run_for_each(request, queryset, lambda plan: change_plan_terms(plan=plan, by=by, is_offered=False), done)


class PeriodInline(ReadOnlyInline[Period, Subscription]):
    """The periods that were charged."""

    model = Period
    fields = readonly_fields = ("number", "start", "end", "plan", "price", "charge")
    ordering = ["-number"]

    @admin.display(description=_("price"))
    def price(self, period: Period) -> str:
        """Without VAT."""
        return money(period.subscription.account.money(period.net))

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Period]:
        """With what a line shows."""
        return super().get_queryset(request).select_related("plan", "charge", "subscription__account")


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin[Subscription]):
    """Who subscribes to what, period by period."""

    list_display = ["account", "plan", "interval", "state", "period_end", "ends", "next_plan", "started_at"]
    list_filter = ["state", "interval", "plan"]
    list_select_related = ["account__organization", "plan", "next_plan"]
    search_fields = ["account__organization__name", "account__organization__slug", "=account__id", "=id"]
    fields = [
        "id", "account", "plan", "interval", "state", "anchor", "number", "period_start", "period_end", "ends",
        "next_plan", "next_interval", "started_at", "ended_at",
    ]  # fmt: skip
    inlines = [PeriodInline]
    ordering = ["-id"]


def _shown(plan: Plan, interval: str) -> str:
    price = plan.price_shown(interval)
    return "" if price is None else money(price)
