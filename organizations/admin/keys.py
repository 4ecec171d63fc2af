"""API keys in the admin: to find by what a program or a mail says of them, and to revoke; never a secret."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.staff import ReadOnlyAdmin
from organizations.actions import revoke_key
from organizations.admin.people import ReasonForm, staff_actor
from organizations.models import ApiKey


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin[ApiKey]):
    """Keys: whose they are, since when, and where they were last used."""

    list_display = ["access_id", "organization", "kind", "name", "holder", "last_used_at", "expires_at", "revoked_at"]
    list_filter = ["kind"]
    list_select_related = ["organization", "membership__user"]
    search_fields = ["=access_id", "organization__name", "organization__slug", "membership__user__email", "=id"]
    fields = [
        "id", "access_id", "organization", "kind", "name", "holder", "allowed", "networks", "created_by", "created_at",
        "secret_made_at", "expires_at", "last_used_at", "last_used_from", "revoked_at",
    ]  # fmt: skip
    ordering = ["-id"]
    action_form = ReasonForm
    actions = ["revoke"]

    @admin.display(description=_("holder"))
    def holder(self, key: ApiKey) -> str:
        """Whose it is; nobody's, where it is the organization's or the membership has ended."""
        return str(key.membership.user) if key.membership else ""

    @admin.display(description=_("permissions"))
    def allowed(self, key: ApiKey) -> str:
        """The words of what it may do at most, as the log of the organization has them."""
        return ", ".join(sorted(key.permissions)) if key.is_limited else str(_("what its holder may"))

    @admin.action(description=_("Revoke (with a reason)"), permissions=["act"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """End it at once: its secret has got out, or it is misused."""
        by, reason = staff_actor(request), request.POST.get("reason", "")
        done = ngettext_lazy("%d key is revoked.", "%d keys are revoked.")
        self.run_for_each(request, queryset, lambda k: revoke_key(key=k, reason=reason, by=by), done)
