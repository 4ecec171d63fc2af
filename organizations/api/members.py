"""The members of the organization."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Literal, Self
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from accounts.factors import factor_shown, has_second_factor
from console.api.pages import page_of
from console.api.problems import Problem
from console.api.schemas import Day, Given, Listed, Paging
from organizations import actions
from organizations.actions.rules import last_day_of
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.api.roles import KEY_LENGTH, role_called
from organizations.member_rows import ORDERS, Selection
from organizations.models import Membership
from organizations.roles import Permission

operations = Operations("Members")


class MemberShown(Schema):
    """A user in the organization, with one role."""

    id: UUID = Field(description="Of the membership: one user has another one in each organization.")
    user_id: UUID
    name: str = Field(examples=["Ada Lovelace"])
    email: str = Field(examples=["ada@example.com"])
    role: str = Field(description="The key of the role.", examples=["tech"])
    role_name: str = Field(examples=["Tech"])
    joined_at: datetime
    last_day: date | None = Field(description="After this day the membership ends by itself; null for no end.")
    invited_by: str = Field(description="Who let them in; empty where nobody did, or who did has no account any more.")
    has_second_factor: bool | None = Field(description="Null for a key that may not change roles.")

    @classmethod
    def of(cls, membership: Membership, *, has_second_factor: bool | None) -> Self:
        """A membership with its user, its role and who invited."""
        return cls(
            id=membership.pk,
            user_id=membership.user_id,
            name=membership.user.name,
            email=membership.user.email,
            role=membership.role_key,
            role_name=membership.role_label,
            joined_at=membership.joined_at,
            last_day=last_day_of(membership.ends_at),
            invited_by=membership.invited_by.name if membership.invited_by else "",
            has_second_factor=has_second_factor,
        )


class MemberListed(MemberShown):
    """A member in the list. What changes by itself stands only here: a member's ETag is of what can be changed."""

    last_active_at: datetime


class MembersAsked(Paging):
    """Which members, in which order."""

    q: str = Field("", max_length=200, description="What the name or the address contains.")
    role: str = Field("", max_length=KEY_LENGTH, description="The key of a role.")
    sort: Literal["name", "-name", "role", "-role", "joined", "-joined", "active", "-active"] = "name"


class MemberChange(Given):
    """What to change; what is left out stays."""

    role: str = Field(default_factory=str, min_length=1, max_length=KEY_LENGTH, examples=["tech"])
    last_day: Day | None = Field(
        default_factory=lambda: None,
        description="The last day, at most five years from now; null for no end.",
        examples=["2027-03-31"],
    )


@operations.get("/members", Permission.VIEW_MEMBERS, returns=Listed[MemberListed])
def list_members(request: KeyRequest, asked: Query[MembersAsked]) -> Listed[MemberListed]:
    """List the members, a page at a time."""
    if asked.role:
        role_called(request.organization, asked.role)
    selection = Selection.of(request.organization, request.actor, {"q": asked.q, "role": asked.role})
    members = selection.members.select_related("user", "custom_role", "invited_by")
    if selection.shows_factor:
        members = members.annotate(has_factor=factor_shown("user"))
    return page_of(members, asked, orders=ORDERS, default="name", draw=_listed)


@operations.get("/members/me", Permission.VIEW_ORGANIZATION, returns=MemberShown)
def show_own_membership(request: KeyRequest) -> MemberShown:
    """Show the membership of the key's holder."""
    return _shown(request, _own(request))


@operations.delete("/members/me", Permission.VIEW_ORGANIZATION)
def leave_organization(request: KeyRequest) -> None:
    """Leave the organization, with the first pair. It, and all other keys of the member, end with the membership."""
    actions.leave_organization(membership=_own(request), by=request.actor)


@operations.get("/members/{uuid:pk}", Permission.VIEW_MEMBERS, returns=MemberShown)
def show_member(request: KeyRequest, pk: UUID) -> MemberShown:
    """Show a member."""
    return _shown(request, _member(request, pk))


@operations.patch("/members/{uuid:pk}", Permission.CHANGE_ROLES, returns=MemberShown)
def change_member(request: KeyRequest, pk: UUID, change: MemberChange) -> MemberShown:
    """Change a member's role, or the day after which the membership ends. The member is told by mail.

    Nobody gives or takes what they may not do themselves, and the first built-in role is given and taken only by a
    person.
    """
    membership = _member(request, pk)
    changed = change.model_dump(exclude_unset=True)
    actions.edit_member(
        membership=membership,
        role=changed.get("role", membership.role_key),
        last_day=changed.get("last_day", last_day_of(membership.ends_at)),
        by=request.actor,
    )
    return _shown(request, _member(request, pk))


@operations.delete("/members/{uuid:pk}", Permission.REMOVE_MEMBERS)
def remove_member(request: KeyRequest, pk: UUID) -> None:
    """Remove a member, who is told by mail. Their keys here, and what they have offered to others, end at once."""
    actions.remove_member(membership=_member(request, pk), by=request.actor)


def _listed(row: Any) -> MemberListed:
    shown = MemberShown.of(row, has_second_factor=getattr(row, "has_factor", None))
    return MemberListed(**shown.model_dump(), last_active_at=row.last_active_at)


def _shown(request: KeyRequest, membership: Membership) -> MemberShown:
    may_know = request.actor.can(Permission.CHANGE_ROLES)
    return MemberShown.of(membership, has_second_factor=has_second_factor(membership.user) if may_know else None)


def _member(request: KeyRequest, pk: UUID) -> Membership:
    members = request.organization.memberships.current()
    return get_object_or_404(members.select_related("user", "organization", "custom_role", "invited_by"), pk=pk)


def _own(request: KeyRequest) -> Membership:
    if request.organization.is_personal:
        raise Problem.not_found()
    if request.membership is None:
        raise Problem(
            HTTPStatus.CONFLICT, "person", _("This key is the organization's own: it stands for none of its members.")
        )
    return _member(request, request.membership.pk)
