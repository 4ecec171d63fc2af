"""``manage.py change_policy``: what was granted to roles is granted to those that they become."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from organizations.policies import POLICIES
from projects.levels import Level
from projects.models import Project, RoleGroup
from projects.models.grant import role_levels, set_role_level
from tests.cast import Cast
from tests.projects.making import make_project

pytestmark = pytest.mark.django_db


def change(to: str, *mapping: str) -> str:
    said = StringIO()
    call_command("change_policy", to, "--map", *mapping, stdout=said)
    return said.getvalue()


def grant(project: Project, **levels: str) -> None:
    for role, level in levels.items():
        set_role_level(project, POLICIES["default"].role(role), Level(level))


def levels(project: Project) -> dict[str, str]:
    return {role: level.value for role, level in role_levels(project).items()}


@pytest.mark.embedded
def test_of_two_roles_that_become_one_the_higher_level_counts(cast: Cast) -> None:
    one, two, theirs = make_project(cast.acme, "one"), make_project(cast.acme, "two"), make_project(cast.rival)
    grant(one, tech="view", member="manage", admin="view")
    grant(two, billing="operate", member="view")
    grant(theirs, tech="operate")
    said = change("ovhcloud", "admin=admin", "billing=member", "tech=member", "member=member")
    assert "tech → member" in said
    assert levels(one) == {"member": "manage", "admin": "view"}
    assert levels(two) == {"member": "operate"}
    assert levels(theirs) == {"member": "operate"}


def test_two_roles_can_change_places(cast: Cast) -> None:
    """An Admin of `default` becomes a Tech of `exoscale`, and the other way round."""
    project = make_project(cast.acme)
    grant(project, tech="view", admin="manage")
    change("exoscale", "admin=tech", "tech=admin", "billing=admin", "member=admin")
    assert levels(project) == {"admin": "view", "tech": "manage"}


def test_a_role_that_only_a_grant_names_must_be_mapped_too(cast: Cast) -> None:
    cast.acme.memberships.filter(role="tech").delete()
    grant(make_project(cast.acme), tech="view")
    with pytest.raises(CommandError, match="mapped to none: tech"):
        change("ovhcloud", "admin=admin", "billing=member", "member=member")
    RoleGroup.objects.get().delete()
    change("ovhcloud", "admin=admin", "billing=member", "member=member")
