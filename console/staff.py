"""What the pages of the admin share: rows to read, and buttons that call actions."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError
from django.db.models import Model, QuerySet
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from console.refusal import Refused

# What the filters of a list put behind a column.
FILTERS = frozenset({"exact", "in", "isnull", "gte", "lt"})


# A member of the staff sees the page of a row: request, row. Receivers: organizations (it is written in the audit log).
opened = Signal()


class ReadOnlyInline[M: Model, P: Model](admin.TabularInline[M, P]):
    """Rows of the row that a page shows, which are read there and change through actions only."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        """Rows are made by actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows change by actions."""
        return False


class ReadOnlyAdmin[M: Model](admin.ModelAdmin[M]):
    """Rows that are read here and change through actions only.

    ``fields`` names all that staff may see. An admin action with ``permissions=["act"]`` is for who
    may change the model.
    """

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are made by actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Rows change by actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Rows end by actions."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether this person may press the buttons."""
        codename = get_permission_codename("change", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Whether an address may filter by ``lookup``: by what is shown only, and as the list's own filters do.

        Django filters by any column of the model, so a link or a hash could be guessed letter by letter; a regular
        expression could keep the database busy.
        """
        if "\x00" in str(value) or not set(lookup.split("__")[1:]) <= FILTERS:
            return False
        # A filter of our own goes by its parameter.
        filters = (getattr(one, "parameter_name", None) or str(one) for one in self.list_filter)
        shown = {*(str(field) for field in self.fields or ()), *filters}
        return lookup.partition("__")[0] in shown and super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list; what was chosen by a made-up id is a bad request, not an error of ours."""
        try:
            return super().changelist_view(request, extra_context)
        except (ValidationError, DataError, ValueError) as error:
            raise BadRequest from error

    def render_change_form(  # noqa: PLR0917 -- Django's
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,  # noqa: FBT001, FBT002 -- Django's
        change: bool = False,  # noqa: FBT001, FBT002 -- Django's
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        """The page of a row; that it is looked at is told to who writes it down."""
        if obj is not None:
            opened.send(sender=self.model, request=request, row=obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def run_for_each(self, request: HttpRequest, rows: QuerySet[M], action: Callable[[M], object], done: Any) -> None:
        """Call an action for each chosen row, and say how many it was done to, and each refusal in its own words.

        ``done``: a lazy plural (``ngettext_lazy("%d row …", "%d rows …")``) that says what was done.
        """
        count = 0
        for row in rows:
            try:
                action(row)
            except Refused as refusal:
                messages.error(request, f"{row}: {' '.join(refusal.messages)}")
            else:
                self.log_change(request, row, done % 1)
                count += 1
        if count:
            messages.success(request, done % count)


class ActionAdmin[M: Model](ReadOnlyAdmin[M]):
    """Rows that staff add and change in a form, which `save_model` hands to actions; they end by buttons."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Staff who may add one."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Staff who may press the buttons."""
        return self.has_act_permission(request)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form; what the action refuses in the end is said above the list."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


class ActionModelForm[M: Model](forms.ModelForm[M]):
    """A form of such a row, which says at the field what the action would refuse; that looks again, under the lock."""

    def check_with_action(self) -> None:
        """Look at what was typed as the action does. Raises Refused."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Look once each field is right by itself."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.check_with_action()
            except Refused as refusal:
                self.add_error(refusal.field, refusal)
        return cleaned

    def validate_constraints(self) -> None:
        """Only where all else is right: what the database holds is said in words above, at the field."""
        if not self.errors:
            super().validate_constraints()
