"""Actions on grants, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable

from projects.actions import grants as actions
from projects.models import Project
from tests.cast import Cast
from tests.projects.making import make_project


def to_mia(cast: Cast) -> Project:
    """A project that Theo granted Mia."""
    project = make_project(cast.acme)
    by = cast.theo.actor(cast.acme)
    actions.grant_person(project=project, membership=cast.mia.membership(cast.acme), level="view", by=by)
    return project


def to_members(cast: Cast) -> Project:
    """A project that he granted everybody with her role."""
    project = make_project(cast.acme)
    actions.grant_role(project=project, role="member", level="view", by=cast.theo.actor(cast.acme))
    return project


GRANTS: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "grant_person": ("grant.given", to_mia),
    "grant_role": ("grant.given", to_members),
    "revoke_person": (
        "grant.revoked",
        lambda c: actions.revoke_person(
            project=to_mia(c), membership=c.mia.membership(c.acme), by=c.theo.actor(c.acme)
        ),
    ),
    "revoke_role": (
        "grant.revoked",
        lambda c: actions.revoke_role(project=to_members(c), role="member", by=c.theo.actor(c.acme)),
    ),
}
