"""What somebody may do in a project, against tables typed by hand: role, visibility, grants, suspension, key."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import get_group_perms, get_user_perms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organizations import policies
from organizations.actors import Actor
from organizations.models import ApiKey, Membership
from organizations.roles import EVERYTHING
from projects.levels import Level
from projects.models import PersonGrant, Project, RoleGrant, RoleGroup
from projects.models.grant import granted_numbers, set_person_level, set_role_level
from projects.models.project import Visibility
from tests.access.project_table import ALL, LEVELS, RESTRICTED, VIEW, VISIBLE, WITHHELD
from tests.access.table import ROLES
from tests.cast import Cast
from tests.projects.making import make_project

pytestmark = pytest.mark.django_db

# What a key says itself that it may do, in projects.
KEYS: dict[str, set[str] | None] = {
    "none": None,
    "first pair": None,
    "looks": {"view_organization", VIEW},
    "starts": {"view_organization", VIEW, "start_services"},
    "manages people": {"view_organization", "view_members"},
    "all": ROLES["admin"],
}


def expected(*, role: str, visibility: str, levels: list[str], suspended: bool, key: str) -> set[str]:
    """What may be done: the role's and the grants' together, less what is withheld and what the key leaves out."""
    held = set((VISIBLE if visibility == "organization" else RESTRICTED)[role])
    limits = KEYS[key]
    # A key that may not go into restricted projects by the role does not: what it says is all of it.
    if limits is not None and visibility == "restricted" and "manage_restricted_projects" not in limits:
        held = set()
    held = held.union(*(LEVELS[level] for level in levels))
    if suspended:
        held -= WITHHELD
    if limits is not None:
        held &= limits
    return held if VIEW in held else set()


@given(
    role=st.sampled_from(sorted(VISIBLE)),
    visibility=st.sampled_from(Visibility.values),
    by_name=st.sampled_from(["", *LEVELS]),
    through_role=st.sampled_from(["", *LEVELS]),
    suspended_for=st.sampled_from(["", "unfunded", "past_due", "staff"]),
    key=st.sampled_from(sorted(KEYS)),
)
@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_it_is_what_the_tables_say(
    cast: Cast, *, role: str, visibility: str, by_name: str, through_role: str, suspended_for: str, key: str
) -> None:
    """By the question of one project, and by that of a list."""
    project = Project.objects.filter(slug="website").first() or make_project(cast.acme, "website")
    Project.objects.filter(pk=project.pk).update(visibility=visibility)
    project.visibility = visibility
    membership = cast.roles[role].membership(cast.acme)
    membership.organization.suspended_for = suspended_for
    PersonGrant.objects.all().delete()
    RoleGrant.objects.all().delete()
    if by_name:
        set_person_level(project, membership.user_id, Level(by_name))
    if through_role:
        set_role_level(project, policies.current().role(role), Level(through_role))
    actor = acting(membership, key)
    found = {str(permission) for permission in project.permissions_of(actor)}
    levels = [level for level in (by_name, through_role) if level]
    assert found == expected(role=role, visibility=visibility, levels=levels, suspended=bool(suspended_for), key=key)
    assert Project.objects.visible_to(actor).filter(pk=project.pk).exists() == (VIEW in found)


def acting(membership: Membership, key: str) -> Actor:
    """The member, or a key of theirs."""
    if key == "none":
        return Actor.member(membership)
    kind = "pair" if key == "first pair" else "named"
    held = frozenset(permission for permission in EVERYTHING if str(permission) in (KEYS[key] or set()))
    return Actor.program(
        ApiKey(organization=membership.organization, membership=membership, kind=kind, permissions=held)
    )


def test_a_service_key_has_what_it_says_and_no_grants(cast: Cast) -> None:
    project = make_project(cast.acme)
    key = ApiKey(organization=cast.acme, kind="service", permissions=policies.DEFAULT.role("tech").permissions)
    held: set[str] = {str(one) for one in project.permissions_of(Actor.program(key))}
    assert held == ALL
    project.visibility = Visibility.RESTRICTED
    assert project.permissions_of(Actor.program(key)) == frozenset()
    elsewhere = ApiKey(organization=cast.rival, kind="service", permissions=key.permissions)
    project.visibility = Visibility.ORGANIZATION
    assert project.permissions_of(Actor.program(elsewhere)) == frozenset()


def queries(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def test_it_takes_no_query_where_the_role_says_all_and_one_where_grants_count(cast: Cast) -> None:
    project = make_project(cast.acme)
    set_person_level(project, cast.mia.user.pk, Level.OPERATE)
    actors = [cast.roles[role].actor(cast.acme) for role in ("owner", "tech", "member")]
    assert [queries(partial(project.permissions_of, actor)) for actor in actors] == [0, 0, 1]


@pytest.mark.embedded
def test_django_guardian_says_the_same(cast: Cast) -> None:
    """Our rows are its rows: whoever asks it through its own functions gets the same answer."""
    project = make_project(cast.acme)
    set_person_level(project, cast.mia.user.pk, Level.OPERATE)
    set_role_level(project, policies.current().role("member"), Level.VIEW)
    assert [str(codename) for codename in get_user_perms(cast.mia.user, project)] == ["grant_operate"]
    assert [str(codename) for codename in get_group_perms(RoleGroup.objects.get().group_ptr, project)] == ["grant_view"]


@pytest.mark.embedded
def test_granted_projects_are_counted_for_many_members_at_once(cast: Cast) -> None:
    ids: list[UUID] = [person.membership(cast.acme).pk for person in (cast.mia, cast.theo)]
    for slug in ("one", "two"):
        set_person_level(make_project(cast.acme, slug), cast.mia.user.pk, Level.VIEW)
    found: list[object] = []
    assert queries(lambda: found.append(granted_numbers(ids))) == 1
    assert found == [{ids[0]: 2}]
