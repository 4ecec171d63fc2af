"""The settings of an organization: the hub, with what is general; each card is a form with an address of its own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organizations.access import requires
from organizations.actions import edit_joining, edit_organization
from organizations.forms.organizations import JoiningForm, LogoForm, OrganizationForm
from organizations.requests import OrgRequest
from organizations.roles import IN_SETTINGS, Permission

type View = Callable[[OrgRequest], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*IN_SETTINGS)
def index(request: OrgRequest) -> HttpResponseBase:
    """The hub (text 000, *Manage organization settings*): what is general, and the way to everything else."""
    return _save(request) if request.method == "POST" else show(request)


@requires(Permission.EDIT_SETTINGS)
def _save(request: OrgRequest) -> HttpResponse:
    """Name, address and description. A personal account has none of these."""
    if request.organization.is_personal:
        return show(request)
    form = OrganizationForm(request.POST, organization=request.organization)
    organization = form.run(edit_organization, organization=request.organization, by=request.actor)
    if organization is None:
        return show(request, general=form)
    messages.success(request, _("The settings are saved."))
    return redirect("organizations:settings", organization.slug)


def card(view: View) -> Callable[..., HttpResponseBase]:
    """A form of the hub: posts are answered, and who only comes to its address is shown the hub."""

    @wraps(view)
    def answer(request: OrgRequest) -> HttpResponse:
        if request.organization.is_personal:
            raise Http404
        return view(request) if request.method == "POST" else back_to(request)

    return require_http_methods(["GET", "HEAD", "POST"])(requires(Permission.EDIT_SETTINGS)(answer))


def back_to(request: OrgRequest, place: str = "") -> HttpResponse:
    """The hub, where the card with that id begins: one need not look for one's place again."""
    hub = reverse("organizations:settings", args=[request.organization.slug])
    return redirect(f"{hub}#{place}" if place else hub)


@card
def joining(request: OrgRequest) -> HttpResponse:
    """Who finds it, who may invite."""
    form = JoiningForm(request.POST, organization=request.organization, actor=request.actor)
    if form.run(edit_joining, organization=request.organization, by=request.actor) is None:
        return show(request, joining=form)
    messages.success(request, _("The settings are saved."))
    return back_to(request, "joining")


def show(request: OrgRequest, **answered: Any) -> HttpResponse:
    """The hub with its cards; ``answered``: the form that was sent and refused, by the name of its card."""
    forms: dict[str, Any] = {}
    if request.actor.can(Permission.EDIT_SETTINGS) and not request.organization.is_personal:
        forms = {
            "general": OrganizationForm(organization=request.organization),
            "joining": JoiningForm(organization=request.organization, actor=request.actor),
            "logo": LogoForm(),
        }
    return render(request, "organizations/settings/index.html", {"forms": forms | answered})
