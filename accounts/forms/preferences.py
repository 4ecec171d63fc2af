"""Forms of the preferences page (text 002, section 1)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.phones import PhoneForm
from accounts.models import JobRole, Salutation, User
from accounts.region.time_zones import canonical, zone_choices
from console.forms import ActionForm
from console.templating import languages


class ContactForm(PhoneForm, ActionForm):
    """Who one is, for colleagues and in letters."""

    field_order = ("salutation", "first_name", "last_name", "phone_country", "phone", "job_role")

    salutation = forms.ChoiceField(
        label=_("Salutation"),
        required=False,
        choices=[("", _("None")), *Salutation.choices],
        widget=forms.Select(attrs={"autocomplete": "honorific-prefix"}),
    )
    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    job_role = forms.ChoiceField(
        label=_("Job role"),
        required=False,
        choices=[("", _("Not said")), *JobRole.choices],
        help_text=_("What you do. It gives you no rights: those come with your role in each organization."),
    )

    @classmethod
    def of(cls, user: User, data: Any = None) -> "ContactForm":
        """The form with what is known of the user, or with what was posted."""
        initial = {name: getattr(user, name) for name in ("salutation", "first_name", "last_name", "job_role")}
        return cls(data, initial=initial | cls.initial_of(user.phone))


class PictureForm(ActionForm):
    """A file with a picture."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG, WebP or GIF, up to 10 MB. It is cut to its middle square."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose another one."),
        },
    )


class RegionForm(ActionForm):
    """Language and time zone."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=lambda: [("", _("As my browser asks")), *languages()],
        help_text=_("Pages and mails to you come in this language."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=zone_choices,
        help_text=_("Dates and times are shown in it."),
    )

    @classmethod
    def of(cls, user: User, data: Any = None) -> "RegionForm":
        """The form with the user's choice, or with what was posted."""
        return cls(data, initial={"language": user.language, "time_zone": canonical(user.time_zone)})


class TimeZoneForm(forms.Form):
    """The time zone as a browser tells it, which may be another name of one that we list."""

    time_zone = forms.CharField(max_length=40)

    def clean_time_zone(self) -> str:
        """Take it by our name."""
        zone = canonical(self.cleaned_data["time_zone"])
        if not zone:
            raise forms.ValidationError("No such time zone.", code="invalid")
        return zone


class InformationForm(ActionForm):
    """What one wants to hear of."""

    promotions = forms.BooleanField(label=_("Send me news and offers about products and services"), required=False)
