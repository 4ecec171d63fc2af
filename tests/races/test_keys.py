"""One key, rotated or revoked by two at the same instant; keys made at the limit."""

from functools import partial

import pytest

from audit.models import Event
from organizations import actions
from organizations.models import ApiKey
from tests.cast import Cast
from tests.races.test_members import answer
from tests.races.together import statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 3


def test_of_two_who_rotate_the_secret_that_they_see_one_does(cast: Cast) -> None:
    by = cast.mia.actor(cast.acme)
    key = actions.create_key(organization=cast.acme, name="Script", by=by).key
    for _round in range(ROUNDS):
        key.refresh_from_db()
        rotate = partial(actions.rotate_secret, key=key, overlap_hours=24, seen=key.version, by=by)
        assert statuses(together(lambda: answer(rotate), lambda: answer(rotate))) == [200, 409]  # noqa: B023 -- called at once
    assert Event.objects.filter(action="api_key.rotated", outcome="done").count() == ROUNDS


def test_a_key_that_is_used_up_by_two_at_once_is_made_once(cast: Cast) -> None:
    by, membership = cast.mia.actor(cast.acme), cast.mia.membership(cast.acme)
    ApiKey.objects.bulk_create(
        ApiKey(organization=cast.acme, membership=membership, kind="named", name=f"Key {n}") for n in range(49)
    )
    make = partial(actions.create_key, organization=cast.acme, name="Last", by=by)
    assert statuses(together(lambda: answer(make), lambda: answer(make))) == [200, 409]


def test_the_last_service_key_that_a_plan_allows_is_made_once(cast: Cast) -> None:
    cast.acme.allowances.create(name="keys_per_organization", amount=1, source="plan")
    make = partial(actions.create_service_key, organization=cast.acme, name="Last", by=cast.adam.actor(cast.acme))
    assert statuses(together(lambda: answer(make), lambda: answer(make))) == [200, 409]


def test_a_pair_that_two_revoke_at_once_is_followed_by_one(cast: Cast) -> None:
    by = cast.mia.actor(cast.acme)
    pair = cast.mia.membership(cast.acme).api_keys.get()
    revoke = partial(actions.revoke_key, key=pair, by=by)
    assert statuses(together(lambda: answer(revoke), lambda: answer(revoke))) == [200, 409]
    assert cast.mia.membership(cast.acme).api_keys.filter(revoked_at=None).count() == 1
