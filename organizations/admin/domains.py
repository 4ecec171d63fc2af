"""Domain names in the admin: staff read what was found, and change nothing."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from console.staff import ReadOnlyAdmin
from organizations.models import Domain


@admin.register(Domain)
class DomainAdmin(ReadOnlyAdmin[Domain]):
    """Domain names of organizations, and the last look at each."""

    list_display = ["name", "organization", "verified_at", "problem", "checked_at", "missing_since", "joining"]
    list_filter = ["problem", "joining"]
    list_select_related = ["organization"]
    search_fields = ["name", "organization__name", "organization__slug", "=id"]
    fields = [
        "id", "name", "organization", "verified_at", "record_name", "checked_at", "trouble", "due_at", "missing_since",
        "lapses_at", "lost_at", "given_up_at", "joining", "role_label", "created_at",
    ]  # fmt: skip
    ordering = ["-id"]

    @admin.display(description=_("TXT record"))
    def record_name(self, domain: Domain) -> str:
        """Where the record stands; what it says is the organization's business."""
        return domain.record_name

    @admin.display(description=_("what was found"))
    def trouble(self, domain: Domain) -> str:
        """What the last check found instead."""
        return domain.trouble
