"""Organizations and their people: to find, to read, and buttons that call the same actions as the pages."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.forms import CharField
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.registry import registry
from console.staff import ReadOnlyAdmin
from organizations.actions import (
    confirm_founder,
    drop_appointment,
    propose_founder,
    reactivate_organization,
    remove_member,
    reopen_organization,
    resend_invitation,
    revoke_invitation,
    set_allowance,
    suspend_organization,
)
from organizations.actors import Actor
from organizations.admin.filters import Suspended
from organizations.models import (
    Allowance,
    Appointment,
    Closing,
    Invitation,
    JoinRequest,
    Membership,
    Organization,
    Transfer,
)
from organizations.models.transfer import REASON_LENGTH

ORGANIZATION = (
    "id", "name", "slug", "kind", "person", "description", "status", "suspended_for",
    "also_suspended_for", "closed_at", "created_at", "holdings", "plan_limits",
)  # fmt: skip


def staff_actor(request: HttpRequest) -> Actor:
    """Whoever uses the admin, as the actor of an action."""
    return Actor.staff(request.user, request.origin)  # type: ignore[attr-defined] # set by RequestOrigin


class AllowanceInline(admin.TabularInline[Allowance, Organization]):
    """Limits that staff set for one organization; they count more than those of its plan."""

    model = Allowance
    fields = ["name", "amount"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Allowance]:
        """Those of plans come and go with the plan."""
        return super().get_queryset(request).filter(source=Allowance.Source.STAFF)


@admin.register(Organization)
class OrganizationAdmin(ReadOnlyAdmin[Organization]):
    """Tenants."""

    list_display = ["name", "slug", "kind", "status", "suspended_for", "created_at"]
    list_filter = ["kind", "status", Suspended]
    search_fields = ["name", "slug", "=id", "person__email"]
    fields = ORGANIZATION
    readonly_fields = ORGANIZATION
    ordering = ["-id"]
    inlines = [AllowanceInline]
    actions = ["suspend", "reactivate", "reopen"]

    def has_change_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        """Only the allowances change here; everything else is to read."""
        return self.has_act_permission(request)

    @admin.display(description=_("has"))
    def holdings(self, organization: Organization) -> str:
        """How much it has of what apps above keep, each with the way to the list of it."""
        held = [(h.address(organization.pk), h.label, h.count(organization.pk)) for h in registry.holdings]
        return format_html_join(", ", '<a href="{}">{}: {}</a>', held)

    @admin.display(description=_("limits by its plan"))
    def plan_limits(self, organization: Organization) -> str:
        """What its plan limits; what staff set below counts more."""
        limits = organization.allowances.filter(source=Allowance.Source.PLAN).order_by("name")
        return ", ".join(str(limit) for limit in limits)

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's
        """Save nothing of the organization: the page may be older than what happened since."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001 -- Django's
        """Set the allowances by the action."""
        by = staff_actor(request)
        changed = {row.name: row.amount for row in formset.save(commit=False)}
        dropped = {row.name: None for row in formset.deleted_objects}
        dropped |= {row.initial["name"]: None for row in formset.initial_forms if "name" in row.changed_data}
        for limit, amount in {**dropped, **changed}.items():
            set_allowance(organization=form.instance, limit=limit, amount=amount, by=by)

    @admin.action(description=_("Suspend (by staff)"), permissions=["act"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        """Stop resources, inviting and settings until staff reactivate, also where it is suspended for a payment."""
        by = staff_actor(request)
        done = ngettext_lazy("%d organization is suspended.", "%d organizations are suspended.")
        self.run_for_each(
            request, queryset, lambda o: suspend_organization(organization=o, reason="staff", by=by), done
        )

    @admin.action(description=_("Reactivate"), permissions=["act"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        """Lift the suspension that shows; what it is suspended for besides is then in force again."""
        by = staff_actor(request)
        done = ngettext_lazy("%d organization is active again.", "%d organizations are active again.")
        self.run_for_each(request, queryset, lambda o: reactivate_organization(organization=o, by=by), done)

    @admin.action(description=_("Open again"), permissions=["act"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        """Undo a closing, within its 30 days."""
        by = staff_actor(request)
        done = ngettext_lazy("%d organization is open again.", "%d organizations are open again.")
        self.run_for_each(request, queryset, lambda o: reopen_organization(organization=o, by=by), done)


class ReasonForm(ActionForm):
    """The choice of a button, and beside it a reason for those that ask for one."""

    reason = CharField(label=_("Reason"), required=False, max_length=REASON_LENGTH)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin[Membership]):
    """Who is where, as what."""

    list_display = ["user", "organization", "role_label", "joined_at", "last_active_at", "ends_at"]
    list_filter = ["role"]
    list_select_related = ["user", "organization", "custom_role"]
    search_fields = ["user__email", "sort_name", "organization__name", "organization__slug"]
    fields = ["id", "user", "organization", "role_label", "joined_at", "last_active_at", "ends_at", "invited_by"]
    ordering = ["-id"]
    action_form = ReasonForm
    actions = ["remove", "propose"]

    @admin.action(description=_("Remove from the organization"), permissions=["act"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """As the button on the members page; the last founder stays."""
        by = staff_actor(request)
        done = ngettext_lazy("%d member is removed.", "%d members are removed.")
        self.run_for_each(request, queryset, lambda m: remove_member(membership=m, by=by), done)

    @admin.action(description=_("Propose as founder (with a reason)"), permissions=["act"])
    def propose(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Where the last one is gone for good; somebody else of the staff confirms it."""
        by, reason = staff_actor(request), request.POST.get("reason", "")
        done = ngettext_lazy(
            "%d member is proposed. Somebody else of the staff must confirm it.",
            "%d members are proposed. Somebody else of the staff must confirm it.",
        )
        self.run_for_each(request, queryset, lambda m: propose_founder(membership=m, reason=reason, by=by), done)


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin[Appointment]):
    """Founders whom staff appoint: one proposes, in the list of memberships, and another confirms here."""

    list_display = ["user", "organization", "state", "proposed_by", "proposed_at", "decided_by", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["user", "organization", "proposed_by", "decided_by"]
    search_fields = ["user__email", "organization__name", "organization__slug", "=id"]
    fields = ["id", "user", "organization", "reason", "state", "proposed_by", "proposed_at", "decided_by", "decided_at"]
    ordering = ["-id"]
    actions = ["confirm", "drop"]

    @admin.action(description=_("Confirm: give the founder's role"), permissions=["act"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        """Not by whoever proposed it."""
        by = staff_actor(request)
        done = ngettext_lazy("%d founder is appointed.", "%d founders are appointed.")
        self.run_for_each(request, queryset, lambda a: confirm_founder(appointment=a, by=by), done)

    @admin.action(description=_("Drop the proposal"), permissions=["act"])
    def drop(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        """Leave everything as it is."""
        by = staff_actor(request)
        done = ngettext_lazy("%d proposal is dropped.", "%d proposals are dropped.")
        self.run_for_each(request, queryset, lambda a: drop_appointment(appointment=a, by=by), done)


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin[Transfer]):
    """Transfers of ownership and what became of them."""

    list_display = ["organization", "from_user", "to_user", "state", "created_at", "expires_at"]
    list_filter = ["state"]
    list_select_related = ["organization", "from_user", "to_user"]
    search_fields = ["organization__name", "organization__slug", "from_user__email", "to_user__email", "=id"]
    fields = [
        "id", "organization", "from_user", "to_user", "giver_role", "state", "created_at", "expires_at", "decided_at",
    ]  # fmt: skip
    ordering = ["-id"]


@admin.register(Closing)
class ClosingAdmin(ReadOnlyAdmin[Closing]):
    """Organizations that were closed: by whom, and whether it is final."""

    list_display = ["organization", "closed_by", "closed_at", "reopened_at", "ended_at"]
    list_select_related = ["organization", "closed_by"]
    search_fields = ["organization__name", "organization__slug", "closed_by__email", "=id"]
    fields = ["id", "organization", "closed_by", "closed_at", "told_at", "reopened_at", "ended_at"]
    ordering = ["-id"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin[Invitation]):
    """Invitations and what became of them."""

    list_display = ["email", "organization", "role_label", "state", "invited_by", "sent_at", "expires_at"]
    list_filter = ["state"]
    list_select_related = ["organization", "invited_by", "custom_role"]
    search_fields = ["email", "organization__name", "organization__slug", "=id"]
    fields = [
        "id", "email", "organization", "role_label", "note", "state", "invited_by", "created_at", "sent_at",
        "expires_at", "decided_at", "renewal_asked_at", "mail",
    ]  # fmt: skip
    ordering = ["-id"]
    actions = ["resend", "revoke"]

    @admin.action(description=_("Send again"), permissions=["act"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """A new link and a new term."""
        by = staff_actor(request)
        done = ngettext_lazy("%d invitation is on its way again.", "%d invitations are on their way again.")
        self.run_for_each(request, queryset, lambda i: resend_invitation(invitation=i, by=by), done)

    @admin.action(description=_("Revoke"), permissions=["act"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Take it back."""
        by = staff_actor(request)
        done = ngettext_lazy("%d invitation is revoked.", "%d invitations are revoked.")
        self.run_for_each(request, queryset, lambda i: revoke_invitation(invitation=i, by=by), done)


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin[JoinRequest]):
    """Requests to join and what became of them."""

    list_display = ["user", "organization", "state", "created_at", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["user", "organization"]
    search_fields = ["user__email", "organization__name", "organization__slug", "=id"]
    fields = [
        "id", "user", "organization", "note", "state", "reason", "created_at", "told_at", "decided_by", "decided_at",
    ]  # fmt: skip
    ordering = ["-id"]
