"""The end of an organization: closed, for 30 days to be opened again, then for good."""

from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit.recording import audited, record
from console.celery import wake
from console.refusal import Refused
from organizations import policies, signals
from organizations.actions.locking import lock
from organizations.actions.memberships import end_membership
from organizations.actions.rules import check_room
from organizations.actions.transfers import end_transfers
from organizations.actors import Actor
from organizations.models import Closing, Kind, Membership, Organization, Status
from organizations.roles import Permission
from organizations.signals import Obstacle


def obstacles_to_closing(organization: Organization) -> list[Obstacle]:
    """What is in the way of closing an organization: of its own, and of the apps above (``signals.closing``)."""
    found: list[Obstacle] = []
    if organization.suspension.only_staff_lift:
        # What was stopped for a reason must not disappear.
        found.append(Obstacle(sentence=_("Our staff have suspended this organization. Write to us first.")))
    if others := organization.memberships.current().count() - 1:
        found.append(
            Obstacle(
                sentence=ngettext(
                    "%d other person is a member, and loses access at once. They are told by mail.",
                    "%d other people are members, and lose access at once. They are told by mail.",
                    others,
                )
                % others,
                address=reverse("organizations:members", args=[organization.slug]),
                action=_("See members"),
                blocks=False,
            )
        )
    signals.closing.send(sender=Organization, organization=organization, add=found.append)
    return found


@audited("organization.closed")
def close_organization(*, organization: Organization, name: str, acknowledged: bool = False, by: Actor) -> Organization:
    """Close a team: nobody works there any more, and all that is open ends. It can be opened again for 30 days.

    ``name``: the organization's, typed; ``acknowledged``: whether the actor knows of what is in the way and does not
    block. A suspension is kept for when it is opened again. Members are told by the worker. Raises Refused where
    something blocks, was not acknowledged, or the name is another.
    """
    organization, by = lock(organization.pk, by, Permission.CLOSE_ORGANIZATION)
    if organization.is_personal:
        raise Refused(_("Your personal account ends only with your account."), code="personal")
    if organization.is_closed:
        raise Refused(_("This organization is closed already."), code="closed")
    found = obstacles_to_closing(organization)
    for obstacle in found:
        if obstacle.blocks:
            raise Refused(obstacle.sentence, code="obstacle")
    if found and not acknowledged:
        raise Refused(_("Confirm that you know of this."), code="unacknowledged", field="acknowledged")
    if name.strip() != organization.name:
        raise Refused(_("Type the name of the organization, %s.") % organization.name, code="name", field="name")
    closing = Closing.objects.create(organization=organization, closed_by=by.user)
    before = organization.status
    organization.status, organization.closed_at = Status.CLOSED, closing.closed_at
    organization.save(update_fields=["status", "closed_at"])
    end_transfers(organization, by)
    record(
        "organization.closed",
        by=by,
        organization_id=organization.pk,
        target=organization,
        before={"status": before},
    )
    signals.closed.send(sender=Organization, organization=organization, by=by)
    _wake_after_commit(closing)
    return organization


@audited("organization.reopened")
def reopen_organization(*, organization: Organization, by: Actor) -> Organization:
    """Open a closed organization again, as it was: suspended where it was. What was open when it closed stays ended.

    Under a policy that limits in how many organizations somebody may be, whoever has joined another one meanwhile is no
    member any more. Raises Refused after 30 days, where the actor has no room for it, or where no founder is left.
    """
    organization, by = lock(organization.pk, by, Permission.CLOSE_ORGANIZATION)
    closing = organization.closings.pending().first()
    if closing is None or not organization.is_closed:
        raise Refused(_("This organization is not closed, or it is closed for good."), code="not-closed")
    if not closing.can_be_undone:
        raise Refused(_("%s was closed too long ago to be opened again.") % organization.name, code="too-late")
    _make_room(organization, by)
    if not organization.memberships.founders().exists():
        raise Refused(
            _("Nobody with the role %s is left. Appoint somebody first.") % policies.current().founder.label,
            code="no-founder",
        )
    organization.status = Status.SUSPENDED if organization.suspended_for else Status.ACTIVE
    organization.closed_at = None
    organization.save(update_fields=["status", "closed_at"])
    closing.reopened_at = timezone.now()
    # Those who were told that it is closed are told that it is not, from the first of them on.
    closing.tell_until, closing.told_up_to = closing.told_up_to, None
    closing.told_at = None if closing.tell_until else timezone.now()
    closing.save(update_fields=["reopened_at", "tell_until", "told_up_to", "told_at"])
    record(
        "organization.reopened",
        by=by,
        organization_id=organization.pk,
        target=organization,
        after={"status": organization.status},
    )
    _wake_after_commit(closing)
    return organization


def _make_room(organization: Organization, by: Actor) -> None:
    """Part with those who have no room for this organization any more, where the policy sets a limit.

    Raises Refused where the actor is one of them.
    """
    most = policies.current().organizations_per_user
    if most is None:
        return
    # Nobody joins another one while this is decided (`check_room` locks them too, after the organization).
    members = organization.memberships.values("user")
    list(User.objects.select_for_update().filter(pk__in=members).order_by("pk").values_list("pk"))
    if isinstance(by.user, User) and not by.is_trusted:
        check_room(by.user, organization)
    teams = Membership.objects.current().filter(organization__kind=Kind.TEAM)
    elsewhere = teams.filter(user=OuterRef("user")).exclude(organization__status=Status.CLOSED)
    crowded = organization.memberships.filter(Exists(elsewhere[most - 1 : most]))
    for membership in crowded.select_related("user", "custom_role"):
        membership.organization = organization
        end_membership(membership, "membership.ended", Actor.system())


def _wake_after_commit(closing: Closing) -> None:
    transaction.on_commit(partial(wake, "organizations.go_on_closing", str(closing.pk)), robust=True)
