"""People of customers for staff: who has come, and what keeps others out."""

from typing import Any, override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from console.staff import ReadOnlyAdmin
from support.models import CustomerPerson


class Joined(admin.SimpleListFilter):
    """Whether somebody has come."""

    title = gettext_lazy("joined")
    parameter_name = "joined"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Come, or not yet."""
        return [("yes", gettext_lazy("yes")), ("no", gettext_lazy("not yet"))]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[CustomerPerson]) -> QuerySet[CustomerPerson]:
        """Those of the choice."""
        is_missing = {"yes": False, "no": True}.get(self.value() or "")
        return queryset if is_missing is None else queryset.filter(joined_at__isnull=is_missing)


@admin.register(CustomerPerson)
class CustomerPersonAdmin(ReadOnlyAdmin[CustomerPerson]):
    """Whom the directory names."""

    list_display = ["email", "name", "customer", "role", "is_administrator", "joined_at", "problem", "reminded_at"]
    list_filter = ["is_administrator", Joined, "problem"]
    list_select_related = ["customer"]
    search_fields = ["email", "name", "customer__name", "=customer__key"]
    fields = [
        "id", "email", "name", "customer", "role", "is_administrator", "user", "joined_at", "problem",
        "reminded_at", "reminders",
    ]  # fmt: skip
    ordering = ["email"]
