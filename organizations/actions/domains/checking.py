"""Looking domain names up: proven once the record is found, lost when it is gone for long, given up if it never comes.

The question to DNS is asked with nothing locked: a row is claimed, looked up, and then written in a transaction of its
own, which knows whether the claim was lost meanwhile (outbox.leases).
"""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.notifications import settle
from audit.recording import audited, record
from console.celery import SWEEP_PERIOD, wake
from console.refusal import Refused
from console.waiting import Busy, waiting_for_strangers
from organizations import signals
from organizations.actions.domains.locking import lock_domain
from organizations.actions.domains.telling import tell
from organizations.actors import Actor
from organizations.dns import Finding, look_up
from organizations.letters import domains as letters
from organizations.models import Domain
from organizations.models.domain import DOMAIN_NOTICE, Joining, Problem
from organizations.roles import Permission

TASK = "organizations.check_domain"
SWEEP = 500
# Nobody asks for more than one look-up of a domain in this time.
ASKED_EVERY = timedelta(seconds=10)
# Names that wait are looked up ever more rarely, after a quarter of the time that they have waited.
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=6)
# After so long nobody looks any more.
PATIENCE = timedelta(days=30)
PROVEN_EVERY, MISSING_EVERY = timedelta(hours=4), timedelta(hours=1)
# For so long a record may be missing: a weekend, and the Monday on which somebody reads of it.
GRACE = timedelta(hours=72)
# What the time since the last look counts at most: while nobody looked, the record may have been there.
COUNTED = timedelta(hours=6)


def sweep_domains() -> int:
    """Wake workers up for every domain name that is to be looked up. Returns how many."""
    due = list(Domain.objects.due().order_by("due_at").values_list("pk", flat=True)[:SWEEP])
    for domain_id in due:
        wake(TASK, str(domain_id), expires=SWEEP_PERIOD)
    return len(due)


@audited("domain.checked")
def ask_for_check(*, domain: Domain, by: Actor) -> Domain:
    """Let a domain name be looked up now: by a worker that is woken up, or by the caller (`check_domain`).

    Raises Refused for one that was looked up less than `ASKED_EVERY` ago.
    """
    domain, by = lock_domain(domain, by, Permission.EDIT_SETTINGS)
    now = timezone.now()
    if domain.checked_at and now - domain.checked_at < ASKED_EVERY:
        raise Refused(_("It was checked a moment ago. Wait ten seconds, then check again."), code="pace")
    Domain.objects.filter(pk=domain.pk).update(due_at=now)
    record("domain.checked", by=by, organization_id=domain.organization_id, target=domain)
    return domain


def wake_check(domain: Domain) -> None:
    """Wake a worker up for it, once the caller's transaction is over."""
    transaction.on_commit(partial(wake, TASK, str(domain.pk)), robust=True)


def check_at_once(*, domain: Domain, by: Actor) -> Domain | None:
    """Look it up while somebody waits, as `ask_for_check` and `check_domain` do; the domain as it is then.

    None where a worker is at it, or will be in a moment, for many wait already. Raises Refused as `ask_for_check` does,
    and where the actor may no longer do it once the name servers have answered.
    """
    ask_for_check(domain=domain, by=by)
    try:
        with waiting_for_strangers():
            return _check(domain.pk, by)
    except Busy:
        # It is due: the sweep finds it.
        return None


def check_domain(domain_id: UUID) -> Domain | None:
    """Look a domain name up that is due, and do what follows: prove it, tell that its record is missing, lose it.

    None where it is not due, or somebody else is at it. Takes up to `organizations.dns.LIFETIME` seconds: not to be
    called with anything locked.
    """
    return _check(domain_id, None)


def _check(domain_id: UUID, by: Actor | None) -> Domain | None:
    for claimed in Domain.objects.filter(pk=domain_id).claim(1):
        finding = look_up(claimed.record_name, claimed.record_value)
        return _note(claimed, finding, by)
    return None


@transaction.atomic
def _note(claimed: Domain, finding: Finding, by: Actor | None) -> Domain | None:
    needs = Permission.EDIT_SETTINGS if by else None
    try:
        domain, actor = lock_domain(claimed, by or Actor.system(), needs)
    except Refused:
        if by:
            raise
        # Removed while it was looked up.
        return None
    if domain.attempts != claimed.attempts or domain.organization.is_closed:
        return None
    before = domain.checked_at
    domain.checked_at, domain.claimed_until = timezone.now(), None
    domain.problem, domain.found = finding.problem or "", finding.said
    if finding.is_there:
        _note_found(domain, actor)
    elif domain.is_proven:
        _note_gone(domain, finding, before or domain.checked_at, actor)
    else:
        _note_waiting(domain, actor)
    domain.due_at = _next_check(domain)
    domain.save()
    return domain


def _note_found(domain: Domain, by: Actor) -> None:
    """The record is there: the name is proven, if it is nobody else's; or it was found again."""
    if domain.missing_since:
        domain.missing_since = domain.lapses_at = None
        settle(DOMAIN_NOTICE, domain.pk)
        record("domain.found", by=by, organization_id=domain.organization_id, target=domain)
    if domain.is_proven:
        return
    if not _take(domain):
        domain.problem = Problem.TAKEN
        _note_waiting(domain, by)
        return
    settle(DOMAIN_NOTICE, domain.pk)
    record("domain.proven", by=by, organization_id=domain.organization_id, target=domain)


def _take(domain: Domain) -> bool:
    """Have the name, unless another organization has it; of two at once, the database lets one."""
    was = domain.lost_at, domain.given_up_at
    domain.verified_at, domain.lost_at, domain.given_up_at = timezone.now(), None, None
    try:
        with transaction.atomic():
            domain.save()
    except IntegrityError:
        domain.verified_at, (domain.lost_at, domain.given_up_at) = None, was
        return False
    return True


def _note_gone(domain: Domain, finding: Finding, last: datetime, by: Actor) -> None:
    """A proven name is without its record, or nobody knows: only what was answered starts the clock and moves it."""
    since_last = timezone.now() - last
    if domain.lapses_at:
        domain.lapses_at += max(since_last - COUNTED, timedelta()) if finding.is_answer else since_last
    if not finding.is_answer:
        return
    if domain.lapses_at is None:
        domain.missing_since, domain.lapses_at = timezone.now(), timezone.now() + GRACE
        record("domain.missing", by=by, organization_id=domain.organization_id, target=domain)
        tell(domain, "missing", letters.send_missing)
    elif domain.lapses_at <= timezone.now():
        _lose(domain, by)


def _lose(domain: Domain, by: Actor) -> None:
    """The name is no longer the organization's: nobody joins by it any more, and what uses it is told."""
    before = {"joining": domain.joining}
    domain.verified_at = domain.missing_since = domain.lapses_at = domain.let_in_after = None
    domain.joining, domain.lost_at = Joining.OFF, timezone.now()
    domain.save()
    record("domain.lost", by=by, organization_id=domain.organization_id, target=domain, before=before)
    signals.domain_ending.send(sender=Domain, domain=domain, by=by)
    tell(domain, "lost", letters.send_lost)


def _note_waiting(domain: Domain, by: Actor) -> None:
    """It is not proven: after a long time nobody looks any more, and those who could set the record are told."""
    if domain.given_up_at or timezone.now() - domain.waiting_since < PATIENCE:
        return
    domain.given_up_at = timezone.now()
    record("domain.given_up", by=by, organization_id=domain.organization_id, target=domain)
    tell(domain, "given_up", letters.send_given_up)


def _next_check(domain: Domain) -> datetime | None:
    now = timezone.now()
    if domain.missing_since or (domain.is_proven and domain.problem):
        return now + MISSING_EVERY
    if domain.is_proven:
        return now + PROVEN_EVERY
    if domain.given_up_at:
        return None
    return now + min(max((now - domain.waiting_since) / 4, SOONEST), LATEST)
