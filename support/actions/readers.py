"""Who of an organization is written to about a ticket, and who of the company is."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from organizations.actors import Actor
from organizations.models import Membership, Organization
from organizations.models.membership import MembershipQuerySet
from organizations.models.security import counts_in, is_closed_to_those_without
from support.models import Ticket

# Whoever has written in it, at most.
TOLD = 50
# The admin's permission.
ANSWERING = "change_ticket"


def readers_of(ticket: Ticket) -> list[User]:
    """Who raised it and who has written in it, of the organization, as far as they may still see it there."""
    written = ticket.messages.filter(is_staff=False, author__isnull=False).values_list("author", flat=True)
    wanted = {*written, ticket.raised_by_id} - {None}
    members = _entering(ticket.organization, wanted).order_by("id")[:TOLD]
    return [member.user for member in members if may_see(ticket, member)]


def member_reading(ticket: Ticket, user_id: UUID) -> Membership | None:
    """The membership by which a user may see a ticket now; None where there is none."""
    member = _entering(ticket.organization, [user_id]).first()
    return member if member and may_see(ticket, member) else None


def may_see(ticket: Ticket, member: Membership) -> bool:
    """Whether a member of the ticket's organization may see it (`TicketQuerySet.visible_to`)."""
    member.organization = ticket.organization
    return Ticket.objects.visible_to(Actor.member(member)).filter(pk=ticket.pk).exists()


def staff_of_tickets() -> list[User]:
    """Those of the staff who may answer tickets, by the admin's permissions."""
    by_hand = Q(user_permissions__codename=ANSWERING, user_permissions__content_type__app_label="support")
    by_group = Q(groups__permissions__codename=ANSWERING, groups__permissions__content_type__app_label="support")
    staff = User.objects.filter(is_active=True, is_staff=True)
    return list(staff.filter(by_hand | by_group | Q(is_superuser=True)).distinct().order_by("id"))


def may_answer_tickets(user: User) -> bool:
    """Whether somebody is one of them."""
    return user.is_active and user.is_staff and user.has_perm(f"support.{ANSWERING}")


def _entering(organization: Organization, users: Iterable[UUID | None]) -> MembershipQuerySet:
    """Memberships of these users that the organization's rules for security let in now (organizations.gates)."""
    if organization.is_closed:
        return Membership.objects.none()
    members = organization.memberships.current().filter(user__in=users, user__is_active=True)
    if is_closed_to_those_without(organization):
        members = members.filter(counts_in(organization))
    return members.select_related("user", "custom_role")
