"""The domain names of the organization: what proves them, how that stands, and what they do for people."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.attempts import attempt
from console.refusal import Refused
from organizations.access import requires
from organizations.actions import add_domain, remove_domain, set_domain_joining
from organizations.actions.domains.adding import MOST
from organizations.actions.domains.checking import check_at_once
from organizations.forms.domains import DomainForm, DomainJoiningForm
from organizations.models import Domain
from organizations.models.counting import COUNTED, counted
from organizations.models.domain import RECORD_LABEL
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask

# A name of so many labels may stand in a zone above it: shop.example.com in that of example.com.
IN_A_ZONE = 3


@require_safe
@requires(Permission.EDIT_SETTINGS)
def index(request: OrgRequest) -> HttpResponse:
    """The names, each with its state; there are never many."""
    domains = list(request.organization.domains.select_related("custom_role").order_by("name"))
    return render(request, "organizations/domains/index.html", {"domains": domains, "most": MOST})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_SETTINGS)
def create(request: OrgRequest) -> HttpResponse:
    """Add a name; the next page says which record proves it."""
    form = DomainForm(request.POST or None)
    if domain := form.run(add_domain, organization=request.organization, by=request.actor):
        messages.success(request, _("%s is added. Set the record that proves it.") % domain.name)
        return redirect(_page(request, domain))
    return render(request, "organizations/domains/new.html", {"form": form})


@require_safe
@requires(Permission.EDIT_SETTINGS)
def show(request: OrgRequest, pk: UUID) -> HttpResponse:
    """One name: its state, its record, who joins by it, and the way to remove it."""
    return _show(request, _domain(request, pk))


@require_POST
@requires(Permission.EDIT_SETTINGS)
def check(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Look it up now, and say what was found."""
    domain = _domain(request, pk)
    try:
        # The name servers have five seconds; nothing is locked meanwhile.
        _say(request, domain, check_at_once(domain=domain, by=request.actor))
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(_page(request, domain))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_SETTINGS)
def joining(request: OrgRequest, pk: UUID) -> HttpResponse:
    """What happens to people with an address there: the card's form posts here; who only comes is shown the card."""
    domain = _domain(request, pk)
    if request.organization.is_personal:
        raise Http404
    if request.method != "POST":
        return redirect(f"{_page(request, domain)}#joining")
    form = DomainJoiningForm(request.POST, domain=domain, actor=request.actor)
    if form.run(set_domain_joining, domain=domain, by=request.actor) is None:
        return _show(request, domain, form)
    messages.success(request, _("Saved."))
    return redirect(f"{_page(request, domain)}#joining")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_SETTINGS)
def removal(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Remove the name: the question, and the POST that does it."""
    domain = _domain(request, pk)
    if request.method == "POST":
        done = _("%s is removed.") % domain.name
        attempt(request, remove_domain, done, domain=domain, by=request.actor)
        return redirect("organizations:settings_domains", request.organization.slug)
    question = Question(
        title=_("Remove %s?") % domain.name,
        text=_("Nobody joins by it any more, and no certificate is used for it. Whoever has joined by it stays."),
        submit=_("Remove"),
        cancel=_("Cancel"),
        back=_page(request, domain),
    )
    return ask(request, question)


def _show(request: OrgRequest, domain: Domain, form: DomainJoiningForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {"domain": domain, "short_names": _short_names(domain.name), "form": None}
    if domain.is_proven and not request.organization.is_personal:
        context["form"] = form or DomainJoiningForm(domain=domain, actor=request.actor)
        context["outside"] = counted(domain.addresses_outside().order_by().values("user").distinct())
        context["counted"] = COUNTED
    return render(request, "organizations/domains/show.html", context)


def _say(request: OrgRequest, domain: Domain, checked: Domain | None) -> None:
    """What came of a check of ``domain``, as it was before."""
    if checked is None:
        messages.info(request, _("It is being checked at this moment. Look again in a few seconds."))
    elif checked.problem:
        messages.error(request, checked.trouble)
    elif domain.is_proven:
        messages.success(request, _("The record is there."))
    else:
        messages.success(request, _("The record is there: %s is proven.") % checked.name)


def _short_names(name: str) -> list[tuple[str, str]]:
    """What to enter as the record's name where the provider adds the zone itself: by the zone that it may stand in."""
    names = [(name, RECORD_LABEL)]
    first, _dot, zone = name.partition(".")
    if name.count(".") + 1 >= IN_A_ZONE:
        names.append((zone, f"{RECORD_LABEL}.{first}"))
    return names


def _domain(request: OrgRequest, pk: UUID) -> Domain:
    domain = get_object_or_404(request.organization.domains.select_related("custom_role"), pk=pk)
    domain.organization = request.organization
    return domain


def _page(request: OrgRequest, domain: Domain) -> str:
    return reverse("organizations:settings_domain", args=[request.organization.slug, domain.pk])
