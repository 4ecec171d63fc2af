"""The catalogue, which staff edit: kinds of services, their sizes and prices, and the forms that ask for one.

What is or was in use stays, and can be offered no longer.
"""

import json
from decimal import Decimal
from typing import Any, override

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from lucide import IconDoesNotExist

from console.refusal import Refused
from console.templating import icon
from organizations.admin.people import staff_actor
from projects.actions.catalogue import change_price, make_size
from projects.models import ServiceKind, ServiceSize
from projects.models.catalogue import SILENCE
from projects.provisioners import keys as provisioner_keys
from projects.schema import check_form, in_order

# The one that asks a backend, and so has to know which.
CALLS = "webhook"


class FormField(forms.JSONField):
    """A JSON Schema as text to edit, laid out; it is kept as it was typed while it is wrong."""

    widget = forms.Textarea(attrs={"rows": 24, "cols": 90, "spellcheck": "false"})

    @override
    def prepare_value(self, value: Any) -> Any:
        """Lay a schema out, in the order in which staff wrote its fields."""
        if not isinstance(value, dict):
            return super().prepare_value(value)
        return json.dumps(in_order(value), indent=2, ensure_ascii=False)


class ServiceKindForm(forms.ModelForm[ServiceKind]):
    """A kind of service: who makes it, and what whoever requests it is asked."""

    provisioner = forms.ChoiceField(label=_("Provisioner"))
    silence = forms.IntegerField(
        label=_("Minutes of silence"),
        min_value=1,
        initial=SILENCE,
        help_text=_("How long its backend may say nothing before what it does counts as failed."),
    )
    form = FormField(
        label=_("Form"),
        required=False,
        help_text=_(
            "A JSON Schema of type object. Its properties are the fields: string, integer, number or boolean, with"
            " title, description and default; an enum becomes a choice. Leave {} where nothing is asked."
        ),
    )

    class Meta:
        model = ServiceKind
        fields = [
            "key", "name", "description", "icon", "is_offered", "order", "regions", "provisioner", "endpoint",
            "silence", "form",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "provisioner" in self.fields:
            # One that the settings no longer have is shown as it is, and must be changed.
            self.fields["provisioner"].choices = [(key, key) for key in provisioner_keys()]  # type: ignore[attr-defined]

    def clean_form(self) -> Any:
        """Refuse what is no form, with a sentence that says where it is wrong."""
        form = self.cleaned_data["form"]
        form = {} if form is None else form
        check_form(form)
        return form

    def clean_icon(self) -> str:
        """Refuse an icon that is not in the set: pages could not be drawn."""
        name: str = self.cleaned_data["icon"]
        try:
            icon(name)
        except IconDoesNotExist:
            raise ValidationError(_("There is no icon of this name."), code="icon") from None
        return name

    @override
    def clean(self) -> dict[str, Any]:
        """Who is called must be known."""
        cleaned = super().clean() or {}
        provisioner = cleaned.get("provisioner", self.instance.provisioner)
        if provisioner == CALLS and not cleaned.get("endpoint"):
            self.add_error("endpoint", ValidationError(_("Say which endpoint makes it."), code="endpoint"))
        return cleaned


class ServiceSizeForm(forms.ModelForm[ServiceSize]):
    """A size: what an hour of it costs is nothing, or more.

    The price goes with what it was when the page was opened, so that nobody undoes unseen what another has changed.
    """

    price = forms.DecimalField(
        label=_("Price per hour"),
        min_value=0,
        max_digits=12,
        decimal_places=4,
        show_hidden_initial=True,
        help_text=_("Without VAT, for each started hour. A changed price counts from the next full hour on."),
    )

    class Meta:
        model = ServiceSize
        fields = ["key", "name", "description", "price", "is_offered", "order"]

    @property
    def price_seen(self) -> Decimal | None:
        """What the price was when the page was opened; None where that was not sent, or is no number."""
        field, name = self.fields["price"], self.add_initial_prefix("price")
        sent = field.hidden_widget().value_from_datadict(self.data, MultiValueDict(), name)
        try:
            seen: Decimal | None = field.to_python(sent)
        except ValidationError:
            return None
        return seen


class ServiceSizeInline(admin.TabularInline[ServiceSize, ServiceKind]):
    """The sizes of a kind."""

    model = ServiceSize
    form = ServiceSizeForm
    extra = 0
    fields = [*ServiceSizeForm.Meta.fields]

    @override
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Sizes of a kind that nobody has used; else they are offered no longer."""
        is_used = isinstance(obj, ServiceKind) and obj.is_used
        return not is_used and super().has_delete_permission(request, obj)


@admin.register(ServiceKind)
class ServiceKindAdmin(admin.ModelAdmin[ServiceKind]):
    """Kinds of services."""

    form = ServiceKindForm
    inlines = [ServiceSizeInline]
    list_display = ["name", "key", "provisioner", "endpoint", "is_offered", "order"]
    list_filter = ["is_offered", "provisioner"]
    list_select_related = ["endpoint"]
    search_fields = ["name", "key"]
    ordering = ["order", "name"]
    filter_horizontal = ["regions"]
    fields = [*ServiceKindForm.Meta.fields]
    # Many at once are deleted without a look at whether they are used.
    actions = None

    @override
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form; what an action refuses is said above the list."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("admin:projects_servicekind_changelist")

    @override
    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Make sizes, and change their prices, by the actions; nothing else writes a price."""
        by = staff_actor(request)
        formset.save(commit=False)
        for size in formset.deleted_objects:
            size.delete()
        for size in formset.new_objects:
            make_size(size=size, by=by)
        seen = {row.instance.pk: row.price_seen for row in formset.initial_forms}
        for size, changed in formset.changed_objects:
            others = [name for name in changed if name != "price"]
            if others:
                size.save(update_fields=others)
            if "price" in changed:
                price = size.price
                change_price(size=size, price=price, seen=seen[size.pk], by=by)
                about = {"size": size.name, "price": f"{price:f}"}
                messages.info(request, _("%(size)s costs %(price)s an hour from the next full hour on.") % about)

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Say so where a kind is offered, and nobody can request it."""
        super().save_related(request, form, formsets, change)
        kind: ServiceKind = form.instance
        if kind.is_offered and not kind.sizes.filter(is_offered=True).exists():
            messages.warning(request, _("%s has no size that is offered: nobody can request it yet.") % kind.name)

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: ServiceKind | None = None) -> tuple[str, ...]:
        """Programs and backends know a kind by its key; whoever makes its services goes on with them."""
        if obj is None:
            return ()
        return ("key", "provisioner") if obj.is_used else ("key",)

    @override
    def has_delete_permission(self, request: HttpRequest, obj: ServiceKind | None = None) -> bool:
        """One that nobody has used; else it is offered no longer."""
        return not (obj and obj.is_used) and super().has_delete_permission(request, obj)
