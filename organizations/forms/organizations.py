"""Making an organization, and the cards of its settings."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.forms.preferences import PictureForm
from console.forms import ActionForm
from console.versions import VersionedForm
from organizations import policies
from organizations.actions.settings import DESCRIPTION_LENGTH, JOINING, NAMING
from organizations.actors import Actor
from organizations.forms.details import CompanyForm
from organizations.models import Discoverability, Organization
from organizations.models.organization import NAME_LENGTH, SLUG_LENGTH, validate_slug
from organizations.roles import Permission

_SLUG_HELP = _("Part of every address of this organization. Small letters, digits and hyphens.")


class CreationForm(CompanyForm, ActionForm):
    """A new organization; what is known of the company already is used for billing (text 004)."""

    field_order = ("name", "slug", "company", "country", "vat_number")

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, help_text=_("Your company, or a unit of it."))
    slug = forms.CharField(
        label=_("Address in links"),
        max_length=SLUG_LENGTH,
        required=False,
        validators=[validate_slug],
        help_text=_("Leave it empty to have one made from the name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].required = self.fields["country"].required = False

    @property
    def has_company(self) -> bool:
        """Whether anything was typed about the company, so that it must be seen."""
        return any(self.data.get(name) for name in CompanyForm.base_fields)


class OrganizationForm(VersionedForm):
    """What it is called, and where."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    slug = forms.CharField(
        label=_("Address in links"), max_length=SLUG_LENGTH, validators=[validate_slug], help_text=_SLUG_HELP
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=DESCRIPTION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(organization, name) for name in NAMING}
        super().__init__(*args, **kwargs)


def _findable() -> list[tuple[str, str]]:
    return [(value, capfirst(str(label))) for value, label in Discoverability.choices]


class JoiningForm(VersionedForm):
    """Who can come in."""

    discoverability = forms.ChoiceField(
        label=_("Who can find it"),
        choices=_findable,
        widget=forms.RadioSelect,
        help_text=_("Who finds it sees its name, logo and description, and may ask to join."),
    )
    members_may_invite = forms.BooleanField(
        label=_("Every member may invite"),
        required=False,
        help_text=_("Whatever the role; nobody gives a role that may do more than their own."),
    )

    def __init__(self, *args: Any, organization: Organization, actor: Actor, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(organization, name) for name in JOINING}
        super().__init__(*args, **kwargs)
        if not policies.current().has_directory:
            del self.fields["discoverability"]
        if not actor.can(Permission.INVITE_MEMBERS):
            # Nobody gives what they do not hold.
            self.fields["members_may_invite"].disabled = True
            self.fields["members_may_invite"].help_text = _("Only somebody who may invite can let others do so.")


class LogoForm(PictureForm):
    """A file with a logo."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picture"].label = _("Logo")
