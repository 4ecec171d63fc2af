"""What organizations have besides their people, for staff to find and to read: nothing of it has a button here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from console.staff import ReadOnlyAdmin
from organizations.models import (
    BatchRow,
    CustomRole,
    Details,
    InvitationBatch,
    OrganizationExport,
    PolicyInForce,
)


@admin.register(CustomRole)
class CustomRoleAdmin(ReadOnlyAdmin[CustomRole]):
    """Roles that organizations have made."""

    list_display = ["name", "organization", "allowed", "created_by", "created_at"]
    list_select_related = ["organization", "created_by"]
    search_fields = ["name", "organization__name", "organization__slug", "=id"]
    fields = ["id", "organization", "name", "allowed", "created_by", "created_at"]
    ordering = ["-id"]

    @admin.display(description=_("permissions"))
    def allowed(self, role: CustomRole) -> str:
        """The words of what it may do, as the log of the organization has them."""
        return ", ".join(sorted(role.permissions))


@admin.register(Details)
class DetailsAdmin(ReadOnlyAdmin[Details]):
    """Companies and addresses."""

    list_display = ["organization", "company", "country", "vat_number", "updated_at"]
    list_select_related = ["organization"]
    search_fields = ["company", "vat_number", "organization__name", "organization__slug", "=id"]
    fields = [
        "id", "organization", "company", "street_address", "city_area", "city", "country_area", "postal_code",
        "sorting_code", "country", "vat_number", "updated_at",
    ]  # fmt: skip
    ordering = ["-id"]


@admin.register(InvitationBatch)
class BatchAdmin(ReadOnlyAdmin[InvitationBatch]):
    """Lists of people to invite, and how far their sending is."""

    list_display = ["created_at", "organization", "by", "state", "reason", "waits_until", "ended_at"]
    list_filter = ["state", "reason"]
    list_select_related = ["organization", "by"]
    search_fields = ["organization__name", "organization__slug", "by__email", "=id"]
    fields = [
        "id", "organization", "by", "state", "reason", "created_at", "due_at", "waits_until", "attempts", "failures",
        "ended_at",
    ]  # fmt: skip
    ordering = ["-id"]


@admin.register(BatchRow)
class BatchRowAdmin(ReadOnlyAdmin[BatchRow]):
    """Whom these lists name, and why somebody was not invited."""

    list_display = ["email", "batch", "number", "state", "problem"]
    list_filter = ["state", "problem"]
    list_select_related = ["batch"]
    search_fields = ["email", "=batch__id", "=id"]
    fields = ["id", "batch", "number", "email", "role", "state", "problem", "invitation"]
    ordering = ["-id"]


@admin.register(OrganizationExport)
class ExportAdmin(ReadOnlyAdmin[OrganizationExport]):
    """Exports of organizations: who asked, and whether they were made; not the name of the file."""

    list_display = ["created_at", "organization", "requested_by", "state", "attempts", "last_error", "expires_at"]
    list_filter = ["state"]
    list_select_related = ["organization", "requested_by"]
    search_fields = ["organization__name", "organization__slug", "requested_by__email", "=id"]
    fields = [
        "id", "organization", "requested_by", "state", "progress", "size", "attempts", "last_error", "created_at",
        "due_at", "sent_at", "expires_at",
    ]  # fmt: skip
    ordering = ["-created_at"]


@admin.register(PolicyInForce)
class PolicyInForceAdmin(ReadOnlyAdmin[PolicyInForce]):
    """The policy that the data was made under."""

    list_display = ["policy", "since"]
    search_fields = ["policy"]
    fields = ["id", "policy", "since"]
    ordering = ["-since"]
