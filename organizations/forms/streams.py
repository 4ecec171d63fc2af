"""The forms of the stream of the log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from console.outbound import check_address
from console.versions import VersionedForm
from console.waiting import waiting_for_strangers
from organizations.actions.streams import Begin
from organizations.models import AuditStream

BEGINNINGS = [
    (Begin.NOW.value, _("With what happens from now on")),
    (Begin.FIRST.value, _("With the oldest event that is kept")),
]


class AddressField(forms.CharField):
    """An address that we are to ask: refused where it leads into a network that is not the public's (ATTACKS 32)."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=500, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """The address, if it may be asked now; it is checked again each time that it is."""
        address = super().clean(value)
        with waiting_for_strangers():
            return check_address(address)


class StreamForm(ActionForm):
    """A new stream: where to, and beginning with what."""

    url = AddressField(
        label=_("Address of the receiver"), help_text=_("We send the events there as POST requests, over HTTPS.")
    )
    begin = forms.ChoiceField(label=_("Begin"), choices=BEGINNINGS, initial=Begin.NOW.value, widget=forms.RadioSelect)


class StreamEditForm(VersionedForm):
    """Where a stream goes, and whether it is on."""

    url = AddressField(label=_("Address of the receiver"))
    is_on = forms.BooleanField(
        label=_("Send the events"),
        required=False,
        help_text=_("While it is paused nothing is lost: events wait for as long as the log is kept."),
    )

    def __init__(self, *args: Any, stream: AuditStream, **kwargs: Any) -> None:
        super().__init__(*args, initial={"url": stream.url, "is_on": stream.is_on}, **kwargs)
