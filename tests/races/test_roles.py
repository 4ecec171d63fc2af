"""Roles of an organization's own, made, changed, given and deleted at the same instant."""

from itertools import count

import pytest

from organizations.models import CustomRole, Membership
from organizations.roles import Permission
from tests.cast import Cast
from tests.races.together import browser, statuses, together
from tests.reading import error_at

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 4
ROLES = "/o/acme/settings/roles/"

numbers = count(1)


def make(cast: Cast) -> CustomRole:
    return CustomRole.objects.create(
        organization=cast.acme,
        name=f"Role {next(numbers)}",
        permissions={Permission.VIEW_ORGANIZATION, Permission.VIEW_MEMBERS},
    )


def test_one_of_two_gets_the_name(cast: Cast) -> None:
    for _ in range(ROUNDS):
        name = f"Auditor {next(numbers)}"
        one, other = browser(cast.olivia), browser(cast.adam)
        answers = together(
            lambda: one.post(f"{ROLES}new/", {"name": name}),  # noqa: B023 -- run in this round
            lambda: other.post(f"{ROLES}new/", {"name": name.upper()}),  # noqa: B023 -- run in this round
        )
        assert statuses(answers) == [200, 302]
        refused = next(answer for answer in answers if answer.status_code == 200)
        assert error_at(refused, "name") == "Another role has this name. Choose another one."


def test_of_two_who_change_a_role_one_is_told(cast: Cast) -> None:
    for _ in range(ROUNDS):
        role = make(cast)
        form = {"name": role.name, "version": role.version}
        one, other = browser(cast.olivia), browser(cast.adam)
        answers = together(
            lambda: one.post(f"{ROLES}{role.pk}/", {**form, "permissions": ["pay"]}),  # noqa: B023 -- run in this round
            lambda: other.post(f"{ROLES}{role.pk}/", {**form, "permissions": ["raise_tickets"]}),  # noqa: B023 -- run in this round
        )
        # The one is led to the list, the other back to what the role is now.
        assert sorted(answer.headers["Location"] for answer in answers) == [ROLES, f"{ROLES}{role.pk}/"]
        role.refresh_from_db()
        assert len(role.permissions & {Permission.PAY, Permission.RAISE_TICKETS}) == 1


def test_a_role_that_is_deleted_while_it_is_given_is_held_by_nobody(cast: Cast) -> None:
    mia = cast.mia.membership(cast.acme)
    for _ in range(ROUNDS):
        role = make(cast)
        one, other = browser(cast.olivia), browser(cast.adam)
        answers = together(
            lambda: one.post(f"{ROLES}{role.pk}/deletion/", {"replacement": "billing"}),  # noqa: B023 -- run in this round
            lambda: other.post(f"/o/acme/members/{mia.pk}/role/", {"role": str(role.pk)}),  # noqa: B023 -- run in this round
        )
        assert all(answer.status_code in {200, 302} for answer in answers)
        assert CustomRole.objects.filter(pk=role.pk).exists() == (
            Membership.objects.get(pk=mia.pk).custom_role_id == role.pk
        )


def test_of_two_who_delete_a_role_one_is_told(cast: Cast) -> None:
    for _ in range(ROUNDS):
        role = make(cast)
        one, other = browser(cast.olivia), browser(cast.adam)
        answers = together(
            lambda: one.post(f"{ROLES}{role.pk}/deletion/"),  # noqa: B023 -- run in this round
            lambda: other.post(f"{ROLES}{role.pk}/deletion/"),  # noqa: B023 -- run in this round
        )
        # The other is led back to the list, or came too late to find it.
        assert statuses(answers) in ([302, 302], [302, 404])
        assert not CustomRole.objects.filter(pk=role.pk).exists()
