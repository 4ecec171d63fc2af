"""The roles of the default policy, against what PRODUCT.md says, typed by hand."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from organizations import policies, roles
from organizations.actors import Actor
from organizations.checks import context_patterns
from organizations.roles import Permission
from tests.access.table import PEOPLE, ROLES, WITHHELD
from tests.cast import Cast

pytestmark = pytest.mark.embedded


def test_each_role_holds_what_the_product_says() -> None:
    found = {role.key: {str(p) for p in role.permissions} for role in policies.DEFAULT.roles}
    assert found == ROLES
    assert [role.label for role in policies.DEFAULT.roles] == ["Owner", "Admin", "Billing", "Tech", "Member"]


def test_every_permission_has_a_label_and_a_holder() -> None:
    assert set(roles.LABELS) == set(Permission)
    assert {str(p) for p in Permission} == ROLES["owner"]


def test_the_founder_is_an_owner_and_nobody_else_is() -> None:
    assert policies.DEFAULT.founder.key == "owner"


def test_the_rest_of_the_default_policy() -> None:
    policy = policies.DEFAULT
    assert (policy.landing, policy.may_lower_own_role, policy.invitations_per_day) == ("last", True, 50)
    assert policy.invitation_lifetime.days == 7


def test_a_suspension_withholds_what_the_product_says() -> None:
    assert {reason: {str(p) for p in withheld} for reason, withheld in roles.WITHHELD.items()} == WITHHELD


def test_a_personal_account_has_none_of_what_is_about_people() -> None:
    assert {str(p) for p in roles.PEOPLE} == PEOPLE


@pytest.mark.parametrize(
    ("giver", "gives"),
    [
        ("owner", ["owner", "admin", "billing", "tech", "member"]),
        ("admin", ["admin", "billing", "tech", "member"]),
        ("billing", ["billing", "member"]),
        ("tech", ["tech", "member"]),
        ("member", ["member"]),
    ],
)
def test_nobody_gives_what_they_do_not_hold(cast: Cast, giver: str, gives: list[str]) -> None:
    actor = cast.roles[giver].actor(cast.acme)
    assert [role.key for role in actor.assignable_roles(cast.acme)] == gives


def test_whoever_is_in_no_organization_may_do_nothing(cast: Cast) -> None:
    assert cast.sam.actor().permissions == frozenset()
    assert not any(cast.sam.actor().can(permission) for permission in Permission)


def test_staff_and_the_system_are_bound_by_the_data_only(cast: Cast) -> None:
    assert all(Actor.system().can(permission) for permission in Permission)
    assert all(Actor.staff(cast.sam.user).can(permission) for permission in Permission)


@pytest.mark.django_db
def test_an_unknown_policy_stops_the_start(settings: Settings) -> None:
    settings.CONSOLE_POLICY = "anarchy"
    with pytest.raises(ImproperlyConfigured, match="it may be: default"):
        policies.current()
    with pytest.raises(SystemCheckError, match=r"organizations\.E001"):
        call_command("check")


@pytest.mark.django_db
def test_a_view_that_declares_no_permission_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    _route, pattern = next(iter(context_patterns()))
    monkeypatch.setattr(pattern, "callback", lambda request: None)
    with pytest.raises(SystemCheckError, match=r"o/<slug:slug>/ declares no permission"):
        call_command("check")
