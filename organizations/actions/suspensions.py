"""Suspending organizations, and bringing them back: by staff, and by what was or was not paid."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.letters import suspensions as letters
from organizations.models import Organization, Status
from organizations.suspension import TABLE, Reason, combined


@audited("organization.suspended")
def suspend_organization(*, organization: Organization, reason: str, by: Actor) -> Organization:
    """Stop an organization from what this ``reason``, a value of Reason, withholds (organizations.suspension).

    Staff may suspend what is suspended for want of a payment, and the other way round: both stand, and each is lifted
    for itself. Raises Refused for one that is closed, and where the reason adds nothing to what it is suspended for.
    """
    organization, by = lock(organization.pk, by)
    reason = Reason(reason)
    if organization.is_closed:
        raise Refused(_("A closed organization cannot be suspended."), code="not-active")
    before = organization.suspended_for
    found = combined(before, organization.also_suspended_for, reason)
    if found is None:
        raise Refused(_("This organization is suspended already."), code="not-active")
    _write(organization, *found)
    record(
        "organization.suspended",
        by=by,
        organization_id=organization.pk,
        target=organization,
        before={"reason": before} if before else {},
        after={"reason": reason},
    )
    if TABLE[reason].only_staff_lift:
        letters.tell_suspended(organization)
    return organization


@audited("organization.reactivated")
def reactivate_organization(*, organization: Organization, by: Actor) -> Organization:
    """Lift the suspension that an organization is under; what it was suspended for besides is in force again.

    Staff lift any; what they suspended, nobody else. Raises Refused for one that is not suspended.
    """
    organization, by = lock(organization.pk, by)
    if organization.status != Status.SUSPENDED:
        raise Refused(_("Only a suspended organization can be reactivated."), code="not-suspended")
    if organization.suspension.only_staff_lift and not by.is_trusted:
        raise Refused(_("Only our staff can reactivate this organization."), code="staff-only")
    _lift(organization, {organization.suspended_for}, by)
    letters.tell_lifted(organization)
    return organization


@audited("organization.reactivated")
def lift_suspension(*, organization: Organization, reasons: Collection[str], by: Actor) -> Organization:
    """Lift the suspension for these ``reasons``, wherever it stands; the organization need not be suspended for any.

    For what a payment lifts: under a suspension by staff it is lifted without effect but for later. A closed one is
    opened again, if it is, without what was lifted meanwhile. Raises ValueError for a reason that no payment lifts, and
    Refused as `organizations.actions.locking.lock` does.
    """
    if any(TABLE[reason].only_staff_lift for reason in reasons):
        raise ValueError("What staff suspended, only staff bring back.")
    organization, by = lock(organization.pk, by)
    if {organization.suspended_for, organization.also_suspended_for}.intersection(reasons):
        _lift(organization, reasons, by)
    return organization


def _lift(organization: Organization, reasons: Collection[str], by: Actor) -> None:
    """Take these off what it is suspended for, in the caller's lock; what is left stands."""
    suspended = [organization.suspended_for, organization.also_suspended_for]
    lifted = [reason for reason in suspended if reason and reason in reasons]
    left = [reason for reason in suspended if reason and reason not in reasons]
    _write(organization, *(*left, "", "")[:2])
    record(
        "suspension.lifted" if left else "organization.reactivated",
        by=by,
        organization_id=organization.pk,
        target=organization,
        before={"reason": lifted[0]},
        after={"reason": left[0]} if left else {},
    )


def _write(organization: Organization, reason: str, also: str) -> None:
    organization.suspended_for, organization.also_suspended_for = reason, also
    if not organization.is_closed:
        organization.status = Status.SUSPENDED if reason else Status.ACTIVE
    organization.save(update_fields=["status", "suspended_for", "also_suspended_for"])
