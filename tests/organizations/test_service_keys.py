"""Service keys, what one key may do to another, and what staff and admins see and do of keys."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from console.refusal import Refused
from organizations.actions import (
    create_key,
    create_role,
    create_service_key,
    edit_key,
    end_closed_organizations,
    make_secret,
    remove_member,
    revoke_key,
    rotate_secret,
    suspend_organization,
)
from organizations.actors import Actor
from organizations.models import ApiKey, CustomRole, Membership
from outbox.models import Mail
from tests.cast import Cast, Person, make_person
from tests.organizations.keys import PAGE, fill_in, pair_of, shows_secret
from tests.organizations.owning import close
from tests.reading import body, words

pytestmark = pytest.mark.django_db


def service_key(cast: Cast, by: Person, *permissions: str) -> ApiKey:
    made = create_service_key(
        organization=cast.acme, name="Deployment", permissions=permissions, by=by.actor(cast.acme)
    )
    return made.key


def refused(action: Callable[..., object], code: str, **arguments: object) -> None:
    with pytest.raises(Refused) as refusal:
        action(**arguments)
    assert refusal.value.code == code


def test_who_manages_makes_keys_of_the_organization_that_outlive_their_maker(cast: Cast) -> None:
    assert shows_secret(fill_in(cast.adam, below="service/new/", name="Deployment", permissions=["manage_projects"]))
    key = ApiKey.objects.get(kind="service")
    assert (key.membership, key.created_by) == (None, cast.adam.user)
    assert "Deployment" in words(cast.olivia.client.get(PAGE))
    assert "Deployment" not in words(cast.theo.client.get(PAGE))
    remove_member(membership=cast.adam.membership(cast.acme), by=cast.olivia.actor(cast.acme))
    after = ApiKey.objects.get(pk=key.pk)
    assert (after.secret, after.revoked_at) == (key.secret, None)
    assert after.may == {"manage_projects", "view_organization", "view_projects"}
    mail = Mail.objects.get(kind="api-keys-left")
    assert mail.to == "olivia.owner@example.com"
    assert "Adam Admin has made goes on" in " ".join(mail.text.split())
    assert key.access_id not in mail.text


def test_who_cannot_sign_in_is_not_told_of_service_keys(cast: Cast) -> None:
    service_key(cast, cast.adam)
    deputy = make_person("dora.deputy@example.com")
    Membership.build(organization=cast.acme, user=deputy.user, role="admin").save()
    User.objects.filter(pk=deputy.user.pk).update(is_active=False)
    remove_member(membership=cast.adam.membership(cast.acme), by=cast.olivia.actor(cast.acme))
    assert set(Mail.objects.filter(kind="api-keys-left").values_list("to", flat=True)) == {"olivia.owner@example.com"}


def test_with_their_organization_they_end(cast: Cast) -> None:
    key = service_key(cast, cast.olivia)
    close(cast.acme, cast.olivia)
    assert ApiKey.objects.get(pk=key.pk).secret
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        end_closed_organizations()
    after = ApiKey.objects.get(pk=key.pk)
    assert after.secret == ""
    assert after.revoked_at
    assert not Mail.objects.filter(kind="api-keys-left").exists()


def test_nobody_reads_a_stronger_secret_out_of_a_service_key(cast: Cast) -> None:
    """Somebody who manages keys and nothing else rotates, changes and makes no key that does more than they may."""
    role = create_role(
        organization=cast.acme, name="Keys", permissions=["manage_service_keys"], by=cast.olivia.actor(cast.acme)
    )
    keeper = make_person("kim.keeper@example.com")
    Membership.build(organization=cast.acme, user=keeper.user, role="custom", custom_role=role).save()
    key, before = service_key(cast, cast.olivia, "pay"), ApiKey.objects.values_list("secret").get(kind="service")
    by = keeper.actor(cast.acme)
    refused(rotate_secret, "above-own-role", key=key, by=by)
    changes: dict[str, Any] = {"name": "Mine", "permissions": [], "expires_on": None, "networks": []}
    refused(edit_key, "above-own-role", key=key, **changes, by=by)
    refused(create_service_key, "above-own-role", organization=cast.acme, name="x", permissions=["pay"], by=by)
    assert "This key may do more than you" in words(
        keeper.client.post(f"{PAGE}{key.pk}/rotation/", {"overlap_hours": "0"}, follow=True)
    )
    assert ApiKey.objects.values_list("secret").get(kind="service") == before
    # What got out, they stop.
    assert revoke_key(key=key, by=by).revoked_at


def test_a_key_makes_no_key_wider_than_itself(cast: Cast) -> None:
    """Not in what it may do, nor from where, nor for how long; neither does it reach the pair of its holder."""
    today = timezone.localdate()
    narrow = create_key(
        organization=cast.acme,
        name="Narrow",
        permissions=["view_members"],
        networks=["192.0.2.0/24"],
        expires_on=today,
        by=cast.olivia.actor(cast.acme),
    ).key
    by = Actor.program(narrow)
    fits: dict[str, Any] = {
        "organization": cast.acme,
        "name": "New",
        "networks": ["192.0.2.7"],
        "expires_on": today,
        "by": by,
    }
    refused(create_key, "above-own-role", **{**fits, "permissions": ["pay"]})
    refused(create_key, "above-own-key", **{**fits, "networks": []})
    refused(create_key, "above-own-key", **{**fits, "networks": ["192.0.0.0/16"]})
    refused(create_key, "above-own-key", **{**fits, "expires_on": None})
    refused(create_service_key, "permission", **fits)
    refused(make_secret, "above-own-role", key=pair_of(cast.olivia, cast.acme), by=by)
    refused(revoke_key, "above-own-role", key=pair_of(cast.olivia, cast.acme), by=by)
    longer = {"name": "Narrow", "permissions": [], "expires_on": None, "networks": ["192.0.2.0/24"]}
    refused(edit_key, "above-own-key", key=narrow, **longer, by=by)
    assert create_key(**fits).key.may == {"view_organization"}
    # It may be given another secret: programs rotate their own.
    assert rotate_secret(key=narrow, by=by).secret


def test_a_service_key_acts_for_nobody(cast: Cast) -> None:
    by = Actor.program(service_key(cast, cast.olivia, "manage_service_keys", "view_projects"))
    refused(create_key, "no-member", organization=cast.acme, name="Mine", by=by)
    made = create_service_key(organization=cast.acme, name="Next", permissions=["view_projects"], by=by).key
    assert made.created_by is None
    refused(revoke_key, "above-own-role", key=pair_of(cast.adam, cast.acme), by=by)


def test_while_staff_have_suspended_it_service_keys_are_rotated_and_revoked_only(cast: Cast) -> None:
    key = service_key(cast, cast.adam, "manage_projects", "view_projects")
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    assert cast.adam.client.get(f"{PAGE}service/new/").status_code == 403
    changed = cast.adam.client.post(f"{PAGE}{key.pk}/", {"name": "Other", "networks": "", "expires_on": ""})
    assert "can only be rotated and revoked" in words(changed)
    assert shows_secret(cast.adam.client.post(f"{PAGE}{key.pk}/rotation/", {"overlap_hours": "1"}))
    cast.adam.client.post(f"{PAGE}{key.pk}/revocation/")
    assert "Deployment Revoked" in words(cast.adam.client.get(f"{PAGE}?revoked"))


def test_an_admin_revokes_a_members_key_and_not_an_owners(cast: Cast) -> None:
    theirs = create_key(organization=cast.acme, name="Script", by=cast.mia.actor(cast.acme)).key
    owners = create_key(organization=cast.acme, name="Script", by=cast.olivia.actor(cast.acme)).key
    refused(revoke_key, "above-own-role", key=owners, by=cast.adam.actor(cast.acme))
    refused(revoke_key, "not-own", key=theirs, by=cast.theo.actor(cast.acme))
    refused(revoke_key, "permission", key=theirs, by=cast.rita.actor(cast.rival))
    assert revoke_key(key=theirs, by=cast.adam.actor(cast.acme)).revoked_at


def test_a_changed_role_narrows_keys_at_once(cast: Cast) -> None:
    role = create_role(organization=cast.acme, name="Pay", permissions=["pay"], by=cast.olivia.actor(cast.acme))
    payer = make_person("pia.payer@example.com")
    Membership.build(organization=cast.acme, user=payer.user, role="custom", custom_role=role).save()
    key = create_key(organization=cast.acme, name="Pay", permissions=["pay"], by=payer.actor(cast.acme)).key
    assert "pay" in ApiKey.objects.get(pk=key.pk).may
    CustomRole.objects.filter(pk=role.pk).update(permissions={"view_organization"})
    assert ApiKey.objects.get(pk=key.pk).may == {"view_organization"}


def test_the_access_review_says_who_has_keys(cast: Cast) -> None:
    create_key(organization=cast.acme, name="Script", by=cast.mia.actor(cast.acme))
    ApiKey.objects.filter(name="Script").update(last_used_at=timezone.now().replace(2026, 3, 5))
    page = cast.adam.client.get("/o/acme/members/review/")
    assert "API keys" in words(page)
    assert '>1</td><td class="number wide">5 March 2026</td>' in body(page)


def test_staff_find_a_key_and_revoke_it_with_a_reason(cast: Cast) -> None:
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    key = service_key(cast, cast.adam)
    listed = stella.client.get("/admin/organizations/apikey/", {"q": key.access_id})
    assert key.access_id in body(listed)
    shown = stella.client.get(f"/admin/organizations/apikey/{key.pk}/change/")
    assert shown.status_code == 200
    assert ApiKey.objects.get(pk=key.pk).secret not in body(listed) + body(shown)
    press = {"action": "revoke", "_selected_action": str(key.pk)}
    stella.client.post("/admin/organizations/apikey/", press)
    assert ApiKey.objects.get(pk=key.pk).revoked_at is None
    stella.client.post("/admin/organizations/apikey/", {**press, "reason": "Found in a public repository"})
    assert ApiKey.objects.get(pk=key.pk).revoked_at
    event = Event.objects.get(action="api_key.revoked", outcome="done")
    assert (event.actor_kind, event.organization_id) == ("staff", cast.acme.pk)
    assert event.detail.texts["reason"] == ["", "Found in a public repository"]
