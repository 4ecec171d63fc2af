"""Contacts for staff: of customers, and the company's people for them."""

from typing import Any, override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.staff import ActionAdmin
from organizations.admin.people import staff_actor
from support.actions.contacts import FIELDS, add_contact, change_contact, remove_contact
from support.forms.contacts import StaffContactForm
from support.models import Contact


@admin.register(Contact)
class ContactAdmin(ActionAdmin[Contact]):
    """Who is to be asked, by whom: what changes here, no import of customers overwrites."""

    form = StaffContactForm
    list_display = ["name", "organization", "side", "duty", "email", "phone"]
    list_filter = ["side"]
    list_select_related = ["organization"]
    search_fields = ["name", "email", "organization__name", "organization__slug", "=organization__id", "=id"]
    fields = ["organization", "side", *FIELDS]
    raw_id_fields = ["organization"]
    ordering = ["-id"]
    actions = ["remove"]

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Contact | None = None) -> tuple[str, ...]:
        """Whose it is stays."""
        return ("organization", "side") if obj else ()

    @override
    def save_model(self, request: HttpRequest, obj: Contact, form: Any, change: bool) -> None:
        """Save by the action."""
        typed = {field: form.cleaned_data[field] for field in FIELDS}
        by = staff_actor(request)
        if change:
            change_contact(contact=obj, by=by, **typed)
        else:
            obj.pk = add_contact(organization=obj.organization, side=obj.side, by=by, **typed).pk

    @admin.action(description=_("Remove"), permissions=["act"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        """Remove them."""
        by = staff_actor(request)
        done = ngettext_lazy("%d contact was removed.", "%d contacts were removed.")
        rows = queryset.select_related("organization")
        self.run_for_each(request, rows, lambda contact: remove_contact(contact=contact, by=by), done)
