"""Attacks 25 and 26 on every form below an organization's address, whichever there are: none reaches beyond it."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from organizations.models import CustomRole, Domain, Invitation, Membership, Organization
from tests.access.walk import furnish, ids_of, visits
from tests.cast import Cast, make_team
from tests.reading import body

pytestmark = pytest.mark.django_db

# Columns that no form has, and those that some have, for another organization and for other people.
FORGED = {
    "organization": "{rival}", "organization_id": "{rival}", "user": "{mia}", "user_id": "{mia}", "person": "{mia}",
    "member": "{rita}", "membership": "{rita}", "custom_role": "{role}", "replacement": "{role}", "role": "{role}",
    "kind": "personal", "status": "closed", "suspended_for": "staff", "state": "accepted", "nonce": "9", "rank": "0",
    "is_staff": "on", "is_superuser": "on", "is_active": "", "is_founder": "on", "balance": "1000000", "id": "{rival}",
    "pk": "{rival}", "slug": "rival", "name": "Rival", "acknowledged": "on", "permissions": "close_organization",
    "invited_by": "{mia}", "ends_at": "2099-01-01", "expires_at": "2099-01-01", "created_at": "2001-01-01",
}  # fmt: skip


def forms(cast: Cast, client: Client) -> list[str]:
    """Every address of Acme that takes a form from this browser."""
    posts = [visit for visit in visits("acme", ids_of(cast.acme)) if visit.method == "POST"]
    return [visit.path for visit in posts if visit.by(client).status_code in {200, 302}]


def everything_of(organization: Organization) -> list[Any]:
    """What others might change in an organization, as the database has it."""
    rows = [Organization.objects.filter(pk=organization.pk)]
    models: tuple[Any, ...] = (Membership, Invitation, CustomRole, Domain)
    return [list(found.values()) for found in [*rows, *(m.objects.filter(organization=organization) for m in models)]]


def everybodys_power() -> list[Any]:
    """What nobody gets from a form of an organization."""
    return list(User.objects.order_by("pk").values("pk", "email", "is_staff", "is_superuser", "is_active"))


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    for organization, owner in ((cast.acme, cast.olivia), (cast.rival, cast.rita)):
        furnish(organization, owner, cast.sam)
    return cast


def test_25_send_each_form_of_one_organization_from_a_tab_in_which_another_is_open(furnished: Cast) -> None:
    client = furnished.olivia.client
    vega = make_team("Vega", furnished.olivia)
    paths = forms(furnished, client)
    assert len(paths) > 20
    for path in paths:
        assert "Vega" in body(client.get("/o/vega/"))
        # Looking at a page notes when somebody was last active there.
        before = everything_of(vega)
        with transaction.atomic():
            client.post(path, {"name": "Taken", "email": "taken@example.com", "role": "member"})
            assert everything_of(vega) == before, path
            transaction.set_rollback(True)


def test_26_send_every_form_what_it_does_not_have(furnished: Cast) -> None:
    client = furnished.olivia.client
    ids = {
        "rival": furnished.rival.pk,
        "mia": furnished.mia.user.pk,
        "rita": furnished.rita.membership(furnished.rival).pk,
        "role": CustomRole.objects.get(organization=furnished.rival).pk,
    }
    forged = {name: value.format(**ids) for name, value in FORGED.items()}
    before, power = everything_of(furnished.rival), everybodys_power()
    for path in forms(furnished, client):
        with transaction.atomic():
            assert client.post(path, forged).status_code in {200, 302, 404}, path
            assert everything_of(furnished.rival) == before, path
            assert everybodys_power() == power, path
            acme = Organization.objects.get(pk=furnished.acme.pk)
            assert (acme.kind, acme.status, acme.suspended_for) == ("team", "active", ""), path
            # Nobody of Acme has a role of Rival's, or Rival's people.
            assert not acme.memberships.filter(custom_role=ids["role"]).exists(), path
            assert not acme.memberships.filter(user=furnished.rita.user).exists(), path
            transaction.set_rollback(True)
