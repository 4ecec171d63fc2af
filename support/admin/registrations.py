"""People of customers for staff: who has come, and what keeps others out."""

from django.contrib import admin

from console.staff import ReadOnlyAdmin
from support.models import CustomerPerson


@admin.register(CustomerPerson)
class CustomerPersonAdmin(ReadOnlyAdmin[CustomerPerson]):
    """Whom the directory names."""

    list_display = ["email", "name", "customer", "role", "is_administrator", "joined_at", "problem", "reminded_at"]
    list_filter = ["is_administrator", "problem", ("joined_at", admin.EmptyFieldListFilter)]
    list_select_related = ["customer"]
    search_fields = ["email", "name", "customer__name", "=customer__key"]
    fields = [
        "id", "email", "name", "customer", "role", "is_administrator", "user", "joined_at", "problem",
        "reminded_at", "reminders",
    ]  # fmt: skip
    ordering = ["email"]
