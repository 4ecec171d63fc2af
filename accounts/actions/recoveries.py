"""The way back for who has lost every second factor: asked for, announced, then done, unless somebody stops it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django_otp.models import Device

from accounts.actions.clearing import remove_all_factors
from accounts.factors import has_second_factor
from accounts.letters import recovery as letters
from accounts.models import Recovery, Session, User
from accounts.models.recovery import SETTLED_AFTER, WAIT
from audit.actors import Actor
from audit.recording import audited, record
from console.refusal import Refused

# Done by one run of the task at most; the next one goes on.
BATCH = 500

State = Recovery.State


@audited("account.recovery_asked")
def ask_recovery(*, user: User, by: Actor) -> Recovery:
    """Ask for all second factors to be removed in `WAIT`; each verified address hears of it, with a link that cancels.

    By somebody who has given the first factor. Raises Refused where one waits already, on the day of another one, and
    without a second factor. (ASVS 6.4.4: losing a factor is proven over again, here by time and by every mailbox.)
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not has_second_factor(user):
        raise Refused(_("This account has no second factor."), code="no-factor")
    now = timezone.now()
    if Recovery.objects.waiting().filter(user=user).exists():
        raise Refused(_("A recovery was asked for already. It is waiting."), code="waiting")
    if Recovery.objects.filter(user=user, asked_at__gt=now - WAIT).exists():
        raise Refused(_("A recovery was asked for today, and cancelled. Try again tomorrow."), code="too-soon")
    recovery = Recovery.objects.create(
        user=user, asked_at=now, due_at=now + WAIT, password=user.get_session_auth_hash()
    )
    record("account.recovery_asked", by=by, subject_id=user.pk, target=recovery)
    letters.send_asked(recovery, by)
    return recovery


def begin_recovery(user: User, by: Actor) -> Recovery:
    """Announce that all second factors go in `WAIT`, whatever the password is by then; what waits gives way.

    For an action that shuts everybody out, and would leave the account with its first factor alone. In its transaction
    and lock.
    """
    if former := Recovery.objects.waiting().filter(user=user).first():
        former.decide(State.CANCELLED)
        record("account.recovery_cancelled", by=by, subject_id=user.pk, target=former)
    now = timezone.now()
    recovery = Recovery.objects.create(user=user, asked_at=now, due_at=now + WAIT)
    record("account.recovery_asked", by=by, subject_id=user.pk, target=recovery)
    letters.send_begun(recovery, by)
    return recovery


@audited("account.recovery_cancelled")
def cancel_recovery(*, recovery: Recovery, by: Actor) -> Recovery:
    """Stop it: somebody has the mailbox, or a second factor. Raises Refused when it is not open any more."""
    User.objects.select_for_update().get(pk=recovery.user_id)
    recovery = Recovery.objects.select_related("user").get(pk=recovery.pk)
    if not recovery.is_waiting:
        raise Refused(_("It is not waiting any more."), code=recovery.state)
    _cancel(recovery, by)
    return recovery


def cancel_open_recovery(factor: Device, by: Actor) -> None:
    """Stop what waits, since ``factor`` was proven. In the caller's transaction and lock.

    Not with one that is younger than `SETTLED_AFTER`: whoever was in for a moment may have left it behind, and would
    keep the owner out for good.
    """
    recovery = Recovery.objects.waiting().filter(user=factor.user).select_related("user").first()
    if recovery and factor.created_at <= recovery.asked_at - SETTLED_AFTER:
        _cancel(recovery, by)


def complete_recoveries() -> int:
    """Remove the factors of those who have waited long enough. Returns how many; safe to run twice at once."""
    due = Recovery.objects.due().values_list("pk", "user_id")[:BATCH]
    return sum(_complete(pk, user_id) for pk, user_id in list(due))


@transaction.atomic
def _complete(pk: UUID, user_id: UUID) -> bool:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    recovery = Recovery.objects.due().filter(pk=pk).first()
    # Cancelled, or done by another run, or the account is gone, while we waited for the lock.
    if user is None or recovery is None:
        return False
    by = Actor.system()
    # With another password it is somebody else's request by now; a locked account stays as it is.
    is_theirs = not recovery.password or constant_time_compare(recovery.password, user.get_session_auth_hash())
    if not user.is_active or not is_theirs:
        _cancel(recovery, by)
        return False
    remove_all_factors(user)
    Session.objects.end_all(user.pk)
    recovery.decide(State.COMPLETED)
    record("account.recovery_completed", by=by, subject_id=user.pk, target=recovery)
    letters.send_completed(recovery)
    return True


def _cancel(recovery: Recovery, by: Actor) -> None:
    recovery.decide(State.CANCELLED)
    record("account.recovery_cancelled", by=by, subject_id=recovery.user_id, target=recovery)
    letters.send_cancelled(recovery)
