"""How an event comes about: ``record()`` inside an action's transaction, a denial after its roll-back."""

import functools
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import models, transaction

from audit.actors import Actor
from audit.models import Detail, Event, Unlinked
from console.refusal import Refused


# All of it or nothing also where nobody began a transaction; within one, without a savepoint of its own.
@transaction.atomic(savepoint=False)
def record(
    action: str,
    *,
    by: Actor,
    organization_id: UUID | None = None,
    subject_id: UUID | None = None,
    target: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    texts: Mapping[str, tuple[str, str]] | None = None,
    outcome: Event.Outcome = Event.Outcome.DONE,
) -> Event:
    """Write what was done, in the transaction that does it.

    ``action``: a noun and a participle, ``invitation.created``; ``organization_id``: whose log it belongs to, by
    default the actor's; ``subject_id``: the user whose account it concerns; ``before`` and ``after``: the values
    that changed, without personal details; ``texts``: what people typed, field by field before and after, which is kept
    beside the event.
    """
    event = Event.objects.create(
        action=action,
        outcome=outcome,
        organization_id=organization_id or by.organization_id,
        actor_kind=by.kind,
        actor_id=by.user_id,
        key_id=by.key_id,
        subject_id=subject_id,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=target.pk if target is not None else None,
        before=dict(before or {}),
        after=dict(after or {}),
    )
    Detail.objects.create(
        event=event,
        organization_id=event.organization_id,
        actor=by.label[:254],
        key_name=by.key_label[:254],
        target=str(target)[:254] if target is not None else "",
        address=by.origin.address or None,
        device=by.origin.device[:200],
        texts=dict(texts or {}),
        request_id=by.origin.request_id,
    )
    Unlinked.objects.create(event=event, chain_id=event.chain_id)
    return event


def record_denial(
    action: str, *, by: Actor, code: str, organization_id: UUID | None = None, subject_id: UUID | None = None
) -> Event:
    """Write that something was refused, and why (``code``)."""
    return record(
        action,
        by=by,
        organization_id=organization_id,
        subject_id=subject_id,
        after={"code": code},
        outcome=Event.Outcome.DENIED,
    )


def audited[**P, R](name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action: atomic, and its refusal recorded as ``name`` after the roll-back.

    The function takes keywords only, ``by`` (an Actor) among them; an argument with an ``organization_id`` (or that is
    an organization) says in whose log a denial belongs; of `account.…`, the ``user`` or what is a user's whose
    account it concerns.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except Refused as refusal:
                by = kwargs["by"]
                assert isinstance(by, Actor)  # noqa: S101 -- for the type checker; an action without an actor is a bug
                record_denial(
                    name,
                    by=by,
                    code=refusal.code or "",
                    organization_id=_organization_id(kwargs),
                    subject_id=_subject_id(kwargs) if name.startswith("account.") else None,
                )
                raise

        return run

    return decorate


def _organization_id(arguments: Mapping[str, Any]) -> UUID | None:
    for name, value in arguments.items():
        if name == "organization" and isinstance(value, models.Model):
            return UUID(str(value.pk))
        if isinstance(value, models.Model) and (found := getattr(value, "organization_id", None)):
            return UUID(str(found))
    return None


def _subject_id(arguments: Mapping[str, Any]) -> UUID | None:
    for name, value in arguments.items():
        if name == "user" and isinstance(value, models.Model):
            return UUID(str(value.pk))
        if isinstance(value, models.Model) and (found := getattr(value, "user_id", None)):
            return UUID(str(found))
    return None
