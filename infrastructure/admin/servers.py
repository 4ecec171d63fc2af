"""Servers for staff to find and to read, and the button that disconnects one."""

from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.forms import CharField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.staff import ReadOnlyAdmin
from infrastructure.actions.servers import disconnect_server
from infrastructure.models import Server, ServerToken
from organizations.admin.people import staff_actor
from organizations.models.transfer import REASON_LENGTH


class ReasonForm(ActionForm):
    """The choice of a button, and beside it why."""

    reason = CharField(label=_("Reason"), required=False, max_length=REASON_LENGTH)


@admin.register(Server)
class ServerAdmin(ReadOnlyAdmin[Server]):
    """Monitoring servers; what they report with is kept as a digest that nobody sees."""

    list_display = ["name", "organization", "version", "last_seen_at", "connected_by", "connected_at"]
    list_select_related = ["organization", "connected_by"]
    search_fields = [
        "name", "url", "external_id", "organization__name", "organization__slug", "=organization__id", "=id",
    ]  # fmt: skip
    fields = [
        "id", "name", "organization", "external_id", "url", "version", "last_seen_at", "connected_by", "connected_at",
    ]  # fmt: skip
    ordering = ["-id"]
    action_form = ReasonForm
    actions = ["disconnect"]

    @admin.action(description=_("Disconnect (with a reason)"), permissions=["act"])
    def disconnect(self, request: HttpRequest, queryset: QuerySet[Server]) -> None:
        """What it sends is no longer accepted; the organization reads why in its log."""
        by, reason = staff_actor(request), request.POST.get("reason", "")
        done = ngettext_lazy("%d server is disconnected.", "%d servers are disconnected.")
        self.run_for_each(request, queryset, lambda s: disconnect_server(server=s, reason=reason, by=by), done)


@admin.register(ServerToken)
class ServerTokenAdmin(ReadOnlyAdmin[ServerToken]):
    """Connection tokens: who made them, and whether they were used; never what they are."""

    list_display = ["organization", "membership", "created_at", "expires_at", "used_at"]
    list_select_related = ["organization", "membership__user", "membership__organization"]
    search_fields = ["organization__name", "organization__slug", "membership__user__email", "=id"]
    fields = ["id", "organization", "membership", "created_at", "expires_at", "used_at"]
    ordering = ["-id"]
