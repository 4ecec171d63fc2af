"""Mail for staff: to whom, when, whether it left; never what is written in it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.staff import ReadOnlyAdmin
from outbox.actions import try_again
from outbox.models import Mail


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin[Mail]):
    """A list to look at, and one button."""

    list_display = ["created_at", "to", "subject", "kind", "state", "attempts", "last_error", "sent_at"]
    list_filter = ["state", "kind", "created_at"]
    search_fields = ["to", "subject", "=id", "=organization_id"]
    search_help_text = _("Address, subject, or the id of a mail or an organization")
    ordering = ["-created_at"]
    actions = ["try_again_now"]
    # Not the bodies and headers: they hold links that open something.
    fields = [
        "id", "to", "from_address", "subject", "kind", "organization_id", "state", "attempts", "last_error",
        "created_at", "due_at", "sent_at",
    ]  # fmt: skip

    @admin.action(description=_("Try again now"), permissions=["act"])
    def try_again_now(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        """Deliver the chosen mails now; says which cannot be."""
        done = ngettext_lazy("%d mail is being sent.", "%d mails are being sent.")
        self.run_for_each(request, queryset, try_again, done)
