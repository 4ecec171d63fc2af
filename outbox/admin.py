"""What leaves, for staff: mails, text messages and webhooks: to whom, when, whether; never what is written in them."""

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.staff import ReadOnlyAdmin
from outbox.actions import try_again
from outbox.models import Delivery, Mail, TextMessage, Webhook
from outbox.signals import tried_again


class DeliveryAdmin[D: Delivery](ReadOnlyAdmin[D]):
    """A list to look at, and one button."""

    actions = ["try_again_now"]
    ordering = ["-created_at"]

    @admin.action(description=_("Try again now"), permissions=["act"])
    def try_again_now(self, request: HttpRequest, queryset: QuerySet[D]) -> None:
        """Deliver what was chosen now; says what cannot be."""
        done = ngettext_lazy("%d message is being sent.", "%d messages are being sent.")

        @transaction.atomic
        def again(delivery: D) -> None:
            try_again(delivery)
            tried_again.send(sender=self.model, delivery=delivery, request=request)

        self.run_for_each(request, queryset, again, done)


@admin.register(Mail)
class MailAdmin(DeliveryAdmin[Mail]):
    """Mails."""

    list_display = ["created_at", "to", "subject", "kind", "state", "attempts", "last_error", "sent_at", "bounced_at"]
    list_filter = ["state", "kind", "created_at"]
    search_fields = ["to", "subject", "=id", "=organization_id"]
    search_help_text = _("Address, subject, or the id of a mail or an organization")
    # Not the bodies and headers: they hold links that open something.
    fields = [
        "id", "to", "from_address", "subject", "kind", "organization_id", "attached", "state", "attempts", "last_error",
        "created_at", "due_at", "sent_at", "bounced_at",
    ]  # fmt: skip


@admin.register(TextMessage)
class TextMessageAdmin(DeliveryAdmin[TextMessage]):
    """Text messages."""

    list_display = ["created_at", "number", "kind", "state", "attempts", "last_error", "sent_at"]
    list_filter = ["state", "kind", "created_at"]
    search_fields = ["number", "=id", "=account_id"]
    search_help_text = _("Telephone number, or the id of a text message or a user")
    # Not the text: it holds a code.
    fields = [
        "id", "number", "kind", "account_id", "state", "attempts", "last_error", "created_at", "due_at", "expires_at",
        "sent_at",
    ]  # fmt: skip


@admin.register(Webhook)
class WebhookAdmin(DeliveryAdmin[Webhook]):
    """Calls to endpoints; those that failed are the dead letters, which can be tried again for a week."""

    list_display = ["created_at", "endpoint", "kind", "state", "attempts", "status", "last_error", "sent_at"]
    list_filter = ["state", "kind", "created_at"]
    list_select_related = ["endpoint"]
    search_fields = ["endpoint__name", "=id", "=subject_id", "=organization_id"]
    search_help_text = _("An endpoint, or the id of a call, of a service or of an organization")
    # Not the body: it holds what people typed.
    fields = [
        "id", "endpoint", "kind", "subject_id", "organization_id", "state", "attempts", "status", "last_error",
        "created_at", "due_at", "sent_at",
    ]  # fmt: skip
