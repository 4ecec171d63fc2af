"""Entitlements for staff: what support customers have bought."""

from typing import Any, cast, override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.staff import ActionAdmin
from organizations.admin.people import staff_actor
from support.actions.entitlements import TERMS, add_entitlement, change_entitlement, remove_entitlement
from support.entitlement_rows import STANDINGS, Standing, badge_of, today
from support.forms.entitlements import EntitlementForm
from support.models import Entitlement
from support.models.entitlement import EntitlementQuerySet


class InForce(admin.SimpleListFilter):
    """How they stand today."""

    title = _("state")
    parameter_name = "state"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """In force, not begun, ended."""
        return list(STANDINGS)

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Entitlement]) -> QuerySet[Entitlement]:
        """Those that stand so."""
        found, day = cast("EntitlementQuerySet", queryset), today()
        if self.value() == Standing.IN_FORCE:
            return found.in_force(day)
        if self.value() == Standing.UPCOMING:
            return found.filter(starts_on__gt=day)
        return found.filter(ends_on__lt=day) if self.value() == Standing.ENDED else found


@admin.register(Entitlement)
class EntitlementAdmin(ActionAdmin[Entitlement]):
    """What was bought; what changes here, no import of customers overwrites."""

    form = EntitlementForm
    list_display = ["number", "organization", "name", "tier", "level", "state", "starts_on", "ends_on"]
    list_filter = [InForce, "level"]
    list_select_related = ["organization", "level"]
    search_fields = ["number", "name", "organization__name", "organization__slug", "=organization__id", "=id"]
    fields = ["organization", *TERMS]
    raw_id_fields = ["organization"]
    ordering = ["-ends_on", "-id"]
    actions = ["remove"]

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Entitlement | None = None) -> tuple[str, ...]:
        """Whose it is stays."""
        return ("organization",) if obj else ()

    @admin.display(description=_("state"))
    def state(self, entitlement: Entitlement) -> str:
        """How it stands today."""
        return badge_of(entitlement.starts_on, entitlement.ends_on, today())[0]

    @override
    def save_model(self, request: HttpRequest, obj: Entitlement, form: Any, change: bool) -> None:
        """Save by the action."""
        terms, by = cast("EntitlementForm", form).terms, staff_actor(request)
        if change:
            change_entitlement(entitlement=obj, by=by, **terms)
        else:
            obj.pk = add_entitlement(organization=obj.organization, by=by, **terms).pk

    @admin.action(description=_("Remove: what was never bought"), permissions=["act"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Entitlement]) -> None:
        """Take back what was written down by mistake."""
        by = staff_actor(request)
        done = ngettext_lazy("%d entitlement was removed.", "%d entitlements were removed.")
        rows = queryset.select_related("organization")
        self.run_for_each(request, rows, lambda one: remove_entitlement(entitlement=one, by=by), done)
