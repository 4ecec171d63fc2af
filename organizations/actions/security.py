"""An organization's rules for security: a second factor for its members, and how old their sessions may be."""

from datetime import timedelta
from itertools import takewhile

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.recording import audited, record
from console.celery import wake
from console.refusal import Refused
from console.versions import Marks, check_unchanged
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.letters import security as letters
from organizations.models import Membership, Organization, Status
from organizations.models.organization import SESSION_HOURS
from organizations.models.security import about_to_close, has_counted_factor, untold
from organizations.roles import Permission

# Days that members may have to set a second factor up, before the organization closes to those without.
GRACE_DAYS = (0, 7, 14, 30)
# Members told in one transaction, and transactions of one run for one organization: the next run goes on.
BATCH = 200
BATCHES = 100

TASK = "organizations.tell_of_second_factor"


@audited("organization.second_factor_required")
def require_second_factor(
    *, organization: Organization, grace_days: int, phone_counts: bool, seen: Marks | None = None, by: Actor
) -> Organization:
    """Close a team to members without a second factor, ``grace_days`` from now; those without are told by mail.

    ``phone_counts``: whether somebody counts who can be sent codes by text message; ``seen``: what the form was opened
    with (`console.versions`). Raises Refused where the rule is there already, and for who has no such factor: whoever
    sets the rule would close the organization to themselves.
    """
    organization, by = _lock(organization, by)
    if organization.second_factor_from is not None:
        raise Refused(_("A second factor is asked for already."), code="required-already")
    if grace_days not in GRACE_DAYS:
        raise Refused(_("Choose how much time members have."), code="grace", field="grace_days")
    now = timezone.now()
    organization.second_factor_from = now + timedelta(days=grace_days)
    organization.second_factor_set_at = now
    organization.phone_is_second_factor = phone_counts
    _check_own_factor(organization, by)
    organization.save(update_fields=["second_factor_from", "second_factor_set_at", "phone_is_second_factor"])
    record(
        "organization.second_factor_required",
        by=by,
        organization_id=organization.pk,
        target=organization,
        after={"grace_days": grace_days, "phone_counts": phone_counts},
    )
    _tell_soon()
    return organization


@audited("organization.second_factor_changed")
def change_second_factor(
    *, organization: Organization, phone_counts: bool, seen: Marks | None = None, by: Actor
) -> Organization:
    """Decide anew whether codes by text message count; members who no longer have a factor that counts are told.

    It holds from the moment that the rule itself does. Raises Refused as `require_second_factor` does.
    """
    organization, by = _lock(organization, by)
    _check_required(organization)
    check_unchanged(seen, {"phone_counts": organization.phone_is_second_factor})
    if organization.phone_is_second_factor == phone_counts:
        return organization
    organization.phone_is_second_factor = phone_counts
    organization.second_factor_set_at = timezone.now()
    _check_own_factor(organization, by)
    organization.save(update_fields=["second_factor_set_at", "phone_is_second_factor"])
    record(
        "organization.second_factor_changed",
        by=by,
        organization_id=organization.pk,
        target=organization,
        before={"phone_counts": not phone_counts},
        after={"phone_counts": phone_counts},
    )
    if not phone_counts:
        _tell_soon()
    return organization


@audited("organization.second_factor_released")
def release_second_factor(*, organization: Organization, by: Actor) -> Organization:
    """Ask nobody for a second factor any more; those with the founder's role hear of it.

    Raises Refused where nobody is asked.
    """
    organization, by = _lock(organization, by)
    _check_required(organization)
    phone_counts = organization.phone_is_second_factor
    organization.second_factor_from = organization.second_factor_set_at = None
    organization.phone_is_second_factor = True
    organization.save(update_fields=["second_factor_from", "second_factor_set_at", "phone_is_second_factor"])
    record(
        "organization.second_factor_released",
        by=by,
        organization_id=organization.pk,
        target=organization,
        before={"phone_counts": phone_counts},
    )
    for founder in organization.memberships.founders().exclude(user=by.user).select_related("user"):
        letters.send_released(founder.user, organization, by)
    return organization


@audited("organization.session_age_set")
def set_session_age(
    *, organization: Organization, hours: int | None, seen: Marks | None = None, by: Actor
) -> Organization:
    """Ask members again who they are ``hours`` after their sign-in or last proof; None: only when the session ends.

    ``seen``: what the form was opened with. Raises Refused.
    """
    organization, by = _lock(organization, by)
    check_unchanged(seen, {"hours": organization.session_hours})
    if hours is not None and hours not in SESSION_HOURS:
        raise Refused(_("Choose one of these times."), code="hours", field="hours")
    before, organization.session_hours = organization.session_hours, hours
    if before == hours:
        return organization
    organization.save(update_fields=["session_hours"])
    record(
        "organization.session_age_set",
        by=by,
        organization_id=organization.pk,
        target=organization,
        before={"hours": before},
        after={"hours": hours},
    )
    return organization


def tell_of_second_factor() -> int:
    """Tell members without a second factor that an organization closes to them; how many were told.

    In batches, each a transaction: whatever stops this, the rows say who was told, and the next run goes on.
    """
    return sum(_tell_members(organization) for organization in about_to_close())


def _tell_members(organization: Organization) -> int:
    told = takewhile(bool, (_tell_some(organization) for _batch in range(BATCHES)))
    return sum(told)


@transaction.atomic
def _tell_some(organization: Organization) -> int:
    # As it is now: the rule may have been lifted while others were told. Whoever changes it waits for this batch.
    organization = Organization.objects.lock(organization.pk)
    if organization.second_factor_from is None or organization.status == Status.CLOSED:
        return 0
    members = list(
        untold(organization)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("user")
        .order_by("pk")[:BATCH]
    )
    for member in members:
        letters.send_required(member, organization)
    Membership.objects.filter(pk__in=[member.pk for member in members]).update(factor_told_at=timezone.now())
    return len(members)


def _tell_soon() -> None:
    transaction.on_commit(lambda: wake(TASK), robust=True)


def _lock(organization: Organization, by: Actor) -> tuple[Organization, Actor]:
    organization, by = lock(organization.pk, by, Permission.MANAGE_SECURITY)
    if organization.is_personal:
        raise Refused(_("A personal account has no such rules."), code="personal")
    return organization, by


def _check_required(organization: Organization) -> None:
    if organization.second_factor_from is None:
        raise Refused(_("No second factor is asked for."), code="not-required")


def _check_own_factor(organization: Organization, by: Actor) -> None:
    if by.is_trusted or (isinstance(by.user, User) and has_counted_factor(by.user, organization)):
        return
    if organization.phone_is_second_factor:
        raise Refused(_("Set up a second factor yourself first."), code="own-factor")
    raise Refused(
        _("Set up an authenticator app or a passkey yourself first, and remove your telephone number from its codes."),
        code="own-factor",
    )
