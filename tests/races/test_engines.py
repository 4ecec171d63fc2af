"""An engine is removed at the instant that a project begins to keep its data there: one order, and the others hear."""

from functools import partial

import pytest

from infrastructure.actions.engines import remove_engine
from infrastructure.actions.project_engines import link_engine
from infrastructure.models import ProjectEngine, StorageEngine
from tests.cast import Cast
from tests.infrastructure.making import make_engine
from tests.projects.making import make_project
from tests.races.test_members import answer
from tests.races.together import statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_an_engine_is_removed_or_a_project_keeps_its_data_in_it_never_both(cast: Cast) -> None:
    project, engine = make_project(cast.acme), make_engine(cast.acme)
    by, of_another = cast.adam.actor(cast.acme), cast.theo.actor(cast.acme)
    acts = (
        partial(remove_engine, engine=engine, by=by),
        partial(link_engine, project=project, engine=engine, by=of_another),
        partial(remove_engine, engine=engine, by=of_another),
    )
    assert statuses(together(*(partial(answer, act) for act in acts))) == [200, 409, 409]
    kept = StorageEngine.objects.filter(pk=engine.pk).exists()
    assert ProjectEngine.objects.filter(project=project).exists() is kept
