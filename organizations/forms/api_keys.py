"""API keys: made, changed, rotated."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from console.ids import uuid7
from organizations.actions.api_keys.changing import values_of
from organizations.forms.roles import PermissionsField
from organizations.models import ApiKey
from organizations.models.api_key import NAME_LENGTH
from organizations.roles import HELD_BY_ALL

# What nobody types by hand; the action counts the lines.
NETWORKS_LENGTH = 2000
ON_A_DAY, NEVER = "day", "never"
LIVES = (
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("One year")),
    (ON_A_DAY, _("Until a day that I choose")),
    (NEVER, _("No end")),
)
OVERLAPS = (
    (0, _("At once")),
    (1, _("In an hour")),
    (24, _("In a day")),
    (72, _("In 3 days")),
    (168, _("In 7 days")),
)


class NetworksField(forms.CharField):
    """Addresses and networks, one on each line; the action reads them."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})
        super().__init__(
            label=_("Allowed networks"),
            help_text=_("One on each line, such as 192.0.2.10 or 2001:db8::/32. Empty: from anywhere."),
            required=False,
            max_length=NETWORKS_LENGTH,
            strip=False,
            widget=widget,
            **kwargs,
        )


class LastDayField(forms.DateField):
    """The day after which a key is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Last day"),
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": _("Enter a date such as 2027-03-31.")},
            **kwargs,
        )


class NewKeyForm(ActionForm):
    """A key that is to be made. ``key_id``: the id that it gets, so that the form makes one key, sent twice or not."""

    key_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"id": False}), initial=uuid7)
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("What it is for, such as “backup script”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    permissions = PermissionsField(label=_("What it may do"), required=False)
    lasts = forms.ChoiceField(label=_("How long it lasts"), choices=LIVES, initial="90")
    expires_on = LastDayField(help_text=_("Only where you choose the day yourself."))
    networks = NetworksField()

    @property
    def chosen(self) -> frozenset[str]:
        """The permissions that are ticked; those that every key has in any case."""
        return frozenset(self["permissions"].value() or ()) | HELD_BY_ALL

    def clean(self) -> dict[str, Any]:
        """Whoever chooses a day names one."""
        if self.cleaned_data.get("lasts") == ON_A_DAY and not (
            self.cleaned_data.get("expires_on") or "expires_on" in self.errors
        ):
            self.add_error("expires_on", _("Choose the last day."))
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        """What `create_key` takes."""
        typed = self.cleaned_data
        return {
            "key_id": typed["key_id"],
            "name": typed["name"],
            "permissions": typed["permissions"],
            "expires_on": self._last_day(),
            "networks": typed["networks"].splitlines(),
        }

    def _last_day(self) -> Any:
        lasts = self.cleaned_data["lasts"]
        if lasts == NEVER:
            return None
        if lasts == ON_A_DAY:
            return self.cleaned_data["expires_on"]
        return timezone.localdate() + timedelta(days=int(lasts))


class KeyForm(ActionForm):
    """A further key or a service key that is there; ``version`` says what it was when the page was made."""

    name = forms.CharField(
        label=_("Name"), max_length=NAME_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    permissions = PermissionsField(label=_("What it may do"), required=False)
    expires_on = LastDayField(help_text=_("Empty: it does not expire."))
    networks = NetworksField()
    version = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(self, *args: Any, key: ApiKey, **kwargs: Any) -> None:
        kwargs["initial"] = values_of(key)
        super().__init__(*args, **kwargs)

    @property
    def chosen(self) -> Collection[str]:
        """The permissions that are ticked; those that every key has in any case."""
        return frozenset(self["permissions"].value() or ()) | HELD_BY_ALL

    def arguments(self) -> dict[str, Any]:
        """What `edit_key` takes."""
        return {**self.cleaned_data, "networks": self.cleaned_data["networks"].splitlines()}


class PairForm(ActionForm):
    """A first pair: from where it may be used. The rest is its member's."""

    networks = NetworksField()
    version = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(self, *args: Any, key: ApiKey, **kwargs: Any) -> None:
        kwargs["initial"] = values_of(key)
        super().__init__(*args, **kwargs)

    def arguments(self) -> dict[str, Any]:
        """What `limit_networks` takes."""
        return {**self.cleaned_data, "networks": self.cleaned_data["networks"].splitlines()}


class RotationForm(ActionForm):
    """When the former secret ends; ``seen``: which secret the page was about, so that the form rotates once."""

    overlap_hours = forms.TypedChoiceField(
        label=_("The former secret ends"),
        choices=OVERLAPS,
        coerce=int,
        initial=24,
        help_text=_("Until then both work: time to put the new one in place. If somebody else may have it: at once."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(self, *args: Any, key: ApiKey, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": key.version}
        super().__init__(*args, **kwargs)
