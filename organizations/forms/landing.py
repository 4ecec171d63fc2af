"""Where one begins after signing in."""

from collections.abc import Iterable
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from organizations.models import Landing, Membership


class LandingForm(ActionForm):
    """The last context, the personal account, or one organization."""

    landing = forms.ChoiceField(label=_("Begin in"), choices=[])

    def __init__(self, *args: Any, contexts: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["landing"].choices = [  # type: ignore[attr-defined] # a choice field has them
            ("last", _("Where I was last")),
            ("personal", _("My personal account")),
            *(
                (str(mine.organization_id), mine.organization.name)
                for mine in contexts
                if not mine.organization.is_personal
            ),
        ]

    @classmethod
    def of(cls, choice: Landing | None, contexts: Iterable[Membership]) -> Self:
        """The form with what is chosen."""
        chosen = "last" if choice is None else str(choice.organization_id or "personal")
        return cls(initial={"landing": chosen}, contexts=contexts)
