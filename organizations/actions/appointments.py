"""Where the last founder of an organization is gone for good, two of the staff appoint another (PRODUCT: *Rules*)."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from console.text import one_line
from organizations import policies
from organizations.actions.deciders import bring_in_line
from organizations.actions.locking import lock
from organizations.actions.transfers import end_transfers_of
from organizations.actors import Actor
from organizations.letters import ownership as letters
from organizations.models import Appointment, Membership, Organization
from organizations.models.transfer import REASON_LENGTH
from organizations.roles import Permission

State = Appointment.State
# Who hears of it: whoever could object, the founders first. An organization may have thousands of admins.
TOLD = 100


@audited("appointment.proposed")
def propose_founder(*, membership: Membership, reason: str, by: Actor) -> Appointment:
    """Propose, as staff, that a member gets the founder's role; the founders and who may change roles are told at once.

    Raises Refused without a reason, for who has the role, and while another proposal waits.
    """
    organization, by = lock(membership.organization_id, by)
    _check_staff(by)
    reason = one_line(reason, REASON_LENGTH)
    if not reason:
        raise Refused(_("Say why: who is gone, and how that is known."), code="reason", field="reason")
    membership = _member(organization, membership.user_id)
    if organization.appointments.filter(state=State.PROPOSED).exists():
        raise Refused(_("Somebody else is proposed already."), code="open-already")
    appointment = Appointment.objects.create(
        organization=organization, user=membership.user, reason=reason, proposed_by=by.user
    )
    record(
        "appointment.proposed",
        by=by,
        organization_id=organization.pk,
        target=appointment,
        after={"user": membership.user_id},
        texts={"reason": ("", reason)},
    )
    _tell(appointment)
    return appointment


@audited("appointment.confirmed")
def confirm_founder(*, appointment: Appointment, by: Actor) -> Membership:
    """Give the proposed member the founder's role. Raises Refused for whoever proposed it: it takes two."""
    organization, by = lock(appointment.organization_id, by)
    appointment = _lock_proposed(organization, appointment, by)
    if by.user_id == appointment.proposed_by_id:
        raise Refused(_("Somebody else of the staff must confirm what you have proposed."), code="own-proposal")
    membership = _member(organization, appointment.user_id)
    end_transfers_of(membership, by)
    before = membership.role_key
    membership.give(policies.current().founder)
    membership.save(update_fields=Membership.ROLE_FIELDS)
    record(
        "membership.role_changed",
        by=by,
        organization_id=organization.pk,
        target=membership,
        before={"role": before},
        after={"role": membership.role_key},
    )
    bring_in_line(organization)
    _decide(appointment, State.CONFIRMED, by)
    _tell(appointment)
    return membership


@audited("appointment.dropped")
def drop_appointment(*, appointment: Appointment, by: Actor) -> Appointment:
    """Leave everything as it is: the proposal was wrong, or somebody objected."""
    organization, by = lock(appointment.organization_id, by)
    appointment = _lock_proposed(organization, appointment, by)
    _decide(appointment, State.DROPPED, by)
    return appointment


def _check_staff(by: Actor) -> None:
    if not by.is_trusted or by.user_id is None:
        raise Refused(_("Only our staff can do this."), code="staff-only")


def _lock_proposed(organization: Organization, appointment: Appointment, by: Actor) -> Appointment:
    _check_staff(by)
    try:
        fresh = organization.appointments.select_related("user").get(pk=appointment.pk)
    except Appointment.DoesNotExist:
        # It went with the account of who was proposed.
        raise Refused(_("This person is no longer a member."), code="gone") from None
    fresh.organization = organization
    if fresh.state != State.PROPOSED:
        raise Refused(_("This proposal is decided already."), code=fresh.state)
    return fresh


def _member(organization: Organization, user_id: UUID) -> Membership:
    try:
        membership = organization.memberships.current().select_related("user", "custom_role").get(user=user_id)
    except Membership.DoesNotExist:
        raise Refused(_("This person is no longer a member."), code="gone") from None
    membership.organization = organization
    if membership.is_founder:
        raise Refused(
            _("%(name)s is %(role)s already.") % {"name": membership.user.name, "role": membership.role_label},
            code="founder-already",
        )
    return membership


def _decide(appointment: Appointment, state: Appointment.State, by: Actor) -> None:
    appointment.state, appointment.decided_by, appointment.decided_at = state, by.user, timezone.now()
    appointment.save(update_fields=["state", "decided_by", "decided_at"])
    record(f"appointment.{state}", by=by, organization_id=appointment.organization_id, target=appointment)


def _tell(appointment: Appointment) -> None:
    """Tell the founders, whoever may change roles, and the one whom it is about."""
    concerned = appointment.organization.memberships.to_be_told(Permission.CHANGE_ROLES, most=TOLD)
    for user in {user.pk: user for user in [*concerned, appointment.user]}.values():
        letters.send_appointment(appointment, user)
