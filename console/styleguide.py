"""The living page of building blocks: each block in each state, only with DEBUG."""

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from console.forms import ActionForm


class SampleForm(ActionForm):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="Shown to everyone in the organization.")
    email = forms.EmailField(label="E-mail address")
    website = forms.URLField(label="Website", required=False)
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    role = forms.ChoiceField(label="Role", choices=[("owner", "Owner"), ("admin", "Admin"), ("member", "Member")])
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    joining = forms.ChoiceField(
        label="Who may join",
        widget=forms.RadioSelect,
        choices=[("nobody", "Nobody"), ("invited", "Whoever is invited"), ("domain", "Everyone with our domain")],
    )
    news = forms.BooleanField(label="Send me product news", help_text="Once a month at most.", required=False)
    fixed = forms.CharField(label="Identifier", initial="acme", disabled=True, required=False)


@dataclass
class Row:
    """A line of the sample table."""

    name: str
    email: str
    role: str
    status: str
    hours: int

    @property
    def seen_at(self) -> object:
        """When this person was last active."""
        return timezone.now() - timedelta(hours=self.hours)


ROWS = [
    Row("Olivia Owner", "olivia.owner@example.com", "Owner", "active", 0),
    Row("Adam Admin", "adam.admin@example.com", "Admin", "active", 5),
    Row("Marguerite Bartholomée-Vandenbroucke", "marguerite.bartholomee@subsidiary.example.com", "Member", "new", 70),
    Row("tess@example.com", "tess@example.com", "Tech", "suspended", 24 * 90),
]


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the blocks; ``?toast=`` adds a message of that level, a POST shows the form refused."""
    if level := request.GET.get("toast"):
        messages.add_message(request, getattr(messages, level.upper(), messages.INFO), "This is what just happened.")
    wrong = SampleForm({"name": "Acme", "email": "acme"})
    wrong.is_valid()
    right = SampleForm(prefix="plain")
    return render(request, "styleguide.html", {"right": right, "wrong": wrong, "rows": ROWS, "now": timezone.now()})


urlpatterns = [path("", styleguide, name="styleguide")]
