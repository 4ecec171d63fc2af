"""Whether storage engines work: each is checked every hour, on demand, and before somebody saves one.

Connections are made without a lock and outside of a transaction. What was found is noted afterwards, by whoever still
has the claim (outbox.leases): a worker that lost it, for the engine was changed meanwhile, notes nothing.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_variables

from accounts.actions.notifications import await_answer, settle
from accounts.models import User
from audit.recording import audited, record
from console.celery import wake
from console.refusal import Refused
from console.sealing import Unreadable
from console.steps import Steps
from console.waiting import waiting_for_strangers
from infrastructure.actions.engines import lock_engine, told
from infrastructure.connecting import Finding, try_engine
from infrastructure.letters import engines as letters
from infrastructure.models import EngineCheck, StorageEngine
from infrastructure.models.engine import FAILING_NOTICE, Health, Stage
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission

TASK: Final = "infrastructure.check_engine"
SWEEP: Final = 500
# Engines of one organization in a sweep: in an hour, three times as many as it can have.
EACH: Final = 5
# How long after a check the next one comes: about an hour, so that those which began together do not stay together.
HOUR, SPREAD = timedelta(minutes=55), timedelta(minutes=10)
# After the first failure it is asked again soon: people are told of the second in a row.
AGAIN: Final = timedelta(minutes=5)
KEPT: Final = timedelta(days=30)
BATCH: Final = 5000
# An address that somebody typed is not to be knocked at without end: one engine by hand, and tries of what is not kept.
BY_HAND: Final = Steps("engine-checks", timedelta(seconds=10))
TRIES: Final = Steps("engine-tries", timedelta(minutes=10))
MOST_TRIES: Final = 30

SEALED = gettext_noop("The secret cannot be opened any more. Type it again.")


def sweep_engines() -> int:
    """Wake workers up for engines whose check has come, of each organization for the first few. How many."""
    # A hundred engines of one customer's that never answer must not keep the workers from everybody else's.
    turn = Window(RowNumber(), partition_by="organization_id", order_by=["due_at", "pk"])
    taking_turns = StorageEngine.objects.due().annotate(turn=turn).filter(turn__lte=EACH)
    due = list(taking_turns.order_by("turn", "due_at").values_list("pk", flat=True)[:SWEEP])
    for engine_id in due:
        wake(TASK, str(engine_id), expires=60)
    return len(due)


def check_engine(engine_id: UUID) -> None:
    """Check an engine whose time has come, if nobody else is at it."""
    for engine in StorageEngine.objects.filter(pk=engine_id).claim(1):
        note(engine, try_stored(engine))


def check_engine_now(*, engine: StorageEngine, by: Actor) -> Finding:
    """Check an engine because somebody asks for it, and note what was found.

    Not in a transaction: it connects first. Raises Refused for more than one in `BY_HAND`, while many others wait as
    well, and where the actor may not change engines.
    """
    with waiting_for_strangers():
        if not BY_HAND.is_first(str(engine.pk)):
            raise Refused(_("It was checked a moment ago. Wait ten seconds, then check again."), code="too-many")
        finding = try_stored(engine)
    note_check(engine=engine, finding=finding, by=by)
    return finding


@audited("engine.checked")
def note_check(*, engine: StorageEngine, finding: Finding, by: Actor) -> StorageEngine:
    """Write down what a check found that somebody asked for. Raises Refused where the engine is gone meanwhile."""
    now, by = lock_engine(engine, by, Permission.MANAGE_INFRASTRUCTURE)
    record(
        "engine.checked",
        by=by,
        organization_id=now.organization_id,
        target=now,
        after={"stage": finding.stage, "milliseconds": finding.milliseconds},
    )
    # What was checked may be another one by now; and a worker that checks it as well has done so for nothing.
    if (now.config, now.sealed_secret) == (engine.config, engine.sealed_secret):
        now.attempts += 1
        now.save(update_fields=["attempts"])
        note(now, finding)
    return now


@audited("engine.tested")
def note_try(*, organization: Organization, kind: str, config: Mapping[str, Any], by: Actor) -> Organization:
    """Write down that somebody tries a connection of which nothing is kept; the caller makes it afterwards.

    Raises Refused for more than `MOST_TRIES` in ten minutes, and for who may neither add nor change engines.
    """
    needs = Permission.ADD_INFRASTRUCTURE
    organization, by = lock(organization.pk, by, needs if by.can(needs) else Permission.MANAGE_INFRASTRUCTURE)
    if TRIES.count(str(organization.pk)) > MOST_TRIES:
        raise Refused(_("That were many tests. Wait ten minutes, then test again."), code="too-many")
    record(
        "engine.tested",
        by=by,
        organization_id=organization.pk,
        target=organization,
        after={"kind": kind, **told(config)},
    )
    return organization


@sensitive_variables("secret")
def try_stored(engine: StorageEngine) -> Finding:
    """Connect to an engine as it is kept. Never with a lock held."""
    try:
        secret = engine.secret
    except Unreadable:
        return Finding(Stage.SIGN_IN.value, SEALED, 0)
    return try_engine(engine.kind, engine.config, secret)


def note(engine: StorageEngine, finding: Finding) -> None:
    """Keep what a check found, if the engine is still this worker's; tell of a second failure, and of the end of it."""
    if not _keep(engine, finding):
        return
    if finding.is_fine:
        if engine.told_at:
            _tell_recovered(engine)
    elif engine.told_at is None and _has_failed_twice(engine):
        _tell_failing(engine)


def prune_engine_checks() -> None:
    """Forget checks after `KEPT`."""
    old = EngineCheck.objects.filter(checked_at__lt=timezone.now() - KEPT)
    while found := list(old.values_list("pk", flat=True)[:BATCH]):
        EngineCheck.objects.filter(pk__in=found).delete()


@transaction.atomic
def _keep(engine: StorageEngine, finding: Finding) -> bool:
    now = timezone.now()
    began_failing = not finding.is_fine and engine.failing_since is None
    engine.health = Health.HEALTHY if finding.is_fine else Health.FAILING
    engine.problem_stage, engine.problem = finding.stage, finding.sentence
    engine.failing_since = None if finding.is_fine else engine.failing_since or now
    engine.checked_at, engine.claimed_until = now, None
    engine.due_at = now + (AGAIN if began_failing else _until_next())
    columns = (
        *("health", "problem_stage", "problem", "failing_since"),
        *("checked_at", "claimed_until", "due_at"),
    )
    mine = StorageEngine.objects.filter(pk=engine.pk, attempts=engine.attempts)
    if not mine.update(**{name: getattr(engine, name) for name in columns}):
        return False
    EngineCheck.objects.create(
        engine=engine,
        checked_at=now,
        problem_stage=finding.stage,
        problem=finding.sentence,
        milliseconds=finding.milliseconds,
    )
    return True


def _until_next() -> timedelta:
    return HOUR + timedelta(seconds=secrets.randbelow(int(SPREAD.total_seconds())))


def _has_failed_twice(engine: StorageEngine) -> bool:
    """Whether the last two checks of the engine as it is now have failed."""
    since: datetime | None = engine.failing_since
    return EngineCheck.objects.filter(engine=engine, checked_at__gte=since).exclude(problem_stage="").count() > 1


@transaction.atomic
def _tell_failing(engine: StorageEngine) -> None:
    organization = Organization.objects.lock(engine.organization_id)
    untold = StorageEngine.objects.filter(pk=engine.pk, told_at=None, health=Health.FAILING)
    # Nobody there would find the page of one that is closed.
    if organization.is_closed or not untold.update(told_at=timezone.now()):
        return
    people = _people(organization)
    await_answer(
        people,
        kind=FAILING_NOTICE,
        target_id=engine.pk,
        address=reverse("infrastructure:engine", args=[organization.slug, engine.pk]),
        organization_id=organization.pk,
        names={"engine": engine.name, "organization": organization.display_name},
    )
    for person in people:
        letters.send_failing(person, organization, engine)


@transaction.atomic
def _tell_recovered(engine: StorageEngine) -> None:
    organization = Organization.objects.lock(engine.organization_id)
    was_told = StorageEngine.objects.filter(pk=engine.pk, health=Health.HEALTHY).exclude(told_at=None)
    if not was_told.update(told_at=None):
        return
    settle(FAILING_NOTICE, engine.pk)
    if not organization.is_closed:
        for person in _people(organization):
            letters.send_recovered(person, organization, engine)


def _people(organization: Organization) -> list[User]:
    """Whom to tell: who may do something about it."""
    return organization.memberships.to_be_told(Permission.MANAGE_INFRASTRUCTURE)
