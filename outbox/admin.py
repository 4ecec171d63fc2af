"""Mail for staff: to whom, when, whether it left; never what is written in it."""

from typing import Any, override

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from console.refusal import Refused
from outbox.actions import try_again
from outbox.models import Mail


@admin.register(Mail)
class MailAdmin(admin.ModelAdmin[Mail]):
    """A list to look at, and one button."""

    list_display = ("created_at", "to", "subject", "kind", "state", "attempts", "last_error", "sent_at")
    list_filter = ("state", "kind", "created_at")
    search_fields = ("to", "subject", "=id", "=organization_id")
    search_help_text = _("Address, subject, or the id of a mail or an organization")
    ordering = ("-created_at",)
    show_full_result_count = False
    actions = ("try_again_now",)
    # Bodies and headers hold links that open something.
    fields = (
        "id", "to", "from_address", "subject", "kind", "organization_id", "state", "attempts", "last_error",
        "created_at", "due_at", "sent_at",
    )  # fmt: skip
    readonly_fields = fields

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False

    @override
    def has_delete_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False

    @override
    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        # Django filters by any column that an address names, so a link could be guessed letter by letter.
        shown = lookup.partition("__")[0] in self.fields
        return shown and super().lookup_allowed(lookup, value, request)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whether this person may have mails tried again."""
        return request.user.has_perm("outbox.change_mail")

    @admin.action(description=_("Try again now"), permissions=["retry"])
    def try_again_now(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        """Deliver the chosen mails now; says which cannot be."""
        tried = 0
        for mail in queryset:
            try:
                try_again(mail)
            except Refused as refusal:
                self.message_user(request, f"{mail}: {' '.join(refusal.messages)}", messages.WARNING)
            else:
                tried += 1
                self.log_change(request, mail, "Tried again")
        if tried:
            said = ngettext("%d mail is being sent.", "%d mails are being sent.", tried) % tried
            self.message_user(request, said, messages.SUCCESS)
