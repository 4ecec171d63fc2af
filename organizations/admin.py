"""Organizations in the admin: to find, to read, and buttons that call the same actions as the pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from console.refusal import Refused
from organizations.actions import (
    reactivate_organization,
    remove_member,
    resend_invitation,
    revoke_invitation,
    suspend_organization,
)
from organizations.actors import Actor
from organizations.models import Allowance, Invitation, Membership, Organization


def staff_actor(request: HttpRequest) -> Actor:
    """Whoever uses the admin, as the actor of an action."""
    return Actor.staff(request.user, request.origin)  # type: ignore[attr-defined] # set by RequestOrigin


def run_for_each[M: models.Model](request: HttpRequest, rows: QuerySet[M], action: Callable[[M], Any]) -> None:
    """Call an action for each chosen row; say how many it changed, and each refusal in its own words."""
    changed = 0
    for row in rows:
        try:
            action(row)
        except Refused as refusal:
            messages.error(request, f"{row}: {refusal.messages[0]}")
        else:
            changed += 1
    if changed:
        messages.success(request, ngettext("%d changed.", "%d changed.", changed) % changed)


class ReadOnly[M: models.Model](admin.ModelAdmin[M]):
    """Rows that change through actions only."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are made by actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Rows end by actions."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> list[str]:
        """Every field: to read."""
        return [field.name for field in self.model._meta.fields]


class AllowanceInline(admin.TabularInline[Allowance, Organization]):
    """Limits that staff raise for one organization."""

    model = Allowance
    extra = 0


@admin.register(Organization)
class OrganizationAdmin(ReadOnly[Organization]):
    """Tenants."""

    list_display = ["name", "slug", "kind", "status", "suspended_for", "created_at"]
    list_filter = ["kind", "status", "suspended_for"]
    search_fields = ["name", "slug", "=id", "person__email"]
    ordering = ["-id"]
    inlines = [AllowanceInline]
    actions = ["suspend", "reactivate"]

    @admin.action(description=_("Suspend (by staff)"), permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        """Stop resources, inviting and settings until staff reactivate."""
        by = staff_actor(request)
        run_for_each(request, queryset, lambda o: suspend_organization(organization=o, reason="staff", by=by))

    @admin.action(description=_("Reactivate"), permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        """Lift a suspension, whatever its reason."""
        by = staff_actor(request)
        run_for_each(request, queryset, lambda o: reactivate_organization(organization=o, by=by))


@admin.register(Membership)
class MembershipAdmin(ReadOnly[Membership]):
    """Who is where, as what."""

    list_display = ["user", "organization", "role", "joined_at", "last_active_at"]
    list_filter = ["role"]
    list_select_related = ["user", "organization"]
    search_fields = ["user__email", "sort_name", "organization__name", "organization__slug"]
    ordering = ["-id"]
    actions = ["remove"]

    @admin.action(description=_("Remove from the organization"), permissions=["change"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """As the button on the members page; the last founder stays."""
        by = staff_actor(request)
        run_for_each(request, queryset, lambda m: remove_member(membership=m, by=by))


@admin.register(Invitation)
class InvitationAdmin(ReadOnly[Invitation]):
    """Invitations and what became of them."""

    list_display = ["email", "organization", "role", "state", "invited_by", "sent_at", "expires_at"]
    list_filter = ["state"]
    list_select_related = ["organization", "invited_by"]
    search_fields = ["email", "organization__name", "organization__slug", "=id"]
    ordering = ["-id"]
    actions = ["resend", "revoke"]

    @admin.action(description=_("Send again"), permissions=["change"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """A new link and a new term."""
        by = staff_actor(request)
        run_for_each(request, queryset, lambda i: resend_invitation(invitation=i, by=by))

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Take it back."""
        by = staff_actor(request)
        run_for_each(request, queryset, lambda i: revoke_invitation(invitation=i, by=by))
