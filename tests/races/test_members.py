"""One membership, or one card of settings, changed by two at the same instant: one wins, the other is told."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from django.http import HttpResponse
from django.utils import timezone

from audit.models import Event
from console.refusal import Refused
from console.versions import marks_of
from organizations import actions
from organizations.models import Membership, Organization
from tests.cast import Cast, make_person
from tests.races.together import statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 5
ROUNDS_WITHOUT_LOCK = 40

numbers = count(1)


def answer(act: Callable[[], object]) -> HttpResponse:
    """What whoever acts is told: done, or refused with a sentence; anything else fails the test."""
    try:
        act()
    except Refused:
        return HttpResponse(status=409)
    return HttpResponse()


def newcomer(cast: Cast, **fields: object) -> Membership:
    """Somebody new in Acme, as a member."""
    user = make_person(f"new.comer.{next(numbers)}@example.com").user
    membership = Membership.build(organization=cast.acme, user=user, role="member", **fields)
    membership.save()
    return membership


def give_two_roles(cast: Cast) -> list[int]:
    """Two who see a member give them another role at once, each a different one."""
    membership = newcomer(cast)
    change = partial(actions.change_role, membership=membership, was="member")
    olivia, adam = cast.olivia.actor(cast.acme), cast.adam.actor(cast.acme)
    return statuses(
        together(
            lambda: answer(lambda: change(role="tech", by=olivia)),
            lambda: answer(lambda: change(role="billing", by=adam)),
        )
    )


def test_of_two_who_give_a_role_over_the_same_former_one_the_second_is_told(cast: Cast) -> None:
    for _round in range(ROUNDS):
        assert give_two_roles(cast) == [200, 409]
    changes = Event.objects.filter(action="membership.role_changed")
    assert changes.filter(outcome="done").count() == ROUNDS
    refused = changes.filter(outcome="denied").values_list("after__code", flat=True)
    assert set(refused) == {"changed-meanwhile"}


@pytest.mark.long
@pytest.mark.usefixtures("without_lock")
def test_without_the_lock_the_second_undoes_the_first_unseen(cast: Cast) -> None:
    """The proof that the test above can fail."""
    assert any(give_two_roles(cast) == [200, 200] for _round in range(ROUNDS_WITHOUT_LOCK))


def rename_twice(cast: Cast) -> list[int]:
    """Two who opened the same card of settings save it at once."""
    acme = Organization.objects.get(pk=cast.acme.pk)
    seen = marks_of({"name": acme.name, "slug": acme.slug, "description": acme.description})
    rename = partial(actions.edit_organization, organization=acme, slug=acme.slug, description="", seen=seen)
    olivia, adam, number = cast.olivia.actor(acme), cast.adam.actor(acme), next(numbers)
    return statuses(
        together(
            lambda: answer(lambda: rename(name=f"Left {number}", by=olivia)),
            lambda: answer(lambda: rename(name=f"Right {number}", by=adam)),
        )
    )


def test_of_two_who_save_the_same_settings_the_second_is_told(cast: Cast) -> None:
    for _round in range(ROUNDS):
        assert rename_twice(cast) == [200, 409]


@pytest.mark.long
@pytest.mark.usefixtures("without_lock")
def test_without_the_lock_settings_are_undone_unseen(cast: Cast) -> None:
    """The proof that the test above can fail."""
    assert any(rename_twice(cast) == [200, 200] for _round in range(ROUNDS_WITHOUT_LOCK))


def end_and_make_founder(cast: Cast) -> bool:
    """A membership is over in a moment, and somebody makes that member an owner; whether that was done."""
    membership = newcomer(cast, ends_at=timezone.now() + timedelta(hours=1))
    olivia = cast.olivia.actor(cast.acme)
    # What the worker finds to do when the hour is over, while the form was sent just before.
    Membership.objects.filter(pk=membership.pk).update(ends_at=timezone.now() + timedelta(milliseconds=30))
    answers = together(
        lambda: answer(lambda: actions.change_role(membership=membership, role="owner", by=olivia)),
        lambda: answer(actions.end_timed_memberships),
        lambda: answer(actions.end_timed_memberships),
    )
    assert 500 not in statuses(answers)
    made = answers[0].status_code == 200
    left = Membership.objects.filter(pk=membership.pk).values_list("role", "ends_at").first()
    # Made an owner, it has no end; over, it is nobody's to change: the next run takes it away.
    assert left == ("owner", None) if made else (left is None or left[0] == "member")
    return made


def test_a_membership_that_ends_while_its_member_becomes_an_owner_is_one_or_the_other(cast: Cast) -> None:
    for _round in range(ROUNDS * 2):
        end_and_make_founder(cast)
    ended = Event.objects.filter(action="membership.ended").values_list("target_id", flat=True)
    made = Event.objects.filter(action="membership.role_changed", outcome="done").values_list("target_id", flat=True)
    assert len(set(ended)) == len(ended)
    assert set(ended).isdisjoint(made)
