"""Company, address and VAT number: an address has the fields that addresses of its country have."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from console.refusal import Refused
from console.versions import VersionedForm
from organizations.actions.details import values_of
from organizations.addresses import Part, check_address, countries, is_country, parts_of
from organizations.models import Details, Organization
from organizations.models.details import COMPANY_LENGTH, PART_LENGTH, STREET_LENGTH
from organizations.vat import VAT_LENGTH, clean_vat_number

# What browsers know these by, to fill them in (WCAG 1.3.5).
AUTOCOMPLETE = {
    "street_address": "street-address",
    "city_area": "address-level3",
    "city": "address-level2",
    "country_area": "address-level1",
    "postal_code": "postal-code",
}
# With a script, the fields of another country are asked for as soon as it is chosen.
AT_ONCE = {
    "data-hx-post": "",
    "data-hx-target": "#details",
    "data-hx-select": "#details",
    "data-hx-swap": "outerHTML",
}
# Longer than any number is written, with its spaces.
TYPED_LENGTH = 2 * VAT_LENGTH


def country_choices() -> list[tuple[str, str]]:
    """The countries, for a page in the current language."""
    return [("", str(_("Choose a country"))), *countries(get_language() or "en")]


class CompanyForm(forms.Form):
    """Who it is, without an address."""

    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        widget=forms.Select(attrs={"autocomplete": "country"}),
        error_messages={"invalid_choice": _("Choose a country from the list.")},
    )
    company = forms.CharField(
        label=_("Company"), max_length=COMPANY_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    vat_number = forms.CharField(
        label=_("VAT number"),
        max_length=TYPED_LENGTH,
        required=False,
        help_text=_("As it stands on your registration. Leave it empty if you have none."),
    )


class DetailsForm(VersionedForm, CompanyForm):
    """All of it. Where another country is chosen than the one whose fields are shown, those are asked for first."""

    # The country whose fields are shown.
    shown = forms.CharField(required=False, max_length=2, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        organization: Organization,
        details: Details | None,
        typed: Mapping[str, str] | None = None,
        country: str = "",
    ) -> None:
        """``data``: what was posted; ``typed``: what was, to be shown with the fields of the country chosen there."""
        values = values_of(details)
        chosen = (data or typed or {}).get("country") or country or values["country"]
        self._country = chosen if is_country(chosen) else ""
        super().__init__(data, initial=values)
        suggested = {} if details or organization.is_personal else {"company": organization.name}
        shown = {"shown": self._country, "country": self._country}
        self.initial = {**self.initial, **suggested, **(typed or {}), **shown}
        self.fields["company"].required = not organization.is_personal
        self.fields["country"].widget.attrs |= AT_ONCE
        self.fields |= {part.name: _field(part) for part in self._parts}
        self.order_fields(["country", "company", *(part.name for part in self._parts), "vat_number"])

    @property
    def _parts(self) -> list[Part]:
        return parts_of(self._country) if self._country else []

    @property
    def asks_anew(self) -> bool:
        """Whether what was posted has not the fields of its country yet."""
        return bool(self._country) and self.data.get("shown", self._country) != self._country

    def clean(self) -> dict[str, Any]:
        """Say all that is wrong at once; the action decides."""
        cleaned = super().clean() or self.cleaned_data
        country = cleaned.get("country", "")
        if country:
            _address, wrong = check_address(country, self._typed_address())
            for name, sentence in wrong.items():
                if name not in self.errors:
                    self.add_error(name, sentence)
            try:
                clean_vat_number(cleaned.get("vat_number", ""), country)
            except Refused as refusal:
                self.show(refusal)
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """What the action takes; the parts of the address are one argument."""
        kept = {name: self.cleaned_data[name] for name in ("company", "country", "vat_number", "seen")}
        return kept | {"address": self._typed_address()}

    def _typed_address(self) -> dict[str, str]:
        return {part.name: self.cleaned_data.get(part.name, "") for part in self._parts}


def _field(part: Part) -> forms.Field:
    attributes = {"autocomplete": AUTOCOMPLETE[part.name]} if part.name in AUTOCOMPLETE else {}
    shared: dict[str, Any] = {"label": part.label, "required": part.required}
    if part.choices:
        return forms.ChoiceField(
            choices=[("", _("Choose one")), *part.choices],
            widget=forms.Select(attrs=attributes),
            error_messages={"invalid_choice": _("Choose one from the list.")},
            **shared,
        )
    if part.name == "street_address":
        return forms.CharField(
            max_length=STREET_LENGTH, widget=forms.Textarea(attrs={"rows": 2, **attributes}), **shared
        )
    if part.example:
        shared["help_text"] = _("For example %s.") % part.example
    return forms.CharField(max_length=PART_LENGTH, widget=forms.TextInput(attrs=attributes), **shared)
