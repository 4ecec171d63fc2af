"""The living page of building blocks: each block in each state, only with DEBUG."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from moneyed import Money

from console import charts
from console.charts import Mark, Picture
from console.forms import ActionForm
from console.money import money


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
NAMES = ["Jan", "Feb", "Mar", "Apr"]


@dataclass
class Share:
    """A bar of the sample list of amounts."""

    name: str
    amount: Money
    width: int


def picture(values: list[int]) -> Picture:
    """A line of these values, one a day."""
    drawn = charts.line(values)
    return Picture(
        description="Funds day by day.",
        slots=[(point, money(Decimal(value))) for point, value in zip(drawn.points, values, strict=True)],
        ticks=[(tick.y, money(Decimal(int(tick.value)))) for tick in drawn.ticks],
        marks=[Mark(0, "1 March", "start"), Mark(50, "8 March", "middle"), Mark(100, "Today", "end")],
        rows=[("Today", [Money(values[-1], "EUR")])],
        line=drawn,
    )


def bar_picture(groups: list[tuple[int, int]]) -> Picture:
    """Bars of two parts."""
    drawn = charts.bars(groups)
    return Picture(
        description="Spent month by month.",
        slots=[(bar.slot, money(Decimal(sum(group)))) for bar, group in zip(drawn.bars, groups, strict=True)],
        ticks=[(tick.y, money(Decimal(int(tick.value)))) for tick in drawn.ticks],
        marks=[Mark(bar.slot.middle, name, "middle") for bar, name in zip(drawn.bars, NAMES, strict=True)],
        rows=[(name, [Money(sum(group), "EUR")]) for name, group in zip(NAMES, groups, strict=True)],
        bars=drawn.bars,
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the blocks; ``?toast=`` adds a message of that level, a POST shows the form refused."""
    if level := request.GET.get("toast"):
        messages.add_message(request, getattr(messages, level.upper(), messages.INFO), "This is what just happened.")
    wrong = SampleForm({"name": "Acme", "email": "acme"})
    wrong.is_valid()
    right = SampleForm(prefix="plain")
    context = {
        "right": right,
        "wrong": wrong,
        "rows": ROWS,
        "now": timezone.now(),
        "line": picture([120, 120, 90, 60, 60, 20, -30, 150, 140, 110]),
        "bars": bar_picture([(20, 45), (20, 0), (0, 80), (20, 62)]),
        "shares": [Share("Web shop", Money(80, "EUR"), 100), Share("Payroll", Money(20, "EUR"), 25)],
    }
    return render(request, "styleguide.html", context)


urlpatterns = [path("", styleguide, name="styleguide")]
