"""The invitations that the organization has sent."""

from datetime import datetime
from typing import Literal, Self, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from console.pages import Order
from console.text import one_line
from organizations import actions
from organizations.actions.invitations.sending import NOTE_LENGTH
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.api.roles import KEY_LENGTH
from organizations.models import Invitation
from organizations.roles import Permission

operations = Operations("Invitations")

# RFC 5321, 4.5.3.1.3.
EMAIL_LENGTH = 254

type InvitationState = Literal["pending", "accepted", "declined", "revoked", "expired", "bounced"]


class InvitationShown(Schema):
    """An offer to an address to join with a role."""

    id: UUID
    email: str = Field(examples=["ada@example.com"])
    role: str = Field(description="The key of the role.", examples=["tech"])
    role_name: str = Field(examples=["Tech"])
    note: str
    state: InvitationState = Field(
        description="Only a pending one can be accepted; a bounced one could not be delivered."
    )
    invited_by: str = Field(description="Who invited; empty where the organization itself did, by a service key.")
    is_mailed: bool = Field(description="False where the address wants no invitations: its page has a link to pass on.")
    created_at: datetime
    sent_at: datetime = Field(description="When it was sent last.")
    expires_at: datetime
    decided_at: datetime | None

    @classmethod
    def of(cls, invitation: Invitation) -> Self:
        """An invitation with its role and who invited."""
        return cls(
            id=invitation.pk,
            email=invitation.email,
            role=invitation.role_key,
            role_name=invitation.role_label,
            note=invitation.note,
            state=cast("InvitationState", invitation.status.value),
            invited_by=invitation.invited_by.name if invitation.invited_by else "",
            is_mailed=invitation.mail_id is not None,
            created_at=invitation.created_at,
            sent_at=invitation.sent_at,
            expires_at=invitation.expires_at,
            decided_at=invitation.decided_at,
        )


class InvitationsAsked(Paging):
    """Which invitations."""

    q: str = Field("", max_length=EMAIL_LENGTH, description="What the address contains.")
    state: InvitationState | Literal[""] = Field("", description="Only those in this state; all where it is left out.")


class InvitationGiven(Given):
    """Whom to invite, as what."""

    email: str = Field(min_length=3, max_length=EMAIL_LENGTH, examples=["ada@example.com"])
    role: str = Field(min_length=1, max_length=KEY_LENGTH, description="The key of a role.", examples=["tech"])
    note: str = Field("", max_length=NOTE_LENGTH, description="Stands in the mail.")


@operations.get(
    "/invitations", Permission.REVOKE_INVITATIONS, Permission.INVITE_MEMBERS, returns=Listed[InvitationShown]
)
def list_invitations(request: KeyRequest, asked: Query[InvitationsAsked]) -> Listed[InvitationShown]:
    """List the invitations, the newest first. Who only invites sees what they have sent."""
    invitations = request.organization.invitations.visible_to(request.actor)
    if term := one_line(asked.q).lower():
        invitations = invitations.filter(email__contains=term)
    if asked.state:
        invitations = invitations.in_state(asked.state)
    return page_of(
        invitations.select_related("invited_by", "custom_role"),
        asked,
        # Ids grow with time.
        orders={"created": Order("id", UUID)},
        default="-created",
        draw=InvitationShown.of,
    )


@operations.post("/invitations", Permission.INVITE_MEMBERS, returns=InvitationShown)
def invite_member(request: KeyRequest, given: InvitationGiven, response: HttpResponse) -> InvitationShown:
    """Invite an address, by mail. Nobody gives a role that may do more than they, or than the key."""
    invitation = actions.invite_member(
        organization=request.organization, email=given.email, role=given.role, note=given.note, by=request.actor
    )
    response.headers["Location"] = f"/api/v1/invitations/{invitation.pk}"
    return InvitationShown.of(invitation)


@operations.get(
    "/invitations/{uuid:pk}", Permission.REVOKE_INVITATIONS, Permission.INVITE_MEMBERS, returns=InvitationShown
)
def show_invitation(request: KeyRequest, pk: UUID) -> InvitationShown:
    """Show an invitation."""
    return InvitationShown.of(_invitation(request, pk))


@operations.post("/invitations/{uuid:pk}/sending", Permission.INVITE_MEMBERS, returns=InvitationShown, status=200)
def resend_invitation(request: KeyRequest, pk: UUID) -> InvitationShown:
    """Send it again: with a new link and a new term. Former links end."""
    return InvitationShown.of(actions.resend_invitation(invitation=_invitation(request, pk), by=request.actor))


@operations.post(
    "/invitations/{uuid:pk}/revocation",
    Permission.REVOKE_INVITATIONS,
    Permission.INVITE_MEMBERS,
    returns=InvitationShown,
    status=200,
)
def revoke_invitation(request: KeyRequest, pk: UUID) -> InvitationShown:
    """Take it back. Its link stops working at once."""
    return InvitationShown.of(actions.revoke_invitation(invitation=_invitation(request, pk), by=request.actor))


def _invitation(request: KeyRequest, pk: UUID) -> Invitation:
    visible = request.organization.invitations.visible_to(request.actor)
    return get_object_or_404(visible.select_related("organization", "invited_by", "mail", "custom_role"), pk=pk)
