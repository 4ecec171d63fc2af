"""The preferences page of the profile (text 002, section 1): cards, each with a form and an address of its own."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import (
    change_picture,
    choose_mails,
    choose_promotions,
    choose_region,
    edit_contact,
    note_time_zone,
    remove_picture,
)
from accounts.forms.mails import MailsForm
from accounts.forms.preferences import ContactForm, InformationForm, PictureForm, RegionForm, TimeZoneForm
from accounts.models import PROMOTIONS, Consent
from accounts.requests import UserRequest
from accounts.views.region import keep_language
from console.registry import registry

type View = Callable[[UserRequest], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def index(request: UserRequest) -> HttpResponse:
    """Contact information, which is posted here; picture, region, information preferences, my organizations."""
    if request.method != "POST":
        return _page(request)
    form = ContactForm.of(request.user, request.POST)
    if form.run(edit_contact, user=request.user, by=request.actor) is None:
        return _page(request, contact=form)
    messages.success(request, _("Your contact information is saved."))
    return redirect("accounts:preferences")


def _page(request: UserRequest, **answered: Any) -> HttpResponse:
    """The page with all its cards; ``answered``: the form that was sent and refused, by the name of its card."""
    promotions = Consent.objects.latest_of(request.user.pk, PROMOTIONS)
    forms = {
        "contact": ContactForm.of(request.user),
        "picture": PictureForm(),
        "region": RegionForm.of(request.user),
        "information": InformationForm(initial={"promotions": bool(promotions and promotions.given)}),
        "mails": MailsForm.of(request.user),
    }
    context = {
        "forms": forms | answered,
        "promotions": promotions,
        "cards": registry.cards_of("preferences", request),
    }
    return render(request, "accounts/preferences.html", context)


def _back_to(card: str) -> HttpResponse:
    """The page, where the card with that id begins: one need not look for one's place again."""
    return redirect(f"{reverse('accounts:preferences')}#{card}")


def _card(view: View) -> View:
    """A form of the page: posts are answered, and who only comes to its address is shown the page."""

    @wraps(view)
    def answer(request: UserRequest) -> HttpResponse:
        return view(request) if request.method == "POST" else redirect("accounts:preferences")

    return require_http_methods(["GET", "HEAD", "POST"])(login_required(answer))


@_card
def picture(request: UserRequest) -> HttpResponse:
    """A new picture."""
    form = PictureForm(request.POST, request.FILES)
    if form.run(change_picture, user=request.user, by=request.actor) is None:
        return _page(request, picture=form)
    messages.success(request, _("Your picture is saved."))
    return _back_to("picture")


@_card
def picture_removal(request: UserRequest) -> HttpResponse:
    """No picture any more."""
    remove_picture(user=request.user, by=request.actor)
    messages.success(request, _("Your picture is removed."))
    return _back_to("picture")


@_card
def region(request: UserRequest) -> HttpResponse:
    """Language and time zone; the answer speaks the new language already."""
    form = RegionForm.of(request.user, request.POST)
    user = form.run(choose_region, user=request.user, by=request.actor)
    if user is None:
        return _page(request, region=form)
    with translation.override(user.language or translation.get_language()):
        messages.success(request, _("Your language and time zone are saved."))
    response = _back_to("region")
    keep_language(response, user.language)
    return response


@_card
def information(request: UserRequest) -> HttpResponse:
    """Whether promotional mail is welcome."""
    form = InformationForm(request.POST)
    form.run(choose_promotions, user=request.user, by=request.actor)
    messages.success(request, _("Your information preferences are saved."))
    return _back_to("information")


@_card
def mails(request: UserRequest) -> HttpResponse:
    """Which optional mails are welcome."""
    form = MailsForm(request.POST)
    form.run(choose_mails, user=request.user, by=request.actor)
    messages.success(request, _("Your choice of mails is saved."))
    return _back_to("mails")


@require_POST
@login_required
def time_zone(request: UserRequest) -> HttpResponse:
    """The time zone that the browser tells, for who has none (static/js/time_zone.js); nobody reads the answer."""
    form = TimeZoneForm(request.POST)
    if form.is_valid():
        note_time_zone(user=request.user, time_zone=form.cleaned_data["time_zone"])
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
