"""The day's allowance of invitation mails: 50 for a new organization; staff raise it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from organizations.models import Allowance, Invitation
from outbox.models import Mail
from tests.cast import Cast, make_person
from tests.organizations.inviting import NEW, invite
from tests.reading import error_at, words

pytestmark = pytest.mark.django_db

FULL = "This organization may send 50 invitations in 24 hours, and has. Try again tomorrow."


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


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
