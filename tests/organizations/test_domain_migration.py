"""What was there before domains were proven by records: each gets a token of its own, and roles keep what they did."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from organizations.models import CustomRole, Domain
from organizations.roles import Permission
from tests.cast import Cast
from tests.organizations.asking import verified_domain

pytestmark = pytest.mark.django_db

MIGRATION = import_module("organizations.migrations.0010_domain_tokens")
EDITOR = SimpleNamespace(connection=connection)


def test_each_domain_gets_a_token_of_its_own(cast: Cast) -> None:
    for name in ("example.com", "example.org"):
        verified_domain(cast.acme, name)
    Domain.objects.update(token="one for all that were there")
    MIGRATION.give_tokens(apps, EDITOR)
    tokens = set(Domain.objects.values_list("token", flat=True))
    assert (len(tokens), {len(token) for token in tokens}) == (2, {43})


def test_whoever_managed_infrastructure_sees_and_adds_it_too(cast: Cast) -> None:
    former = {
        "Keeper": Permission.MANAGE_INFRASTRUCTURE,
        "Wirer": Permission.CONNECT_SERVERS,
        "Reader": Permission.VIEW_MEMBERS,
    }
    for name, permission in former.items():
        CustomRole.objects.create(organization=cast.acme, name=name, permissions={permission})
    MIGRATION.split_permission(apps, EDITOR)
    assert {role.name: set(role.permissions) for role in CustomRole.objects.all()} == {
        "Keeper": {"manage_infrastructure", "add_infrastructure", "view_infrastructure"},
        "Wirer": {"connect_servers", "view_infrastructure"},
        "Reader": {"view_members"},
    }
