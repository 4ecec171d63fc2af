"""Whoever made a service key knows its secret: who manages hears of it when they manage them no more."""

from typing import Any

import pytest

from organizations.actions import (
    accept_transfer,
    change_role,
    create_role,
    create_service_key,
    delete_role,
    edit_role,
    leave_organization,
)
from organizations.models import CustomRole, Membership
from outbox.models import Mail
from tests.cast import Cast, Person, make_person
from tests.organizations.owning import offer

pytestmark = pytest.mark.django_db

KEEPING = ["manage_service_keys"]


def told() -> list[str]:
    """Who was told, since the last time that this was asked."""
    mails = Mail.objects.filter(kind="api-keys-left")
    people = sorted(mails.values_list("to", flat=True))
    mails.delete()
    return people


def makes_a_key(cast: Cast, person: Person) -> None:
    create_service_key(organization=cast.acme, name="Deployment", by=person.actor(cast.acme))


def keeper(cast: Cast, email: str, role: CustomRole) -> Person:
    """Somebody with this role who has made a service key."""
    person = make_person(email)
    Membership.build(organization=cast.acme, user=person.user, role="custom", custom_role=role).save()
    makes_a_key(cast, person)
    return person


def test_a_lower_role_is_told_once(cast: Cast) -> None:
    makes_a_key(cast, cast.adam)
    by: Any = cast.olivia.actor(cast.acme)
    change_role(membership=cast.adam.membership(cast.acme), role="member", by=by)
    mail = Mail.objects.get(kind="api-keys-left")
    assert mail.to == "olivia.owner@example.com"
    assert mail.subject == "Adam Admin no longer manages the service keys of Acme, and has made some"
    assert "1 service key that Adam Admin has made goes on" in " ".join(mail.text.split())
    told()
    # What they no longer had is not lost again, nor is it anybody's who has made none.
    change_role(membership=cast.adam.membership(cast.acme), role="tech", by=by)
    change_role(membership=cast.mia.membership(cast.acme), role="admin", by=by)
    change_role(membership=cast.mia.membership(cast.acme), role="member", by=by)
    assert told() == []
    leave_organization(membership=cast.adam.membership(cast.acme), by=cast.adam.actor(cast.acme))
    assert told() == ["olivia.owner@example.com"]


def test_a_custom_role_that_is_narrowed_or_deleted_is_a_lower_one(cast: Cast) -> None:
    by: Any = cast.olivia.actor(cast.acme)
    narrowed = create_role(organization=cast.acme, name="Keys", permissions=KEEPING, by=by)
    deleted = create_role(organization=cast.acme, name="More keys", permissions=KEEPING, by=by)
    keeper(cast, "kim.keeper@example.com", narrowed)
    keeper(cast, "lee.locker@example.com", deleted)
    edit_role(role=narrowed, name="Keepers", permissions=[*KEEPING, "pay"], by=by)
    assert told() == []
    edit_role(role=narrowed, name="Keepers", permissions=["pay"], by=by)
    managing = ["adam.admin@example.com", "olivia.owner@example.com"]
    assert told() == sorted([*managing, "lee.locker@example.com"])
    delete_role(role=deleted, replacement="member", by=by)
    assert told() == managing


def test_who_gives_the_organization_away_is_left_with_a_lower_one(cast: Cast) -> None:
    makes_a_key(cast, cast.olivia)
    accept_transfer(transfer=offer(cast, role="member"), by=cast.adam.actor())
    assert told() == ["adam.admin@example.com"]
