"""Two people change the same settings at once: the second is told what the first changed, and loses nothing typed.

A form carries a mark of each value that it was opened with; the action compares the marks with what is there when it
holds the lock, and refuses what would undo a change that its sender never saw.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.forms import ActionForm
from console.refusal import Refused

# Characters of a mark: one in four billion that a change goes unseen.
MARK = 8
LONGEST = 2000

type Marks = Mapping[str, str]


class Overtaken(Refused):
    """The values have changed since the form was opened; ``current``: those that have, by the names of their fields."""

    def __init__(self, current: Mapping[str, object]) -> None:
        super().__init__(_("Somebody has changed this meanwhile. Open the page again."), code="overtaken")
        self.current = current


def marks_of(values: Mapping[str, object]) -> dict[str, str]:
    """A mark for each value, which tells it from any other and says nothing of it."""
    return {name: _mark(str(value)) for name, value in values.items()}


def _mark(text: str) -> str:
    # Browsers send each line break as two characters.
    return sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:MARK]


def check_unchanged(seen: Marks | None, now: Mapping[str, object]) -> None:
    """Refuse what was decided on other values than those of ``now``. To be called with the row locked.

    ``seen``: the marks that a form was opened with; None, or no mark of a value: whoever acts did not look, and decides
    whatever is there. Raises Overtaken.
    """
    marks = marks_of(now)
    current = {name: value for name, value in now.items() if seen and seen.get(name, marks[name]) != marks[name]}
    if current:
        raise Overtaken(current)


def check_same(seen: str | None, now: str) -> None:
    """Refuse what was decided on something else than what is there now: the page shows that, and one decides anew.

    To be called with the row locked. ``seen``: what the page was opened with, a value or a version of several; None:
    whoever acts did not look. Raises Refused, with the code ``changed``.
    """
    if seen is not None and seen != now:
        raise Refused(
            _("Somebody has changed this meanwhile. Here is what it is now: look, and change it again."), code="changed"
        )


class VersionedForm(ActionForm):
    """A form over values that somebody else may change meanwhile; its action takes ``seen`` and `check_unchanged`.

    ``initial`` holds the values as they are. The second to save sees, at each field that both changed, what the first
    put there; fields that only the first changed show the new value. Saving once more decides.
    """

    seen = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = json.dumps(marks_of(self.initial), separators=(",", ":"))

    def clean_seen(self) -> dict[str, str] | None:
        """The marks; None where there are none, or nothing that makes sense."""
        try:
            marks = json.loads(self.cleaned_data["seen"])
        except ValueError:
            return None
        return {str(name): str(mark) for name, mark in marks.items()} if isinstance(marks, dict) else None

    def show(self, refusal: ValidationError) -> None:
        """Put a refusal where it belongs, and what somebody else has changed at the fields that they changed."""
        if isinstance(refusal, Overtaken):
            self._catch_up(refusal.current)
        else:
            super().show(refusal)

    def _catch_up(self, current: Mapping[str, object]) -> None:
        """Take over what only the other changed, say what both did, and know all of it from now on."""
        seen, typed, data = self.cleaned_data["seen"], marks_of(self.cleaned_data), self._posted()
        changed = {name: value for name, value in current.items() if name in self.fields}
        for name, value in changed.items():
            if typed.get(name) == seen[name]:
                self._put(data, name, value)
            elif typed.get(name) != marks_of(changed)[name]:
                self.add_error(name, _("It is “%s” by now. Save once more to keep yours.") % self._worded(name, value))
        data[self.add_prefix("seen")] = json.dumps(seen | marks_of(changed), separators=(",", ":"))
        self.data = data
        labels = [str(self.fields[name].label) for name in changed]
        self.add_error(
            None,
            ngettext(
                "Somebody has changed this since you opened the page: %s. Look at it, and save again.",
                "Somebody has changed these since you opened the page: %s. Look at them, and save again.",
                len(labels),
            )
            % ", ".join(labels),
        )

    def _posted(self) -> QueryDict:
        assert isinstance(self.data, QueryDict)  # noqa: S101 -- for the type checker: what was posted
        return self.data.copy()

    def _put(self, data: QueryDict, name: str, value: object) -> None:
        """Write a value as a browser would post it: a box that is not ticked posts nothing."""
        key = self.add_prefix(name)
        if value is False:
            data.pop(key, None)
        else:
            data[key] = "on" if value is True else "" if value is None else str(value)

    def _worded(self, name: str, value: object) -> str:
        """A value as the page words it."""
        choices = dict(getattr(self.fields[name], "choices", ()))
        return str(choices.get(value, value))
