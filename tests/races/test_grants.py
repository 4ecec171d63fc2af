"""One grant, changed by two at the same instant, or given while the membership ends: one order, and both are told."""

from functools import partial

import pytest

from organizations.actions import remove_member
from projects.actions.grants import grant_person, grant_role
from projects.models import PersonGrant, RoleGrant, RoleGroup
from tests.cast import Cast
from tests.projects.making import make_project
from tests.races.test_members import answer, newcomer
from tests.races.together import statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 3


def test_of_two_who_grant_over_the_same_former_level_the_second_is_told(cast: Cast) -> None:
    """Also where it is a role's first grant anywhere, which makes the group that stands for it."""
    olivia, adam = cast.olivia.actor(cast.acme), cast.adam.actor(cast.acme)
    for number in range(ROUNDS):
        project = make_project(cast.acme, f"project-{number}")
        give = partial(grant_person, project=project, membership=newcomer(cast), was="")
        to_role = partial(grant_role, project=project, role="tech", was="")
        RoleGroup.objects.all().delete()
        for grant in (give, to_role):
            answers = together(
                partial(answer, partial(grant, level="view", by=olivia)),
                partial(answer, partial(grant, level="manage", by=adam)),
            )
            assert statuses(answers) == [200, 409]
    assert PersonGrant.objects.count() == ROUNDS
    assert RoleGrant.objects.count() == 1


def test_nobody_keeps_a_grant_who_is_removed_while_it_is_given(cast: Cast) -> None:
    olivia, adam = cast.olivia.actor(cast.acme), cast.adam.actor(cast.acme)
    project = make_project(cast.acme)
    for _round in range(ROUNDS):
        member = newcomer(cast)
        answers = together(
            partial(answer, partial(grant_person, project=project, membership=member, level="view", by=olivia)),
            partial(answer, partial(remove_member, membership=member, by=adam)),
        )
        # Who came second found no member; the removal is never refused.
        assert answers[1].status_code == 200
        assert not PersonGrant.objects.exists()
