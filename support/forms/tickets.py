"""What somebody asks, and writes on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast, override

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.dates import span
from support import came_from
from support.actions.promises import Promise
from support.forms.uploads import FilesForm
from support.models import Entitlement, Priority, Product
from support.models.ticket import BODY_LENGTH, TITLE_LENGTH


class BodyField(forms.CharField):
    """A text whose lines end as they are kept: browsers send two characters for each end, and count one."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=BODY_LENGTH, strip=False, **kwargs)

    @override
    def to_python(self, value: Any) -> str:
        """The text with its lines ended by one character."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class TicketForm(FilesForm):
    """A question, with what it is about.

    ``products``: those on offer, none at all is fine; ``entitlements``: those among which one chooses, if several could
    count; ``promises``: by priority, what is promised at this moment, ``at``.
    """

    title = forms.CharField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    product = forms.ChoiceField(label=gettext_lazy("Product"), required=False)
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"), widget=forms.RadioSelect, initial=Priority.NORMAL.value, choices=Priority
    )
    entitlement = forms.ChoiceField(label=gettext_lazy("Entitlement"), required=False)
    body = BodyField(
        label=gettext_lazy("What happens"),
        help_text=gettext_lazy("What you did, what you expected, and what came instead. No passwords or keys, please."),
    )
    asked_from = forms.CharField(widget=forms.HiddenInput, required=False, max_length=came_from.LONGEST)
    field_order = ("title", "product", "priority", "entitlement", "body", "uploads")

    def __init__(
        self,
        *args: Any,
        products: Iterable[Product],
        entitlements: Iterable[Entitlement],
        promises: Mapping[str, Promise],
        at: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._products = {product.key: product for product in products}
        self._entitlements = {str(one.pk): one for one in entitlements}
        if self._products:
            choices = [("", _("Something else")), *((key, product.name) for key, product in self._products.items())]
            cast("forms.ChoiceField", self.fields["product"]).choices = choices
        else:
            del self.fields["product"]
        if len(self._entitlements) > 1:
            cast("forms.ChoiceField", self.fields["entitlement"]).choices = [
                ("", _("The one with the quickest answer")),
                *((key, f"{one.number} · {one.name} ({one.level})") for key, one in self._entitlements.items()),
            ]
        else:
            del self.fields["entitlement"]
        cast("forms.ChoiceField", self.fields["priority"]).choices = [
            (priority.value, _said(priority, promises.get(priority.value), at)) for priority in reversed(Priority)
        ]

    @override
    def arguments(self) -> dict[str, Any]:
        """What was typed, with the product and the entitlement as rows."""
        typed = super().arguments()
        return {
            **typed,
            "product": self._products.get(typed.get("product", "")),
            "entitlement": self._entitlements.get(typed.get("entitlement", "")),
        }


class MessageForm(FilesForm):
    """A further message of a ticket."""

    body = BodyField(label=gettext_lazy("Your message"))
    field_order = ("body", "uploads")


def _said(priority: Priority, promise: Promise | None, at: datetime) -> str:
    """A priority and within what time it is answered first, where something is promised."""
    label = capfirst(str(priority.label))
    if promise is None or promise.due_at is None:
        return label
    return _("%(priority)s: first answer within %(time)s") % {"priority": label, "time": span(promise.due_at - at)}
