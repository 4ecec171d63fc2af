"""Domains and roles that were there before domains were proven by records go through the migrations. `--long`."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from organizations.models import CustomRole, Domain

pytestmark = [pytest.mark.postgresql, pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_each_domain_gets_a_token_of_its_own_and_roles_keep_what_they_could_do() -> None:
    call_command("migrate", "organizations", "0008", verbosity=0)
    try:
        old = MigrationExecutor(connection).loader.project_state([("organizations", "0008_allowances")]).apps
        acme = old.get_model("organizations", "Organization").objects.create(name="Acme", slug="acme")
        for name in ("example.com", "example.org"):
            old.get_model("organizations", "Domain").objects.create(organization=acme, name=name, role="member")
        for name, held in (
            ("Keeper", ["manage_infrastructure"]),
            ("Wirer", ["connect_servers"]),
            ("Reader", ["view_members"]),
        ):
            old.get_model("organizations", "CustomRole").objects.create(organization=acme, name=name, permissions=held)
    finally:
        call_command("migrate", verbosity=0)
    tokens = set(Domain.objects.values_list("token", flat=True))
    assert len(tokens) == 2
    assert {len(token) for token in tokens} == {43}
    assert {role.name: set(role.permissions) for role in CustomRole.objects.all()} == {
        "Keeper": {"manage_infrastructure", "add_infrastructure", "view_infrastructure"},
        "Wirer": {"connect_servers", "view_infrastructure"},
        "Reader": {"view_members"},
    }
