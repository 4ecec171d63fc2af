"""API keys of a member, and the organization's own (text 004, *Accounts and API keys*)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires_proof, requires_proof_to_change
from console.attempts import attempt
from console.forms import ActionForm
from console.refusal import Refused
from organizations.access import requires
from organizations.actions import (
    create_key,
    create_service_key,
    edit_key,
    limit_networks,
    make_secret,
    revoke_key,
    rotate_secret,
)
from organizations.actions.api_keys import Issued
from organizations.actions.api_keys.rules import may_manage
from organizations.forms.api_keys import KeyForm, NewKeyForm, PairForm, RotationForm
from organizations.models import ApiKey
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask
from organizations.views.api_key_rows import choices, networks_of, own_keys, permissions_of, service_keys


@require_safe
@requires(Permission.VIEW_ORGANIZATION)
def index(request: OrgRequest) -> HttpResponse:
    """My keys here, whatever my role; the organization's service keys for who manages them."""
    manages = _manages(request)
    context = {
        "mine": own_keys(request.membership),
        "manages": manages,
        "page": service_keys(request) if manages else None,
        "shows_revoked": "revoked" in request.GET,
        "permissions_of": permissions_of,
        "networks_of": networks_of,
    }
    return render(request, "organizations/api_keys/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_ORGANIZATION)
@requires_proof_to_change
@never_cache
def create(request: OrgRequest) -> HttpResponse:
    """Make a further key of mine; the answer to the POST shows its secret, once."""
    form = NewKeyForm(request.POST or None)
    if issued := form.run(create_key, organization=request.organization, by=request.actor):
        return _shown(request, issued)
    return _made_already(request, form) or _new_page(request, form, is_service=False)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_SERVICE_KEYS)
@requires_proof_to_change
@never_cache
def create_service(request: OrgRequest) -> HttpResponse:
    """Make a key of the organization; the answer to the POST shows its secret, once."""
    form = NewKeyForm(request.POST or None)
    if issued := form.run(create_service_key, organization=request.organization, by=request.actor):
        return _shown(request, issued)
    return _made_already(request, form) or _new_page(request, form, is_service=True)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_ORGANIZATION)
@requires_proof_to_change
def edit(request: OrgRequest, pk: UUID) -> HttpResponse:
    """What a key is called, what it may do, until when and from where; of a first pair, from where."""
    key = _key_in_use(request, pk)
    form: KeyForm | PairForm
    if key.is_limited:
        form = KeyForm(request.POST or None, key=key)
        changed = form.run(edit_key, key=key, by=request.actor)
    else:
        form = PairForm(request.POST if request.method == "POST" else None, key=key)
        changed = form.run(limit_networks, key=key, by=request.actor)
    if changed:
        messages.success(request, _("The key is saved."))
        return _back(request)
    if form.has_error(NON_FIELD_ERRORS, "changed"):
        messages.error(request, " ".join(map(str, form.non_field_errors())))
        return redirect(request.path)
    context = {"key": key, "form": form, "groups": choices(request, form.chosen) if isinstance(form, KeyForm) else []}
    return render(request, "organizations/api_keys/edit.html", context)


@require_POST
@requires(Permission.VIEW_ORGANIZATION)
@requires_proof
@never_cache
def secret(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Make the first secret of a pair, and show it, once."""
    try:
        return _shown(request, make_secret(key=_key_in_use(request, pk), by=request.actor))
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_ORGANIZATION)
@requires_proof_to_change
@never_cache
def rotation(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Make another secret; the answer to the POST shows it, once."""
    key = _key_in_use(request, pk)
    form = RotationForm(request.POST or None, key=key)
    if issued := form.run(rotate_secret, key=key, by=request.actor):
        return _shown(request, issued)
    if form.is_bound and form.non_field_errors():
        messages.error(request, " ".join(map(str, form.non_field_errors())))
        return _back(request)
    return render(request, "organizations/api_keys/rotation.html", {"key": key, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_ORGANIZATION)
def revocation(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Ask whether a key is to end, and end it. No proof is asked for: a secret that got out must be stopped at once."""
    key = _key(request, pk)
    if request.method == "POST":
        attempt(request, revoke_key, _("The key is revoked."), key=key, by=request.actor)
        return _back(request)
    question = Question(
        title=_("Revoke the key %s?") % key.name if key.name else _("Revoke your first pair?"),
        text=_("What uses it is refused from that moment on. This cannot be undone, but you can make another key.")
        if key.is_limited
        else _("What uses it is refused from that moment on. You get a new first pair, without a secret yet."),
        submit=_("Revoke key"),
        cancel=_("Keep key"),
        back=reverse("organizations:api_keys", args=[request.organization.slug]),
    )
    return ask(request, question)


def _manages(request: OrgRequest) -> bool:
    """Whether the service keys are the reader's business, also while a suspension lets nobody make any."""
    return not request.organization.is_personal and may_manage(request.actor)


def _key(request: OrgRequest, pk: UUID) -> ApiKey:
    """A key of the reader, or a service key for who manages them; any other is not there."""
    key = get_object_or_404(request.organization.api_keys.visible_to(request.actor), pk=pk)
    key.organization = request.organization
    if key.membership_id:
        key.membership = request.membership
    return key


def _key_in_use(request: OrgRequest, pk: UUID) -> ApiKey:
    """The same, of those that are not over: nothing is changed about a dead key."""
    key = _key(request, pk)
    if key.revoked_at or key.is_over:
        raise Http404
    return key


def _new_page(request: OrgRequest, form: NewKeyForm, *, is_service: bool) -> HttpResponse:
    context = {"form": form, "groups": choices(request, form.chosen), "is_service": is_service}
    return render(request, "organizations/api_keys/new.html", context)


def _made_already(request: OrgRequest, form: ActionForm) -> HttpResponse | None:
    """Back to the list where the same form came before: a reload shows no secret, and makes no second key."""
    if not form.has_error(NON_FIELD_ERRORS, "made-already"):
        return None
    messages.error(request, " ".join(map(str, form.non_field_errors())))
    return _back(request)


def _shown(request: OrgRequest, issued: Issued) -> HttpResponse:
    """The page that shows a secret: the answer to a POST, kept nowhere, so that it is seen once."""
    context: dict[str, Any] = {
        "key": issued.key,
        "secret": issued.secret,
        "address": settings.SITE_URL,
    }
    return render(request, "organizations/api_keys/secret.html", context)


def _back(request: OrgRequest) -> HttpResponse:
    return redirect("organizations:api_keys", request.organization.slug)
