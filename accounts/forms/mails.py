"""Which optional mails one wants."""

from typing import Any, Self

from django import forms

from accounts.models import MailChoice, User
from console.forms import ActionForm
from console.registry import registry


class MailsForm(ActionForm):
    """A box for each kind of optional mail; ticked ones come."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in registry.mails:
            self.fields[kind.key] = forms.BooleanField(label=kind.label, help_text=kind.help, required=False)

    @classmethod
    def of(cls, user: User) -> Self:
        """The form with what the user has chosen; all come to who has never chosen."""
        switched_off = set(MailChoice.objects.filter(user=user).values_list("kind", flat=True))
        return cls(initial={kind.key: kind.key not in switched_off for kind in registry.mails})

    def arguments(self) -> dict[str, Any]:
        """The keys of the kinds that are ticked."""
        return {"wanted": [key for key, ticked in self.cleaned_data.items() if ticked]}
