"""What whoever asked for something hears of it behind the bell."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.actions.notifications import await_answer, settle
from accounts.models import User
from organizations.actors import Actor
from organizations.models import Membership
from organizations.roles import Permission
from projects.models import Operation, Service
from projects.models.operation import Verb
from projects.models.service import FAILED_NOTICE, REPLACED_NOTICE, SETTLED_NOTICE

# Who asked for something that takes no longer is still looking.
TOLD_AFTER = timedelta(minutes=1)


def tell_asker(operation: Operation) -> None:
    """Tell who asked that an operation has failed, or that one which took a while is done.

    Only a member who may still see the project; the caller has locked the user before the service.
    """
    failed = operation.state == Operation.State.FAILED
    if failed or timezone.now() - operation.asked_at > TOLD_AFTER:
        _tell(operation, FAILED_NOTICE if failed else SETTLED_NOTICE, {})


def tell_of_replacement(operation: Operation, by: Actor) -> None:
    """Tell who asked for an operation that somebody else deletes the service instead."""
    if operation.asked_by_id != by.user_id:
        _tell(operation, REPLACED_NOTICE, {"person": by.label})


def forget_news(service: Service) -> None:
    """Something new is done with it: what was told before is no news any more."""
    for kind in (SETTLED_NOTICE, FAILED_NOTICE, REPLACED_NOTICE):
        settle(kind, service.pk)


def _tell(operation: Operation, kind: str, names: dict[str, str]) -> None:
    service, project = operation.service, operation.service.project
    here = Membership.objects.current().filter(organization=project.organization_id, user=operation.asked_by_id)
    membership = here.select_related("user", "organization", "custom_role").first()
    if membership is None or Permission.VIEW_PROJECTS not in project.permissions_of(Actor.member(membership)):
        return
    user = membership.user
    assert isinstance(user, User)  # noqa: S101 -- for the type checker
    await_answer(
        [user],
        kind=kind,
        target_id=service.pk,
        organization_id=project.organization_id,
        address=reverse("projects:service", args=[membership.organization.slug, project.slug, service.pk]),
        names={"service": service.name, "project": project.name, "verb": Verb(operation.verb).value, **names},
    )
