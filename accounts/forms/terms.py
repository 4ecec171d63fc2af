"""Accepting the terms: a box to tick, at the sign-up and whenever they change."""

from collections.abc import Mapping
from typing import Any, override

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.terms import InForce
from console.forms import ActionForm


class Checkbox(forms.CheckboxInput):
    """A box that counts as ticked only for the version that it stands for: nobody accepts what they were not shown.

    Its name is what the template of fields knows boxes by.
    """

    @override
    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return bool(data.get(name) == self.attrs["value"])


class TermsField(forms.BooleanField):
    """The box for one version of the terms, with the way to read them."""

    def __init__(self, terms: InForce) -> None:
        super().__init__(
            label=_("I accept the terms of %s") % settings.BRAND_NAME,
            widget=Checkbox(attrs={"value": str(terms.id)}),
            error_messages={"required": _("Accept the terms to go on.")},
            # In a tab of its own, so that what is typed already stays.
            help_text=format_html('<a href="{}" target="_blank">{}</a>', reverse("help:terms"), _("Read the terms")),
        )


class TermsForm(ActionForm):
    """Accept the version in force."""

    def __init__(self, *args: Any, terms: InForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms
        self.fields["accepted"] = TermsField(terms)
        # The page shows them.
        self.fields["accepted"].help_text = ""

    @override
    def arguments(self) -> dict[str, Any]:
        return {"terms_id": self.terms.id}
