"""The form by which staff give a file of customers in."""

from typing import Any, override

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms import ActionForm
from support.directory.parsing import MOST_BYTES


class ImportForm(ActionForm):
    """A file in JSON or CSV."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy(
            "JSON or CSV, in UTF-8, up to 20 MB. It is only looked at: nothing changes before you have seen what would."
        ),
    )

    def clean_file(self) -> tuple[str, str]:
        """Its name and its text."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Give it in in parts."), code="size")
        try:
            return file.name or "", file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not in UTF-8."), code="encoding") from None

    @override
    def arguments(self) -> dict[str, Any]:
        """Name and content, for the action."""
        name, content = self.cleaned_data["file"]
        return {"name": name, "content": content}
