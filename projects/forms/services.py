"""Requesting a service, choosing another size, deleting one."""

from collections.abc import Iterable
from typing import Any, cast, override

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from projects.forms.parameters import fields_of, typed
from projects.models import Service, ServiceKind, ServiceSize
from projects.models.service import NAME_LENGTH


class SizeField(forms.ChoiceField):
    """One of some sizes, by its key: a page draws them as cards, with their prices. It gives the `ServiceSize`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Size"), widget=forms.RadioSelect, **kwargs)
        self.error_messages |= {"invalid_choice": _("Choose one of the sizes that are offered.")}
        self.sizes: list[ServiceSize] = []

    def offer(self, sizes: Iterable[ServiceSize]) -> None:
        """Offer these sizes."""
        self.sizes = list(sizes)
        self.choices = [(size.key, size.name) for size in self.sizes]

    @override
    def clean(self, value: Any) -> ServiceSize:
        """The size of that key, of those that are offered."""
        key = super().clean(value)
        return next(size for size in self.sizes if size.key == key)


class RequestForm(ActionForm):
    """What is asked for: a name, a size, and what the kind's own form asks."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("How people find it in this project."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    size = SizeField()

    def __init__(self, *args: Any, kind: ServiceKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        size = cast("SizeField", self.fields["size"])
        size.offer(kind.sizes.filter(is_offered=True))
        size.initial = size.sizes[0].key if size.sizes else None
        self.fields.update(fields_of(kind.form))

    @property
    def own_fields(self) -> list[Any]:
        """The fields that the kind asks for."""
        return [self[name] for name in self.fields if name not in {"name", "size"}]

    @override
    def arguments(self) -> dict[str, Any]:
        """The name, the size, and the parameters by their names in the schema."""
        cleaned = self.cleaned_data
        return {"name": cleaned["name"], "size": cleaned["size"], "parameters": typed(cleaned)}


class SizeForm(ActionForm):
    """Another size of a service, of those that its kind offers."""

    size = SizeField()

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = service.kind.sizes.filter(is_offered=True).exclude(pk=service.size_id)
        cast("SizeField", self.fields["size"]).offer(others)


class ServiceDeletionForm(ActionForm):
    """The service's own name, typed: nobody deletes one by a slip of the hand."""

    confirmation = forms.CharField(
        label=_("Name of the service"),
        max_length=NAME_LENGTH * 2,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._service = service
        self.fields["confirmation"].help_text = _("Type %(name)s to go on.") % {"name": service.name}

    def clean_confirmation(self) -> str:
        """Refuse any other name."""
        typed_name: str = self.cleaned_data["confirmation"]
        if typed_name != self._service.name:
            raise forms.ValidationError(_("This is not the name of the service."), code="other-name")
        return typed_name

    @override
    def arguments(self) -> dict[str, Any]:
        """Nothing: the name was the question."""
        return {}
