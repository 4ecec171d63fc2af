"""The page that an invitation's link opens. Looking changes nothing; only a POST accepts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import requests
from accounts.access import requires_proof
from accounts.actions import add_address
from accounts.entrance import addresses
from accounts.models import User
from console.attempts import attempt
from console.refusal import Refused
from organizations import policies
from organizations.actions import accept_invitation, ask_for_renewal, decline_invitation
from organizations.models import Invitation, Membership, Organization
from organizations.models.security import has_counted_factor, is_closed_to_those_without
from organizations.requests import ContextRequest, UserRequest


@dataclass
class Link:
    """A link that was opened, and who has it open."""

    token: str
    user: User | None

    @cached_property
    def _resolved(self) -> tuple[Invitation | None, bool, bool]:
        return Invitation.objects.resolve(self.token) or (None, False, False)

    @property
    def invitation(self) -> Invitation | None:
        """The invitation, if the link was ever one."""
        return self._resolved[0]

    @property
    def proves_address(self) -> bool:
        """Whether the link came by mail to the invited address, in the last sending."""
        _invitation, mailed, current = self._resolved
        return mailed and current

    @property
    def state(self) -> str:
        """What the page is about: ``unknown``, ``replaced``, ``closed``, or the invitation's state."""
        invitation, _mailed, current = self._resolved
        if invitation is None:
            return "unknown"
        if invitation.organization.is_closed:
            return "closed"
        if not current and invitation.is_pending:
            return "replaced"
        return invitation.status

    @cached_property
    def standing(self) -> str:
        """How whoever looks stands to it: ``signed-out``, ``member``, ``verified``, ``unverified`` or ``other``."""
        if self.user is None or self.invitation is None:
            return "signed-out"
        if Membership.objects.filter(user=self.user, organization=self.invitation.organization_id).exists():
            return "member"
        return self.user.standing_of(self.invitation.email)

    @cached_property
    def must_set_factor_up(self) -> bool:
        """Whether nothing but a second factor keeps whoever looks from accepting."""
        if self.user is None or self.invitation is None or self.standing != "verified":
            return False
        organization = self.invitation.organization
        return is_closed_to_those_without(organization) and not has_counted_factor(self.user, organization)


def _link(request: ContextRequest, token: str) -> Link:
    return Link(token, request.user if request.user.is_authenticated else None)


@never_cache
def show(request: ContextRequest, token: str) -> HttpResponse:
    """See an invitation, and what can be done about it."""
    link = _link(request, token)
    if (
        link.state == Invitation.State.PENDING
        and link.standing == "signed-out"
        and link.proves_address
        and link.invitation
    ):
        # Whoever signs up with this address in this browser has shown that it is theirs.
        addresses.note_proven_address(request, link.invitation.email)
    return _page(request, link)


@require_POST
def accept(request: ContextRequest, token: str) -> HttpResponse:
    """Accept: become a member and go there."""
    return _answer(request, token, accept_invitation, _("Welcome to %s."), _overview)


@require_POST
def decline(request: ContextRequest, token: str) -> HttpResponse:
    """Decline."""
    return _answer(request, token, decline_invitation, _("You declined the invitation to %s."), _mine)


def _overview(organization: Organization) -> str:
    return reverse("organizations:overview", args=[organization.slug])


def _mine(_organization: Organization) -> str:
    return reverse("organizations:mine")


def _answer(
    request: ContextRequest,
    token: str,
    action: Callable[..., object],
    done: str,
    way_on: Callable[[Organization], str],
) -> HttpResponse:
    """Take the answer to an open invitation and lead on; where there is nothing to answer, the page that says why."""
    link = _link(request, token)
    invitation = link.invitation
    if link.state != Invitation.State.PENDING or invitation is None or link.user is None:
        return _page(request, link)
    try:
        action(invitation=invitation, by=request.actor)
    except Refused as refusal:
        again = _link(request, token)
        # A second factor that is missing: the page itself says so, with the way to it.
        if not (refusal.code == "second-factor" and again.must_set_factor_up):
            messages.error(request, " ".join(refusal.messages))
        return _page(request, again, status=409)
    messages.success(request, done % invitation.organization.name)
    return redirect(way_on(invitation.organization))


@require_POST
def renewal(request: ContextRequest, token: str) -> HttpResponse:
    """Ask for a new invitation, with an expired link in hand."""
    link = _link(request, token)
    if link.state == Invitation.State.EXPIRED:
        done = _("We have asked for a new invitation. It comes by mail.")
        if not attempt(request, ask_for_renewal, done, invitation=link.invitation, by=request.actor):
            return _page(request, _link(request, token), status=409)
    return redirect("organizations:invitation", token)


@require_POST
def address(request: ContextRequest, token: str) -> HttpResponse:
    """Add the invited address to the account that is signed in, and send the mail that verifies it."""
    link = _link(request, token)
    if link.state == Invitation.State.PENDING and link.user and link.invitation and link.standing != "verified":
        return _add_address(cast("UserRequest", request), token, link.invitation.email)
    return redirect("organizations:invitation", token)


@requires_proof
def _add_address(request: requests.UserRequest, token: str, email: str) -> HttpResponse:
    # Whoever has the mailbox of one of the addresses can choose a new password: a page left open is not enough.
    done = _("A mail to %s is on its way. Open its link, then come back to accept.") % email
    attempt(request, add_address, done, user=request.user, email=email, by=request.actor)
    return redirect("organizations:invitation", token)


def _page(request: ContextRequest, link: Link, status: int | None = None) -> HttpResponse:
    statuses = {"pending": 200, "unknown": 404}
    return render(
        request,
        "organizations/invitation.html",
        {
            "link": link,
            "state": link.state,
            "invitation": link.invitation,
            "days": policies.current().invitation_lifetime.days,
        },
        status=status or statuses.get(link.state, 410),
    )
