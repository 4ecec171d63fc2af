"""Making and editing a project, and the name that is typed before it is deleted."""

from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from console.versions import VersionedForm
from organizations.models import Organization
from organizations.models.organization import SLUG_LENGTH, validate_slug
from projects.actions.projects.editing import values_of
from projects.models import Project, Region
from projects.models.project import DESCRIPTION_LENGTH, NAME_LENGTH, TAG_LENGTH, TAGS, Visibility

# Every tag as long as it may be, and what stands between them.
_TAGS_LENGTH = TAGS * (TAG_LENGTH + 2)


def _visibilities() -> list[tuple[str, str]]:
    return [(value, capfirst(str(label))) for value, label in Visibility.choices]


class TagsField(forms.CharField):
    """Tags with commas between them."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Tags"),
            required=False,
            max_length=_TAGS_LENGTH,
            help_text=_("Words to find projects by, with commas between them: production, shop."),
        )


def _tags(text: str) -> list[str]:
    return text.split(",")


class _ProjectFields(forms.Form):
    """What can be said of a project at any time."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    description = forms.CharField(
        label=_("Description"),
        max_length=DESCRIPTION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tags = TagsField()
    visibility = forms.ChoiceField(
        label=_("Who can see it"),
        choices=_visibilities,
        widget=forms.RadioSelect,
        help_text=_("Those who manage the organization see every project."),
    )


class CreationForm(_ProjectFields, ActionForm):
    """A new project; in a personal account nobody else could see it or not.

    ``has_regions``: whether there is any that it can be in.
    """

    field_order = ("name", "slug", "region", "description", "tags", "visibility")

    slug = forms.CharField(
        label=_("Address in links"),
        max_length=SLUG_LENGTH,
        required=False,
        validators=[validate_slug],
        help_text=_("Leave it empty to have one made from the name. It cannot be changed later."),
    )
    region = forms.ChoiceField(label=_("Region"), help_text=_("Where it runs. It cannot be changed later."))

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organization.is_personal:
            del self.fields["visibility"]
        regions = [(region.key, region.name) for region in Region.objects.offered()]
        self.has_regions = bool(regions)
        field = cast("forms.ChoiceField", self.fields["region"])
        field.choices = regions if len(regions) == 1 else [("", _("Choose a region")), *regions]
        self.initial["visibility"] = Visibility.ORGANIZATION

    def arguments(self) -> dict[str, Any]:
        """The fields, each tag by itself."""
        return {**self.cleaned_data, "tags": _tags(self.cleaned_data["tags"])}


class ProjectForm(_ProjectFields, VersionedForm):
    """What a project is called, what is said of it and who sees it."""

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        kwargs["initial"] = dict(values_of(project))
        super().__init__(*args, **kwargs)
        if project.organization.is_personal:
            del self.fields["visibility"]

    def arguments(self) -> dict[str, Any]:
        """The fields, each tag by itself; in a personal account there is nobody else who could see it or not."""
        visibility = self.cleaned_data.get("visibility", self.initial["visibility"])
        return {**self.cleaned_data, "visibility": visibility, "tags": _tags(self.cleaned_data["tags"])}


class DeletionForm(ActionForm):
    """The project's own name, typed: nobody does this by a slip of the hand."""

    name = forms.CharField(
        label=_("Name of the project"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("Type %(name)s to go on.") % {"name": project.name}
