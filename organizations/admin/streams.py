"""Streams of logs in the admin: how far each is, and to switch off; never the secret, of the address only the host."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.outbound import host_of
from console.staff import ReadOnlyAdmin
from organizations.actions import switch_stream_off
from organizations.admin.people import ReasonForm, staff_actor
from organizations.models import AuditStream


@admin.register(AuditStream)
class AuditStreamAdmin(ReadOnlyAdmin[AuditStream]):
    """Where logs are sent, and whether they arrive."""

    list_display = ["organization", "host", "is_on", "position", "failures", "failing_since", "last_sent_at"]
    list_filter = ["is_on"]
    list_select_related = ["organization"]
    search_fields = ["organization__name", "organization__slug", "=id"]
    fields = [
        "id", "organization", "host", "is_on", "position", "due_at", "failures", "failing_since", "trouble",
        "last_sent_at", "created_by", "created_at",
    ]  # fmt: skip
    ordering = ["-id"]
    action_form = ReasonForm
    actions = ["switch_off"]

    @admin.display(description=_("receiver"))
    def host(self, stream: AuditStream) -> str:
        """The name in the address; what follows may hold a token."""
        return host_of(stream.url)

    @admin.display(description=_("last error"))
    def trouble(self, stream: AuditStream) -> str:
        """Why nothing arrives."""
        return stream.trouble

    @admin.action(description=_("Switch off, with a reason"), permissions=["act"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[AuditStream]) -> None:
        """Send nothing any more: it floods somebody's server, or goes where it must not."""
        by, reason = staff_actor(request), request.POST.get("reason", "")
        done = ngettext_lazy("%d stream is switched off.", "%d streams are switched off.")
        self.run_for_each(request, queryset, lambda s: switch_stream_off(stream=s, reason=reason, by=by), done)
