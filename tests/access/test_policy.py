"""The roles and rules of each policy, against what PRODUCT.md and the seed texts say, typed by hand."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from organizations import policies, roles, suspension
from organizations.actors import Actor
from organizations.checks import context_patterns
from organizations.roles import Permission
from tests.access.table import FACTS, PEOPLE, POLICIES, ROLE_NAMES, ROLES, WITHHELD
from tests.cast import Cast


@pytest.mark.parametrize("policy", POLICIES)
def test_each_role_holds_what_the_product_and_the_texts_say(policy: str) -> None:
    roles_of_policy = policies.POLICIES[policy].roles
    found = {role.key: {str(p) for p in role.permissions} for role in roles_of_policy}
    assert found == POLICIES[policy]
    assert list(found) == list(POLICIES[policy])
    assert [str(role.label) for role in roles_of_policy] == ROLE_NAMES[policy]


@pytest.mark.parametrize("policy", POLICIES)
def test_the_rest_of_each_policy_is_what_the_product_says(policy: str) -> None:
    found = policies.POLICIES[policy]
    assert FACTS[policy] == (
        found.has_personal_accounts,
        found.organizations_per_user,
        found.landing,
        found.may_choose_landing,
        "suspended" if found.is_suspended_at_first else "active",
        found.has_directory,
        found.may_lower_own_role,
        found.recreates_customers,
    )
    assert (found.invitations_per_day, found.requests_per_person, found.requests_per_hour) == (50, 5, 20)
    assert (found.invitation_lifetime.days, found.transfer_lifetime.days) == (7, 7)


def test_there_are_no_other_policies() -> None:
    assert list(policies.POLICIES) == list(POLICIES) == list(FACTS)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_founder_alone_closes_and_transfers(policy: str) -> None:
    """So no other role covers the founder's, and nobody but a founder makes one."""
    founder, *others = policies.POLICIES[policy].roles
    assert founder.permissions == frozenset(Permission)
    assert all(not {"close_organization", "transfer_organization"} & role.permissions for role in others)


def test_every_permission_stands_in_one_group() -> None:
    grouped = [permission for _label, group in roles.GROUPS for permission in group]
    assert sorted(grouped) == sorted(Permission)


def test_every_permission_has_a_label_and_a_holder() -> None:
    assert set(roles.LABELS) == set(Permission)
    assert {str(p) for p in Permission} == ROLES["owner"]


def test_a_suspension_withholds_what_the_product_says() -> None:
    assert {reason: {str(p) for p in row.withholds} for reason, row in suspension.TABLE.items()} == WITHHELD


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
    _route, _name, pattern = next(iter(context_patterns()))
    monkeypatch.setattr(pattern, "callback", lambda request: None)
    with pytest.raises(SystemCheckError, match=r"o/<slug:slug>/ declares no permission"):
        call_command("check")
