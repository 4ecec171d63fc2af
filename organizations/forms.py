"""What people type into the pages of organizations. The actions decide; a refusal comes back to the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from organizations import policies
from organizations.actors import Actor
from organizations.models import Organization
from organizations.models.organization import validate_slug

_SLUG_HELP = _("Part of every address of this organization. Small letters, digits and hyphens.")


class CreationForm(ActionForm):
    """A new organization."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Your company, or a unit of it."))
    slug = forms.CharField(
        label=_("Address"),
        max_length=40,
        required=False,
        validators=[validate_slug],
        help_text=_("Leave it empty to have one made from the name."),
    )


class OrganizationForm(ActionForm):
    """The general settings."""

    name = forms.CharField(label=_("Name"), max_length=80)
    slug = forms.CharField(label=_("Address"), max_length=40, validators=[validate_slug], help_text=_SLUG_HELP)
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
        if organization.is_personal:
            # A personal account has the address /o/personal/ for good.
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = ""
            self.fields["slug"].validators = []


class InvitationForm(ActionForm):
    """An invitation. Offers the roles that the actor may give."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": _("name@example.com")}),
        error_messages={"invalid": _("Enter an e-mail address such as name@example.com.")},
    )
    role = forms.ChoiceField(label=_("Role"))
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        help_text=_("Stands in the mail."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = actor.assignable_roles()
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type checker
        field.choices = policies.current().choices(roles)
        field.initial = roles[-1].key if roles else None


class RoleForm(ActionForm):
    """A member's role."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type checker
        field.choices = policies.current().choices()
