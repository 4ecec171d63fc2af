"""The transfer of an organization: offered in its settings, answered on a page of its own."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import requests
from accounts.access import requires_proof, requires_proof_to_change
from console.attempts import attempt
from organizations import policies
from organizations.access import requires
from organizations.actions import accept_transfer, decline_transfer, offer_transfer, withdraw_transfer
from organizations.forms.ownership import TransferForm
from organizations.models import Membership, Organization, Transfer
from organizations.requests import OrgRequest, UserRequest
from organizations.roles import Permission

# Whoever finds more than these types more of the name.
FOUND = 10


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TRANSFER_ORGANIZATION)
@requires_proof_to_change
def offer(request: OrgRequest) -> HttpResponse:
    """Find a member, choose one's own role afterwards, offer; while an offer is open, that one."""
    organization = request.organization
    transfer = organization.transfers.open().select_related("from_user", "to_user").first()
    member = None if transfer else _chosen(organization, request.POST.get("member") or request.GET.get("member", ""))
    context: dict[str, object] = {"transfer": transfer, "member": member, "founder": policies.current().founder}
    if member:
        form = TransferForm(request.POST or None, actor=request.actor, organization=organization, member=member)
        if offered := form.run(offer_transfer, organization=organization, by=request.actor):
            done = _("%s is asked to take over. Nothing changes until they accept.")
            messages.success(request, done % (offered.to_user and offered.to_user.name))
            return redirect("organizations:settings_transfer", organization.slug)
        context["form"] = form
    elif request.method == "POST" and not transfer:
        messages.error(request, _("This person is no longer a member."))
    elif request.method == "POST":
        messages.error(request, _("A transfer is offered already. Withdraw it first."))
    term = request.GET.get("q", "").strip()
    found = [] if transfer or member or not term else _find(organization, term)
    context |= {"q": term, "found": found[:FOUND], "has_more": len(found) > FOUND}
    return render(request, "organizations/transfer/offer.html", context)


@require_POST
@requires(Permission.TRANSFER_ORGANIZATION)
def withdraw(request: OrgRequest) -> HttpResponse:
    """Take the open offer back."""
    if transfer := request.organization.transfers.open().first():
        attempt(request, withdraw_transfer, _("The offer is withdrawn."), transfer=transfer, by=request.actor)
    else:
        messages.error(request, _("There is no open offer any more."))
    return redirect("organizations:settings_transfer", request.organization.slug)


@require_safe
@login_required
def show(request: UserRequest, pk: UUID) -> HttpResponse:
    """An offer to me: what it means, and the answers."""
    transfer = _mine(request, pk)
    context = {
        "transfer": transfer,
        "state": transfer.status,
        "founder": policies.current().founder,
        "is_closed": transfer.organization.is_closed,
    }
    return render(request, "organizations/transfer/answer.html", context)


@require_POST
@requires_proof
def accept(request: requests.UserRequest, pk: UUID) -> HttpResponse:
    """Take the organization over."""
    transfer = _mine(request, pk)
    founder, name = policies.current().founder, transfer.organization.name
    done = _("You are now %(role)s of %(organization)s.") % {"role": founder.label, "organization": name}
    if attempt(request, accept_transfer, done, transfer=transfer, by=request.actor):
        return redirect("organizations:overview", transfer.organization.slug)
    return redirect("organizations:transfer", transfer.pk)


@require_POST
@login_required
def decline(request: UserRequest, pk: UUID) -> HttpResponse:
    """Leave everything as it is."""
    transfer = _mine(request, pk)
    done = _("You have declined. %s stays as it is.") % transfer.organization.name
    attempt(request, decline_transfer, done, transfer=transfer, by=request.actor)
    return redirect("organizations:transfer", transfer.pk)


def _mine(request: requests.UserRequest, pk: UUID) -> Transfer:
    """An offer to whoever asks; nobody else's is there."""
    offers = Transfer.objects.select_related("organization", "from_user", "to_user")
    return get_object_or_404(offers, pk=pk, to_user=request.user)


def _chosen(organization: Organization, pk: str) -> Membership | None:
    """The member with that id; None for what is no id, or nobody's here."""
    try:
        return organization.memberships.current().select_related("user", "custom_role").filter(pk=pk).first()
    except ValidationError:
        return None


def _find(organization: Organization, term: str) -> list[Membership]:
    others = organization.memberships.current().exclude(role=policies.current().founder.key)
    found = others.matching(term).select_related("user", "custom_role").order_by("sort_name", "id")
    return list(found[: FOUND + 1])
