"""Who acts is looked at again once the lock is held: what somebody was when the request began does not count.

A request can wait for the lock while its sender is demoted or removed. No browser can be stopped at that point, so
these tests stand at the actions: the actor is taken first, then things change, then the actor acts.
"""

from collections.abc import Callable

import pytest

from audit.models import Event
from console.refusal import Refused
from organizations import actions
from organizations.actors import Actor
from organizations.models import Invitation, Membership
from tests.cast import Cast

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

ACTS: dict[str, Callable[[Cast, Actor], object]] = {
    "invites an admin": lambda cast, by: actions.invite_member(
        organization=cast.acme, email="new.face@example.com", role="admin", by=by
    ),
    "makes an admin": lambda cast, by: actions.change_role(
        membership=cast.mia.membership(cast.acme), role="admin", by=by
    ),
    "removes an admin": lambda cast, by: actions.remove_member(membership=second_admin(cast), by=by),
    "sends an admin's invitation again": lambda cast, by: actions.resend_invitation(
        invitation=Invitation.objects.get(), by=by
    ),
}


def second_admin(cast: Cast) -> Membership:
    Membership.objects.filter(organization=cast.acme, user=cast.theo.user).update(role="admin")
    return cast.theo.membership(cast.acme)


@pytest.fixture
def adam(cast: Cast) -> Actor:
    """Adam as he was when his request began: an admin. There is an invitation of an admin."""
    actions.invite_member(
        organization=cast.acme, email="old.face@example.com", role="admin", by=cast.olivia.actor(cast.acme)
    )
    return cast.adam.actor(cast.acme)


@pytest.mark.parametrize("act", ACTS)
def test_one_who_was_demoted_meanwhile_no_longer_does_it(cast: Cast, adam: Actor, act: str) -> None:
    Membership.objects.filter(organization=cast.acme, user=cast.adam.user).update(role="member")
    with pytest.raises(Refused) as refused:
        ACTS[act](cast, adam)
    assert refused.value.code == "permission"
    assert Event.objects.filter(outcome="denied", organization_id=cast.acme.pk).count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_one_who_was_removed_meanwhile_does_nothing(cast: Cast, adam: Actor, act: str) -> None:
    Membership.objects.filter(organization=cast.acme, user=cast.adam.user).delete()
    with pytest.raises(Refused) as refused:
        ACTS[act](cast, adam)
    assert refused.value.code == "gone"


def test_leaving_after_having_been_made_the_last_owner_is_refused(cast: Cast) -> None:
    """Theo's request to leave began when he was a tech; now he is the only owner."""
    membership, theo = cast.theo.membership(cast.acme), cast.theo.actor(cast.acme)
    cast.acme.memberships.filter(role="owner").update(role="member")
    cast.acme.memberships.filter(pk=membership.pk).update(role="owner")
    with pytest.raises(Refused) as refused:
        actions.leave_organization(membership=membership, by=theo)
    assert refused.value.code == "last-founder"
