"""The transfer of an organization: somebody with the founder's role offers it to another member, who accepts or not."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.notifications import await_answer, settle
from audit import actors
from audit.recording import audited, record
from console.refusal import Refused
from organizations import policies
from organizations.actions.api_keys.ending import tell_of_lost_keys
from organizations.actions.deciders import bring_in_line
from organizations.actions.invitations import revoke_invitations_of
from organizations.actions.locking import lock
from organizations.actions.rules import assignable, check_second_factor
from organizations.actors import Actor
from organizations.letters import ownership as letters
from organizations.models import Membership, Organization, Transfer
from organizations.policies import Role
from organizations.roles import Permission

State = Transfer.State
# How many a run of the task marks; the next one goes on.
AT_ONCE = 1000


@audited("transfer.offered")
def offer_transfer(*, organization: Organization, member: UUID, role: str, by: Actor) -> Transfer:
    """Offer one's founder's role to another member, for another role; they have seven days, and are told.

    ``member``: the id of their membership; ``role``: the key of the role that the giver is left with. Raises Refused
    while another offer is open, for oneself, for who has the role already, and for a role that is none.
    """
    organization, by = lock(organization.pk, by, Permission.TRANSFER_ORGANIZATION)
    giver = by.membership
    if giver is None:
        raise Refused(_("Only somebody with the role can give it away."), code="not-own")
    for overdue in organization.transfers.overdue():
        _expire(overdue)
    if organization.transfers.open().exists():
        raise Refused(_("A transfer is offered already. Withdraw it first."), code="open-already")
    receiver = _receiver(organization, member, giver)
    left_with = assignable(role, organization, by)
    if left_with == policies.current().founder:
        raise Refused(_("Choose the role that you are left with."), code="role", field="role")
    transfer = Transfer.objects.create(
        organization=organization, from_user=giver.user, to_user=receiver.user, giver_role=left_with.key
    )
    record(
        "transfer.offered",
        by=by,
        organization_id=organization.pk,
        target=transfer,
        after={"to": receiver.user_id, "role": left_with.key},
    )
    await_answer(
        [receiver.user],
        kind="transfer",
        target_id=transfer.pk,
        address=reverse("organizations:transfer", args=[transfer.pk]),
        organization_id=organization.pk,
        names={"person": giver.user.name, "organization": organization.name},
        expires_at=transfer.expires_at,
    )
    letters.send_offered(transfer, giver.user, receiver.user)
    return transfer


@audited("transfer.accepted")
def accept_transfer(*, transfer: Transfer, by: Actor) -> Membership:
    """Take the organization over: the founder's role for the actor, and for the giver the role that they chose.

    Raises Refused for an offer that is no longer open, for one to somebody else, while staff have suspended the
    organization, and where it asks for a second factor that the actor does not have.
    """
    transfer = _lock_open(transfer, by)
    giver, receiver = _parties(transfer)
    if giver is None or receiver is None or not giver.is_founder:
        raise Refused(_already(State.WITHDRAWN), code="withdrawn")
    if Permission.TRANSFER_ORGANIZATION in transfer.organization.withheld:
        raise Refused(
            _("Our staff have suspended this organization. Nobody can take it over meanwhile."), code="suspended"
        )
    check_second_factor(receiver.user, transfer.organization)
    founder, left_with = policies.current().founder, transfer.role_of_giver
    _give(receiver, founder, by)
    _give(giver, left_with, by)
    revoke_invitations_of(giver, by, beyond=left_with)
    bring_in_line(transfer.organization)
    tell_of_lost_keys([giver], founder, left_with)
    _decide(transfer, State.ACCEPTED, by)
    letters.send_accepted(transfer, giver.user, receiver.user, left_with)
    return receiver


@audited("transfer.declined")
def decline_transfer(*, transfer: Transfer, by: Actor) -> Transfer:
    """Leave everything as it is. Raises Refused as `accept_transfer` does."""
    transfer = _lock_open(transfer, by)
    _decide(transfer, State.DECLINED, by)
    if transfer.from_user and transfer.to_user:
        letters.send_declined(transfer, transfer.from_user, transfer.to_user)
    return transfer


@audited("transfer.withdrawn")
def withdraw_transfer(*, transfer: Transfer, by: Actor) -> Transfer:
    """Take the offer back, whoever with the founder's role made it. Raises Refused where it is no longer open."""
    organization, by = lock(transfer.organization_id, by, Permission.TRANSFER_ORGANIZATION)
    transfer = _fresh(organization, transfer)
    if not transfer.is_open:
        raise Refused(_already(transfer.status), code=transfer.status)
    _withdraw(transfer, by)
    return transfer


def end_transfers_of(membership: Membership, by: actors.Actor) -> None:
    """Withdraw what is offered by or to a member who is about to go, or to be no founder, in the caller's lock."""
    for transfer in membership.organization.transfers.open().select_related("from_user", "to_user"):
        if membership.user_id in {transfer.from_user_id, transfer.to_user_id}:
            transfer.organization = membership.organization
            _withdraw(transfer, by)


def end_transfers(organization: Organization, by: actors.Actor) -> None:
    """Withdraw what is open in an organization that closes, in the caller's lock."""
    for transfer in organization.transfers.open().select_related("from_user", "to_user"):
        transfer.organization = organization
        _withdraw(transfer, by)


def expire_transfers() -> int:
    """Mark the offers whose time is over, and tell both. Returns how many. The clock has ended them already."""
    return sum(_expire(overdue) for overdue in Transfer.objects.overdue().order_by("expires_at")[:AT_ONCE])


@transaction.atomic
def _expire(overdue: Transfer) -> bool:
    # One statement decides, whoever else looks at it now.
    if not Transfer.objects.overdue().filter(pk=overdue.pk).update(state=State.EXPIRED, decided_at=timezone.now()):
        return False
    record("transfer.expired", by=Actor.system(), organization_id=overdue.organization_id, target=overdue)
    settle("transfer", overdue.pk)
    if overdue.from_user and overdue.to_user:
        letters.send_expired(overdue, overdue.from_user, overdue.to_user)
    return True


def _receiver(organization: Organization, member: UUID, giver: Membership) -> Membership:
    if member == giver.pk:
        raise Refused(_("It is yours already. Choose somebody else."), code="own-membership", field="member")
    try:
        receiver = organization.memberships.current().select_related("user", "custom_role").get(pk=member)
    except Membership.DoesNotExist:
        raise Refused(_("This person is no longer a member."), code="gone", field="member") from None
    if receiver.is_founder:
        raise Refused(
            _("%(name)s is %(role)s already. To step down, change your own role.")
            % {"name": receiver.user.name, "role": receiver.role_label},
            code="founder-already",
            field="member",
        )
    return receiver


def _fresh(organization: Organization, transfer: Transfer) -> Transfer:
    fresh = organization.transfers.select_related("from_user", "to_user").get(pk=transfer.pk)
    fresh.organization = organization
    return fresh


def _lock_open(transfer: Transfer, by: Actor) -> Transfer:
    """The offer to the actor as it is now, with the organization locked."""
    organization, by = lock(transfer.organization_id, by)
    transfer = _fresh(organization, transfer)
    if by.user_id is None or transfer.to_user_id != by.user_id:
        raise Refused(_("This offer is for somebody else."), code="not-own")
    if not transfer.is_open:
        raise Refused(_already(transfer.status), code=transfer.status)
    if organization.is_closed:
        raise Refused(_("This organization is closed."), code="closed")
    return transfer


def _parties(transfer: Transfer) -> tuple[Membership | None, Membership | None]:
    """The memberships of who gives and who takes, as they are now."""
    organization = transfer.organization
    current = organization.memberships.current().select_related("user", "custom_role")
    found = {m.user_id: m for m in current.filter(user__in=[transfer.from_user, transfer.to_user])}
    for membership in found.values():
        membership.organization = organization
    ids = (transfer.from_user_id, transfer.to_user_id)
    giver, receiver = (found.get(pk) if pk else None for pk in ids)
    return giver, receiver


def _give(membership: Membership, role: Role, by: Actor) -> None:
    before = membership.role_key
    membership.give(role)
    membership.save(update_fields=Membership.ROLE_FIELDS)
    record(
        "membership.role_changed",
        by=by,
        organization_id=membership.organization_id,
        target=membership,
        before={"role": before},
        after={"role": role.key},
    )


def _withdraw(transfer: Transfer, by: actors.Actor) -> None:
    _decide(transfer, State.WITHDRAWN, by)
    if transfer.from_user and transfer.to_user:
        letters.send_withdrawn(transfer, transfer.from_user, transfer.to_user)


def _decide(transfer: Transfer, state: Transfer.State, by: actors.Actor) -> None:
    transfer.state, transfer.decided_at = state, timezone.now()
    transfer.save(update_fields=["state", "decided_at"])
    settle("transfer", transfer.pk)
    record(f"transfer.{state}", by=by, organization_id=transfer.organization_id, target=transfer)


def _already(state: Transfer.State) -> str:
    return {
        State.OFFERED: _("This offer is still open."),
        State.ACCEPTED: _("This offer was accepted already."),
        State.DECLINED: _("This offer was declined."),
        State.WITHDRAWN: _("This offer was withdrawn."),
        State.EXPIRED: _("This offer has expired."),
    }[state]
