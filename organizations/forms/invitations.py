"""Inviting, one address or many."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from organizations.actors import Actor
from organizations.forms.roles import RoleField
from organizations.forms.sheets import read_csv, read_text
from organizations.models import Organization

# 5,000 rows with a note of two lines each.
FILE_SIZE = 2 * 1024 * 1024


class InvitationForm(ActionForm):
    """An invitation. Offers the roles that the actor may give."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": _("name@example.com")}),
        error_messages={"invalid": _("Enter an e-mail address such as name@example.com.")},
    )
    role = RoleField()
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        help_text=_("Stands in the mail."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, actor: Actor, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self, actor, organization)


class BatchForm(ActionForm):
    """A list of people to invite: pasted, or as a file. A role and a note for those that have none of their own."""

    addresses = forms.CharField(
        label=_("Addresses"),
        max_length=1_000_000,
        required=False,
        help_text=_("One on each line, or with commas between them. “Ada Lovelace <ada@example.com>” works, too."),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        help_text=_("Instead: up to 5,000 rows with the columns email, role and note. The last two may be missing."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        error_messages={"empty": _("This file is empty.")},
    )
    role = RoleField()
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        help_text=_("It stands in each mail, unless the row has a note of its own."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, actor: Actor, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self, actor, organization)

    def clean_file(self) -> bytes | None:
        """The file's content; one that is too large is not read."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is None:
            return None
        if (file.size or 0) > FILE_SIZE:
            raise ValidationError(
                gettext("This file is larger than %s. Send it in parts.") % filesizeformat(FILE_SIZE), code="size"
            )
        return bytes(file.read())

    def clean(self) -> dict[str, Any]:
        """Read the rows out of the one or the other."""
        text, data = self.cleaned_data.pop("addresses", ""), self.cleaned_data.pop("file", None)
        if text and data:
            self.add_error("file", gettext("Either paste addresses or choose a file, not both."))
            return self.cleaned_data
        try:
            self.cleaned_data["entries"] = read_csv(data) if data else read_text(text)
        except ValidationError as error:
            self.add_error("file" if data else "addresses", error)
        return self.cleaned_data


def _offer_roles(form: forms.Form, actor: Actor, organization: Organization) -> None:
    cast("RoleField", form.fields["role"]).suggest(actor.assignable_roles(organization))
