"""Proving a second factor, and what holds for factors of every kind."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.models import Device

from accounts.actions.clearing import remove_all_factors
from accounts.actions.linked_accounts import has_other_way_in
from accounts.actions.recoveries import cancel_open_recovery
from accounts.factors import BACKUP_CODES, has_second_factor, kind_of
from accounts.factors.kinds import Kind
from accounts.letters import factors as letters
from accounts.models import FactorGuard, User
from accounts.sessions.browsers import forget_trust
from audit.actors import Actor
from audit.models import Event
from audit.recording import audited, record
from console.refusal import Refused
from console.text import one_line


def verify_factor(*, user: User, kind: Kind, answer: Any, by: Actor) -> Device:
    """Prove that whoever sits there has the user's second factor; the one that was proven.

    ``answer`` is what ``kind.read`` found. An answer counts once, whatever is sent at once. A wrong one is counted, and
    kept, in the database, and begins a pause in which none is taken (ATTACKS 11 to 13; ASVS 6.3.1, 6.5.1).
    Raises Refused.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        guard, _made = FactorGuard.objects.get_or_create(user=user)
        pause = guard.pause if kind.is_guessable else timedelta(0)
        factor = None if pause else _try(user, kind, answer, guard, by)
    # Raised out here: what was counted stays.
    if pause:
        raise Refused(_paused(pause), code="paused", field="code")
    if factor is None:
        raise Refused(_("This is not right, or it was used already. Try again."), code="wrong", field="code")
    return factor


def _try(user: User, kind: Kind, answer: Any, guard: FactorGuard, by: Actor) -> Device | None:
    factor = kind.verify(user, answer) if has_second_factor(user) else None
    if factor is None:
        record(
            "account.factor_verified",
            by=by,
            subject_id=user.pk,
            target=user,
            after={"kind": kind.key},
            outcome=Event.Outcome.DENIED,
        )
        # A passkey is not guessed: junk in its place must not begin a pause for the codes of whoever owns the account.
        if kind.is_guessable and guard.count_failure():
            letters.notify_guessing(user, by)
        return None
    guard.forget_failures()
    record("account.factor_verified", by=by, subject_id=user.pk, target=factor, after={"kind": kind.key})
    cancel_open_recovery(factor, by)
    if kind is BACKUP_CODES:
        letters.notify_backup_code_used(user, factor.left, by)
    return factor


def _paused(pause: timedelta) -> str:
    seconds = int(pause.total_seconds()) + 1
    if seconds <= 60:  # noqa: PLR2004 -- a minute
        wait = ngettext("%d second", "%d seconds", seconds) % seconds
    else:
        minutes = -(-seconds // 60)
        wait = ngettext("%d minute", "%d minutes", minutes) % minutes
    return _("Too many wrong answers. Wait %s, then try again.") % wait


def note_added(user: User, factor: Device, by: Actor) -> None:
    """Record a factor that was just saved, tell its person, and trust no browser any more.

    For the actions that add one, in their transaction and lock.
    """
    forget_trust(user)
    record("account.factor_added", by=by, subject_id=user.pk, target=factor, after={"kind": kind_of(factor).key})
    letters.notify_added(user, kind_of(factor).label, by)


@audited("account.factor_removed")
def remove_factor(*, user: User, factor: Device, by: Actor) -> bool:
    """Take a factor away; with the last one that counts by itself, all others go. Whether any is left.

    Raises Refused for the last way to sign in, and for what was removed already.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    kind = kind_of(factor)
    present = kind.of(user).filter(pk=factor.pk).first()
    if present is None:
        raise Refused(_("It was removed already."), code="removed-already")
    record("account.factor_removed", by=by, subject_id=user.pk, target=present, before={"kind": kind.key})
    present.delete()
    if kind.is_way_in and not has_other_way_in(user, besides=""):
        raise Refused(_("It is your only way to sign in. Set a password first."), code="last-way-in")
    is_protected = has_second_factor(user)
    if not is_protected:
        remove_all_factors(user)
    forget_trust(user)
    letters.notify_removed(user, kind.label, by, is_protected=is_protected)
    return is_protected


@audited("account.factor_renamed")
def rename_factor(*, user: User, factor: Device, name: str, by: Actor) -> Device:
    """Call a factor something that its person recognises."""
    user = User.objects.select_for_update().get(pk=user.pk)
    present = kind_of(factor).of(user).filter(pk=factor.pk).first()
    if present is None:
        raise Refused(_("It was removed already."), code="removed-already")
    before, present.name = present.name, one_line(name) or present.name
    present.save(update_fields=["name"])
    texts = {"name": (before, present.name)}
    record("account.factor_renamed", by=by, subject_id=user.pk, target=present, texts=texts)
    return present
