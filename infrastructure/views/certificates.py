"""The certificates of an organization: the list, a new one, the page of one, its renewal, its uses, and its end."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ANSWER, requires_proof
from accounts.proof import is_fresh
from console.attempts import attempt
from console.fragments import render_fragment
from console.pages import paginate
from infrastructure.actions.certificates import add_certificate, remove_certificate, renew_certificate, set_uses
from infrastructure.certificate_rows import ORDERS, STATES, Life, Selection, rows_of
from infrastructure.files import PEM_TYPE, headers_of
from infrastructure.forms.certificates import (
    SECRETS,
    BundleForm,
    MaterialForm,
    NewBundleForm,
    NewPemForm,
    PemForm,
    UsesForm,
)
from infrastructure.models import Certificate, CertificateUse
from organizations.access import requires
from organizations.models import Domain
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask, way_back

# The form that takes a PKCS #12 file, as the address says it.
BUNDLE = "pkcs12"

type View[**P] = Callable[Concatenate[OrgRequest, P], HttpResponse]


def not_carried[**P](view: View[P]) -> View[P]:
    """Let nobody's key travel through the page that asks who they are (accounts.access carries what was posted).

    Who comes with a proof that is too old proves who they are first, and hands the key in again.
    """

    @wraps(view)
    def checked(request: OrgRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and ANSWER not in request.POST and not is_fresh(request):
            messages.error(request, _("Confirm that it is you, then hand the certificate and its key in again."))
            return redirect(request.get_full_path())
        return view(request, *args, **kwargs)

    return checked


@require_safe
@requires(Permission.VIEW_INFRASTRUCTURE)
def index(request: OrgRequest) -> HttpResponse:
    """The certificates: search, filter, sort, pages; those that end first come first."""
    selection = Selection.of(request.organization, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default="end")
    context = {
        "page": page,
        "rows": rows_of(page.rows),
        "q": selection.q,
        "state": selection.state,
        "states": STATES,
        "is_empty": not page.rows and not selection.is_narrowed,
    }
    return render_fragment(
        request,
        "infrastructure/certificates/index.html",
        "infrastructure/certificates/_list.html",
        "certificates",
        context,
    )


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ADD_INFRASTRUCTURE)
@not_carried
@requires_proof
@never_cache
def create(request: OrgRequest) -> HttpResponse:
    """Add a certificate, as PEM or as a PKCS #12 file."""
    form = _form(request, NewPemForm, NewBundleForm)
    if added := form.run(add_certificate, organization=request.organization, by=request.actor):
        messages.success(request, _("The certificate is added."))
        return redirect(_page(added))
    return render(request, "infrastructure/certificates/new.html", _as_shown(form))


@require_safe
@requires(Permission.VIEW_INFRASTRUCTURE)
def detail(request: OrgRequest, pk: UUID) -> HttpResponse:
    """A certificate: what it is for, how long, and which domains use it."""
    certificate = _certificate(request, pk)
    return _show(request, certificate, _uses_form(request, certificate, None))


@require_safe
@requires(Permission.VIEW_INFRASTRUCTURE)
def chain(request: OrgRequest, pk: UUID) -> HttpResponse:
    """The certificate and its chain as a file: what every visitor of its domains gets, and no key."""
    certificate = _certificate(request, pk)
    return HttpResponse(certificate.chain, content_type=PEM_TYPE, headers=headers_of(certificate))


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_INFRASTRUCTURE)
@not_carried
@requires_proof
@never_cache
def renewal(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Put a newer certificate in the place of this one."""
    certificate = _certificate(request, pk)
    form = _form(request, PemForm, BundleForm)
    if form.run(renew_certificate, certificate=certificate, by=request.actor):
        messages.success(request, _("The certificate is renewed."))
        return redirect(_page(certificate))
    context = {"certificate": certificate, **_as_shown(form)}
    return render(request, "infrastructure/certificates/renewal.html", context)


@require_POST
@requires(Permission.MANAGE_INFRASTRUCTURE)
def uses(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Say which domains use it."""
    certificate = _certificate(request, pk)
    form = _uses_form(request, certificate, request.POST)
    if form.run(set_uses, certificate=certificate, by=request.actor):
        messages.success(request, _("The domains of the certificate are saved."))
        return redirect(_page(certificate))
    return _show(request, certificate, form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_INFRASTRUCTURE)
def removal(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Remove a certificate: the question, which names the domains that are left without one, and the POST that does."""
    certificate = _certificate(request, pk)
    if request.method == "POST":
        done = _("The certificate %s is removed.") % certificate.name
        attempt(request, remove_certificate, done, certificate=certificate, by=request.actor)
        return redirect("infrastructure:certificates", request.organization.slug)
    question = Question(
        title=_("Remove the certificate %s?") % certificate.name,
        text=_what_goes(certificate),
        submit=_("Remove"),
        cancel=_("Cancel"),
        back=way_back(request, _page(certificate)),
    )
    return ask(request, question)


def _what_goes(certificate: Certificate) -> str:
    left = list(certificate.uses.order_by("domain__name").values_list("domain__name", flat=True))
    forgotten = _("It is forgotten here, with its key. This cannot be undone.")
    if not left:
        return _("No domain uses it.") + " " + forgotten
    without = ngettext(
        "One domain is left without a certificate: %(domains)s.",
        "These domains are left without a certificate: %(domains)s.",
        len(left),
    )
    return without % {"domains": ", ".join(left)} + " " + forgotten


def _certificate(request: OrgRequest, pk: UUID) -> Certificate:
    found = Certificate.objects.defer("sealed_key").select_related("created_by")
    certificate = get_object_or_404(found, organization=request.organization, pk=pk)
    certificate.organization = request.organization
    return certificate


def _form(request: OrgRequest, pem: type[MaterialForm], bundle: type[MaterialForm]) -> MaterialForm:
    form = bundle if request.GET.get("kind") == BUNDLE else pem
    return form(request.POST, request.FILES) if request.method == "POST" else form()


def _as_shown(form: MaterialForm) -> dict[str, Any]:
    is_bundle = isinstance(form, BundleForm)
    return {"form": form, "is_bundle": is_bundle}


def _uses_form(request: OrgRequest, certificate: Certificate, posted: Any) -> UsesForm:
    proven = request.organization.domains.verified().order_by("name")
    domains: list[Domain] = [domain for domain in proven if certificate.covers(domain.name)]
    others = CertificateUse.objects.filter(domain__in=domains).exclude(certificate=certificate)
    names = dict(others.values_list("domain_id", "certificate__name"))
    return UsesForm(posted, certificate=certificate, domains=domains, others=names)


def _show(request: OrgRequest, certificate: Certificate, form: UsesForm) -> HttpResponse:
    context = {
        "certificate": certificate,
        "life": Life.of(certificate),
        "used_by": list(certificate.uses.order_by("domain__name").values_list("domain__name", flat=True)),
        "form": form,
        "choices": form.choices,
    }
    return render(request, "infrastructure/certificates/certificate.html", context)


def _page(certificate: Certificate) -> str:
    return reverse("infrastructure:certificate", args=[certificate.organization.slug, certificate.pk])
