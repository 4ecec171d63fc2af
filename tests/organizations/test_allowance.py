"""Limits: the day's allowance of invitation mails, which staff raise, and what plans and staff limit."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from organizations.actions import create_service_key, limits_in_use, set_allowance
from organizations.actions.log_retention import _days_of_organizations
from organizations.actors import Actor
from organizations.models import Allowance, ApiKey, AuditStream, CustomRole, Invitation, Organization
from outbox.models import Mail
from tests.api.keying import Program, problem, program_of
from tests.cast import Cast, make_person
from tests.organizations.inviting import NEW, invite
from tests.organizations.keys import fill_in
from tests.projects.making import make_project, make_service
from tests.reading import error_at, main_words, words

pytestmark = pytest.mark.django_db

FULL = "This organization may send 50 invitations in 24 hours, and has. Try again tomorrow."


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def adams(cast: Cast) -> Program:
    return program_of(cast.adam, cast.acme)


def sent(cast: Cast, count: int) -> None:
    """So many invitation mails have left in the last day."""
    Mail.objects.bulk_create(
        Mail(to=f"guest{n}@example.net", subject="An invitation", kind="invitation", organization_id=cast.acme.pk)
        for n in range(count)
    )


@pytest.mark.embedded
def test_the_fiftieth_is_sent_and_the_next_is_an_error_at_the_field(cast: Cast, clock: time_machine.Traveller) -> None:
    sent(cast, 49)
    invite(cast, "fiftieth@example.com")
    response = cast.olivia.client.post(NEW, {"email": "beyond@example.com", "role": "member"})
    assert error_at(response, "email") == FULL
    assert [i.email for i in Invitation.objects.all()] == ["fiftieth@example.com"]
    assert not Mail.objects.filter(to="beyond@example.com").exists()


def test_resending_counts_too(cast: Cast, clock: time_machine.Traveller) -> None:
    sent(cast, 48)
    invitation = invite(cast, "first@example.com")
    sending = f"/o/acme/members/invitations/{invitation.pk}/sending/"
    assert "is queued again" in words(cast.olivia.client.post(sending, follow=True))
    assert FULL in words(cast.olivia.client.post(sending, follow=True))
    assert Mail.objects.filter(to="first@example.com").count() == 2
    assert Invitation.objects.get().nonce == 2


def test_after_a_day_there_are_new_ones(cast: Cast, clock: time_machine.Traveller) -> None:
    sent(cast, 50)
    clock.shift(timedelta(hours=23, minutes=59))
    assert error_at(cast.olivia.client.post(NEW, {"email": "a@example.com", "role": "member"}), "email") == FULL
    clock.shift(timedelta(minutes=1))
    invite(cast, "a@example.com")


def test_other_organizations_and_other_mails_do_not_count(cast: Cast, clock: time_machine.Traveller) -> None:
    for number in range(60):
        Mail.objects.create(to=f"a{number}@example.net", kind="role-changed", organization_id=cast.acme.pk)
        Mail.objects.create(to=f"b{number}@example.net", kind="invitation", organization_id=cast.rival.pk)
    invite(cast, "new.face@example.com")


def test_removing_what_was_invited_does_not_give_it_back(cast: Cast, clock: time_machine.Traveller) -> None:
    """Invite, revoke, invite: the mails were sent all the same."""
    sent(cast, 49)
    invitation = invite(cast, "first@example.com")
    cast.olivia.client.post(f"/o/acme/members/invitations/{invitation.pk}/revocation/")
    assert error_at(cast.olivia.client.post(NEW, {"email": "b@example.com", "role": "member"}), "email") == FULL


@pytest.mark.parametrize(("amount", "possible"), [(51, True), (50, False), (3, False), (0, False)])
def test_staff_set_another_one(cast: Cast, clock: time_machine.Traveller, amount: int, possible: bool) -> None:  # noqa: FBT001 -- a column
    staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    page = f"/admin/organizations/organization/{cast.acme.pk}/change/"
    response = staff.post(
        page,
        {
            "allowances-TOTAL_FORMS": "1",
            "allowances-INITIAL_FORMS": "0",
            "allowances-0-name": "invitations_per_day",
            "allowances-0-amount": str(amount),
        },
    )
    assert response.status_code == 302
    assert Allowance.objects.get().amount == amount
    sent(cast, 50)
    response = cast.olivia.client.post(NEW, {"email": "fifty.first@example.com", "role": "member"})
    assert (response.status_code == 302) == possible
    if not possible:
        assert "in 24 hours, and has. Try again tomorrow." in error_at(response, "email")


def test_an_allowance_of_rival_is_not_acmes(cast: Cast, clock: time_machine.Traveller) -> None:
    Allowance.objects.create(organization=cast.rival, name="invitations_per_day", amount=500)
    sent(cast, 50)
    assert error_at(cast.olivia.client.post(NEW, {"email": "b@example.com", "role": "member"}), "email") == FULL


def limit(organization: Organization, name: str, amount: int, source: str = "plan") -> None:
    """What its plan, unless it is staff, lets an organization have."""
    organization.allowances.update_or_create(name=name, source=source, defaults={"amount": amount})


@pytest.mark.embedded
def test_what_staff_set_counts_more_than_the_plan_and_that_more_than_the_policy(cast: Cast) -> None:
    assert cast.acme.allowed(Allowance.Name.KEYS_PER_ORGANIZATION) == 200
    limit(cast.acme, "keys_per_organization", 3)
    assert cast.acme.allowed(Allowance.Name.KEYS_PER_ORGANIZATION) == 3
    limit(cast.acme, "keys_per_organization", 1, "staff")
    assert cast.acme.allowed(Allowance.Name.KEYS_PER_ORGANIZATION) == 1
    set_allowance(organization=cast.acme, limit="keys_per_organization", amount=None, by=Actor.system())
    assert cast.acme.allowed(Allowance.Name.KEYS_PER_ORGANIZATION) == 3


def test_the_log_is_kept_for_as_long_as_staff_say_or_the_plan_or_the_policy(cast: Cast) -> None:
    limit(cast.acme, "audit_days", 30)
    limit(cast.rival, "audit_days", 30)
    limit(cast.rival, "audit_days", 90, "staff")
    own = cast.olivia.user.personal_account
    days = _days_of_organizations([cast.acme.pk, cast.rival.pk, own.pk])
    assert [days[organization.pk] for organization in (cast.acme, cast.rival, own)] == [30, 90, 365]


def test_beyond_the_service_keys_the_page_and_programs_are_told_who_gets_more(cast: Cast, adams: Program) -> None:
    limit(cast.acme, "keys_per_organization", 1)
    fill_in(cast.adam, below="service/new/")
    said = main_words(fill_in(cast.adam, below="service/new/"))
    assert (
        "An organization can have 1 service key. Revoke one first, or choose a larger plan under billing."
        " Who can do that: members with the role Owner, Admin, Billing."
    ) in said
    key = {"name": "Deployment", "kind": "service", "permissions": ["view_members"]}
    assert problem(adams.post("/api-keys", key)) == (409, "allowance")
    # One that is over makes room.
    ApiKey.objects.filter(kind="service").update(revoked_at=timezone.now(), secret="")
    assert fill_in(cast.adam, below="service/new/").status_code == 200
    limit(cast.acme, "keys_per_organization", 0)
    assert "There can be no service keys here. Choose a larger plan" in main_words(
        fill_in(cast.adam, below="service/new/")
    )


def test_beyond_the_roles_of_its_own_none_is_made_and_none_is_lost(cast: Cast, adams: Program) -> None:
    limit(cast.acme, "custom_roles", 1)
    role = {"name": "Auditor", "permissions": ["view_members"]}
    cast.olivia.client.post("/o/acme/settings/roles/new/", role)
    another = {**role, "name": "Reader"}
    said = main_words(cast.olivia.client.post("/o/acme/settings/roles/new/", another))
    assert "There can be 1 role of your own here. Delete one first, or choose a larger plan under billing." in said
    assert problem(adams.post("/roles", another)) == (409, "allowance")
    limit(cast.acme, "custom_roles", 0)
    assert [role.name for role in CustomRole.objects.all()] == ["Auditor"]


def test_where_the_plan_has_no_stream_the_log_goes_nowhere(cast: Cast) -> None:
    limit(cast.acme, "audit_streams", 0)
    page = "/o/acme/settings/audit-log/stream/"
    said = main_words(cast.adam.client.post(page, {"url": "https://8.8.8.8/", "begin": "now"}))
    assert "The audit log cannot be sent anywhere from here. Choose a larger plan under billing." in said
    assert not AuditStream.objects.exists()


def test_what_is_used_of_each_limit_is_counted(cast: Cast) -> None:
    create_service_key(organization=cast.acme, name="Deployment", by=cast.adam.actor(cast.acme))
    make_service(make_project(cast.acme), state="stopped")
    assert limits_in_use(cast.acme) == {
        "projects": 1, "services": 1, "keys_per_organization": 1, "custom_roles": 0, "audit_streams": 0,
    }  # fmt: skip
    assert set(limits_in_use(cast.rival).values()) == {0}


def test_staff_read_what_the_plan_limits_and_change_their_own(cast: Cast) -> None:
    staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    page = f"/admin/organizations/organization/{cast.acme.pk}/change/"
    limit(cast.acme, "projects", 5)
    limit(cast.acme, "services", 7, "staff")
    assert "Limits by its plan: projects: 5" in words(staff.get(page))
    own = cast.acme.allowances.get(source="staff")
    typed = {
        "allowances-TOTAL_FORMS": "1",
        "allowances-INITIAL_FORMS": "1",
        "allowances-0-id": str(own.pk),
        "allowances-0-organization": str(cast.acme.pk),
        "allowances-0-name": "custom_roles",
        "allowances-0-amount": "2",
    }
    assert staff.post(page, typed).status_code == 302
    rows = cast.acme.allowances.order_by("source").values_list("source", "name", "amount")
    assert list(rows) == [("plan", "projects", 5), ("staff", "custom_roles", 2)]
