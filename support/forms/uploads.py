"""Forms with files: what was uploaded stays, sealed into the page, when something else in the form was refused."""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final, override
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.limits import use_up
from console.forms import ActionForm
from console.ids import uuid7
from console.refusal import Refused
from console.sealing import Unreadable, seal, unseal
from support.files import MAX_FILES, StoredFile, store
from support.files.storing import check_together

# What a page holds of files that are there already, each a field of this name: unticked, it is left out.
KEPT: Final = "kept"
KEPT_FOR: Final = timedelta(hours=1)
TOKEN_FOR: Final = timedelta(days=1)


class FilesInput(forms.FileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, as they came; whoever keeps them looks at them."""

    widget = FilesInput

    @override
    def clean(self, data: Any, initial: Any = None) -> list["File[bytes]"]:
        """The files, in their order."""
        return list(data or [])


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file that is there already, and what the page holds of it."""

    stored: StoredFile
    handle: str


class FilesForm(ActionForm):
    """A form that sends a message with files, once.

    ``place``: where it is sent, and ``person`` by whom; what another page holds opens here no file. After a refusal
    ``kept`` has the files that are there already, also those of a refusal before.
    """

    # Not ``files``, which Django's forms call what came with a request.
    uploads = FilesField(
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("Up to 5 files of 10 MB, 25 MB together: pictures, PDF, text, zip or gzip archives."),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)

    def __init__(self, *args: Any, place: UUID, person: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = str(person)
        self._purpose = f"support.form {place} {person}"
        self.initial["token"] = seal(str(uuid7()), purpose=self._purpose)
        self.kept: list[Kept] = []

    @override
    def clean(self) -> dict[str, Any]:
        """Keep what was uploaded, whatever else is wrong: nobody chooses a file twice."""
        cleaned = super().clean() or self.cleaned_data
        try:
            self._open_kept()
            for file in cleaned.get("uploads", []):
                self._check_pace()
                self._keep(store(file))
        except Refused as refusal:
            self.show(refusal)
        return cleaned

    @override
    def arguments(self) -> dict[str, Any]:
        """What was typed; the files as they are kept; and the id that is made once."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in {"uploads", "token"}}
        return {**typed, "files": [one.stored for one in self.kept], "once": self._once()}

    @override
    def show(self, refusal: ValidationError) -> None:
        """Put the refusal where it belongs: actions call ``files`` what is chosen in ``uploads``."""
        if getattr(refusal, "field", None) == "files":
            self.add_error("uploads", refusal)
        else:
            super().show(refusal)

    def _open_kept(self) -> None:
        """Open what the page holds of files, in their order. Raises Refused where one's time is over."""
        handles = self.data.getlist(KEPT) if isinstance(self.data, QueryDict) else []
        for handle in dict.fromkeys(handles[:MAX_FILES]):
            try:
                opened = json.loads(unseal(handle, purpose=self._purpose, within=KEPT_FOR))
            except Unreadable:
                sentence = _("Your files waited for more than an hour. Choose them again.")
                raise Refused(sentence, code="too-late", field="files") from None
            self.kept.append(Kept(stored=StoredFile(**opened), handle=handle))

    def _keep(self, file: StoredFile) -> None:
        check_together([*(one.stored for one in self.kept), file])
        self.kept.append(Kept(stored=file, handle=seal(json.dumps(asdict(file)), purpose=self._purpose)))

    def _check_pace(self) -> None:
        """Refuse a person who fills our storage. Raises Refused."""
        if not use_up("uploads", key=self._person):
            raise Refused(_("That were many files. Wait an hour, then send more."), code="too-many", field="files")

    def _once(self) -> UUID | None:
        """The id that the form carries; None for what was not made by us for here, or too long ago."""
        try:
            return UUID(unseal(self.cleaned_data["token"], purpose=self._purpose, within=TOKEN_FOR))
        except Unreadable:
            return None
