"""The forms of contacts: those of the organization, and for staff those of both sides."""

from typing import Any, override

from django import forms
from django.utils.translation import gettext_lazy as _

from console.staff import ActionModelForm
from console.versions import VersionedForm
from support.actions.contacts import FIELDS, LENGTHS, clean_contact
from support.models import Contact


class ContactForm(VersionedForm):
    """Somebody to be asked: who, what for, and how they are reached."""

    name = forms.CharField(label=_("Name"), max_length=LENGTHS["name"])
    duty = forms.CharField(
        label=_("For what"),
        max_length=LENGTHS["duty"],
        required=False,
        help_text=_("What we should ask them about, such as “Technical contact”."),
    )
    email = forms.EmailField(label=_("E-mail address"), max_length=LENGTHS["email"], required=False)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=LENGTHS["phone"],
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_("With the country code. At least one of address and phone is needed."),
    )

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any) -> None:
        initial = {field: getattr(contact, field) for field in FIELDS} if contact else {}
        super().__init__(*args, initial=initial, **kwargs)
        self._is_new = contact is None

    @override
    def arguments(self) -> dict[str, Any]:
        """What is seen counts only where something was there to be seen."""
        typed = super().arguments()
        return {field: typed[field] for field in FIELDS} if self._is_new else typed


class StaffContactForm(ActionModelForm[Contact]):
    """A contact of an organization, of either side."""

    class Meta:
        model = Contact
        fields = ["organization", "side", *FIELDS]

    @override
    def check_with_action(self) -> None:
        """As `add_contact` and `change_contact` do."""
        clean_contact(self.cleaned_data)
