"""Making an organization, and its general settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from organizations.models import Organization
from organizations.models.organization import NAME_LENGTH, SLUG_LENGTH, validate_slug

_SLUG_HELP = _("Part of every address of this organization. Small letters, digits and hyphens.")


class CreationForm(ActionForm):
    """A new organization."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, help_text=_("Your company, or a unit of it."))
    slug = forms.CharField(
        label=_("Address"),
        max_length=SLUG_LENGTH,
        required=False,
        validators=[validate_slug],
        help_text=_("Leave it empty to have one made from the name."),
    )


class OrganizationForm(ActionForm):
    """The general settings."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    slug = forms.CharField(label=_("Address"), max_length=SLUG_LENGTH, validators=[validate_slug], help_text=_SLUG_HELP)
    description = forms.CharField(
        label=_("Description"), max_length=280, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name": organization.name,
            "slug": organization.slug,
            "description": organization.description,
        }
        super().__init__(*args, **kwargs)
