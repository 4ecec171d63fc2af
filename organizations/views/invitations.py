"""The invitations that an organization has sent, and how they go on."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires_proof_for
from console.attempts import attempt
from console.pages import Order, paginate
from console.text import one_line
from organizations import policies
from organizations.access import requires
from organizations.actions import invite_member, resend_invitation, revoke_invitation, set_reminders
from organizations.forms.invitations import InvitationForm
from organizations.letters import invitations as letters
from organizations.models import Invitation
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask, way_back

State = Invitation.State


@require_safe
@requires(Permission.REVOKE_INVITATIONS, Permission.INVITE_MEMBERS)
def index(request: OrgRequest) -> HttpResponse:
    """The invitations, the newest first: search by address, filter by state, pages. Who only invites sees their own."""
    invitations = request.organization.invitations.visible_to(request.actor)
    if term := one_line(request.GET.get("q", "")).lower():
        invitations = invitations.filter(email__contains=term)
    state = request.GET.get("state", "")
    if state in State.values:
        invitations = invitations.in_state(state)
    else:
        state = ""
    page = paginate(
        invitations.select_related("invited_by", "mail", "custom_role"),
        request.GET,
        # Ids grow with time.
        orders={"created": Order("id", UUID)},
        default="-created",
    )
    return render(
        request,
        "organizations/invitations/index.html",
        {
            "page": page,
            "rows": page.rows,
            "q": term,
            "state": state,
            "states": State.choices,
            "batches": list(request.organization.invitation_batches.visible_to(request.actor).open().order_by("-id")),
        },
    )


def _invites_founder(request: OrgRequest) -> bool:
    return request.POST.get("role") == policies.current().founder.key


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.INVITE_MEMBERS)
@requires_proof_for(_invites_founder)
def create(request: OrgRequest) -> HttpResponse:
    """Invite somebody, by mail."""
    form = InvitationForm(request.POST or None, actor=request.actor, organization=request.organization)
    if invitation := form.run(invite_member, organization=request.organization, by=request.actor):
        if invitation.is_unmailed:
            # The page says what to do.
            return redirect("organizations:invitation_detail", request.organization.slug, invitation.pk)
        messages.success(request, _("The invitation to %s is queued; the mail leaves in a moment.") % invitation.email)
        return redirect("organizations:invitations", request.organization.slug)
    days = policies.current().invitation_lifetime.days
    return render(request, "organizations/invitations/new.html", {"form": form, "days": days})


@require_safe
@requires(Permission.REVOKE_INVITATIONS, Permission.INVITE_MEMBERS)
def detail(request: OrgRequest, pk: UUID) -> HttpResponse:
    """One invitation: its state, its mail, a link to copy."""
    invitation = _invitation(request, pk)
    may_pass_on = invitation.is_pending and request.actor.can(Permission.INVITE_MEMBERS)
    link = letters.invitation_url(invitation, "copied") if may_pass_on else ""
    return render(request, "organizations/invitations/detail.html", {"invitation": invitation, "link": link})


@require_POST
@requires(Permission.INVITE_MEMBERS)
def resend(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Send it again, with a new link and term."""
    invitation = _invitation(request, pk)
    if attempt(request, resend_invitation, "", invitation=invitation, by=request.actor):
        invitation = _invitation(request, pk)
        if invitation.is_unmailed:
            return redirect("organizations:invitation_detail", request.organization.slug, invitation.pk)
        done = _("The invitation to %s is queued again; the mail leaves in a moment.") % invitation.email
        messages.success(request, done)
    return redirect(_list(request))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVOKE_INVITATIONS, Permission.INVITE_MEMBERS)
def revoke(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Take it back: the question, and the POST that does it."""
    invitation = _invitation(request, pk)
    if request.method == "POST":
        done = _("The invitation to %s is revoked.") % invitation.email
        attempt(request, revoke_invitation, done, invitation=invitation, by=request.actor)
        return redirect(_list(request))
    question = Question(
        title=_("Revoke the invitation to %s?") % invitation.email,
        text=_("Its link stops working at once. You can invite the address again."),
        submit=_("Revoke invitation"),
        cancel=_("Cancel"),
        back=_list(request),
    )
    return ask(request, question)


@require_POST
@requires(Permission.EDIT_SETTINGS)
def reminders(request: OrgRequest) -> HttpResponse:
    """Switch on or off that who has not answered is reminded. Into a personal account nobody is invited."""
    if request.organization.is_personal:
        raise Http404
    reminds = request.POST.get("reminds") == "yes"
    done = _("Whoever has not answered is reminded once.") if reminds else _("Nobody is reminded any more.")
    attempt(request, set_reminders, done, organization=request.organization, reminds_invited=reminds, by=request.actor)
    return redirect("organizations:invitations", request.organization.slug)


def _invitation(request: OrgRequest, pk: UUID) -> Invitation:
    visible = request.organization.invitations.visible_to(request.actor)
    return get_object_or_404(visible.select_related("organization", "invited_by", "mail", "custom_role"), pk=pk)


def _list(request: OrgRequest) -> str:
    return way_back(request, reverse("organizations:invitations", args=[request.organization.slug]))
