"""What staff write and set in the page of a ticket."""

from collections.abc import Iterable
from typing import Any, cast, override

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from console.forms import ActionForm
from support.forms.uploads import FilesForm
from support.models import Priority, Product, SavedAnswer
from support.models.ticket import BODY_LENGTH


class AnswerForm(FilesForm):
    """An answer, or a note; ``saved``: one that is given often, to put into it. ``seen``: what was read before."""

    saved = forms.ModelChoiceField(
        SavedAnswer.objects.all(), label=gettext_lazy("Saved answer"), required=False, empty_label="—"
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=BODY_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "cols": 90}),
    )
    seen = forms.CharField(required=False, max_length=40)
    field_order = ("saved", "body", "uploads")

    @override
    def arguments(self) -> dict[str, Any]:
        """What was typed; the saved answer has been put in by then, or was not wanted."""
        typed = super().arguments()
        return {**{name: value for name, value in typed.items() if name != "saved"}, "seen": typed["seen"] or None}


def with_saved_answer(typed: QueryDict) -> QueryDict:
    """What was typed, with the chosen answer at the end of the text."""
    data = typed.copy()
    chosen = AnswerForm.base_fields["saved"]
    try:
        answer = cast("SavedAnswer | None", chosen.clean(typed.get("saved", "")))
    except forms.ValidationError:
        answer = None
    if answer:
        data["body"] = f"{typed.get('body', '').rstrip()}\n\n{answer.body}".lstrip()
    return data


class AssignmentForm(ActionForm):
    """Who looks after a ticket, of ``staff``."""

    assigned_to = forms.ChoiceField(label=gettext_lazy("Assigned to"), required=False)

    def __init__(self, *args: Any, staff: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._staff = {str(person.pk): person for person in staff}
        choices = [("", _("Nobody")), *((key, person.name) for key, person in self._staff.items())]
        cast("forms.ChoiceField", self.fields["assigned_to"]).choices = choices

    @override
    def arguments(self) -> dict[str, Any]:
        """The person, as a row."""
        return {"assigned_to": self._staff.get(self.cleaned_data["assigned_to"])}


class PriorityForm(ActionForm):
    """How much it hurts."""

    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=Priority)


class ProductForm(ActionForm):
    """What it is about; also what is no longer offered."""

    product = forms.ModelChoiceField(
        Product.objects.all(), label=gettext_lazy("Product"), required=False, empty_label="—"
    )
