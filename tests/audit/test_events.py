"""Events: written once, never changed; what identifies a person lies beside."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from audit.actors import Actor, ActorKind
from audit.chaining import link_events
from audit.erasure import erase
from audit.models import AppendOnlyError, Chain, Detail, Event, Link
from audit.recording import audited, record
from console.refusal import Refused
from organizations.actions import change_role, create_role
from organizations.models import Invitation
from outbox.models import Mail
from tests.cast import Cast, make_person
from tests.organizations.inviting import NEW, invite
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.mark.embedded
def test_an_event_is_written_once() -> None:
    event = record("thing.done", by=Actor.system())
    event.action = "thing.undone"
    with pytest.raises(AppendOnlyError):
        event.save()
    with pytest.raises(AppendOnlyError):
        event.delete()
    with pytest.raises(AppendOnlyError):
        Event.objects.get(pk=event.pk).save()
    with pytest.raises(AppendOnlyError):
        Event.objects.update(action="thing.undone")
    with pytest.raises(AppendOnlyError):
        Event.objects.filter(pk=event.pk).delete()
    assert Event.objects.get().action == "thing.done"


@pytest.mark.embedded
def test_what_identifies_a_person_can_be_erased_and_the_event_stays() -> None:
    sam = make_person("sam.stranger@example.com")
    event = record("thing.done", by=sam.actor(), target=sam.user)
    erase(sam.user.pk)
    assert Event.objects.get(pk=event.pk).actor_id == sam.user.pk
    assert list(Detail.objects.values_list("actor", "target")) == [("", "")]


def test_a_person_who_acts_is_named_in_the_event() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(action="thing.done", actor_kind=ActorKind.USER)


def test_a_detail_says_who_from_where_with_what_in_which_request(cast: Cast) -> None:
    response = cast.olivia.client.post(
        NEW,
        {"email": "new.face@example.com", "role": "member"},
        headers={"User-Agent": "Firefox/150"},
        REMOTE_ADDR="203.0.113.7",
    )
    event = Event.objects.get(action="invitation.created")
    detail = event.detail
    assert (detail.actor, detail.target, detail.address, detail.device) == (
        "Olivia Owner",
        "new.face@example.com",
        "203.0.113.7",
        "Firefox/150",
    )
    assert detail.request_id == response.headers["X-Request-ID"]


def test_a_request_without_an_address_or_with_a_nonsense_one_is_recorded_all_the_same(cast: Cast) -> None:
    for address in ("", "unix:", "not an address"):
        Client().post("/accounts/login/", {"login": "a@example.com", "password": "x"}, REMOTE_ADDR=address)
    assert set(Detail.objects.filter(event__action="account.signed_in").values_list("address", flat=True)) == {None}


def test_a_long_or_odd_device_does_not_fail_the_action(cast: Cast) -> None:
    for device in ("x" * 5000, "Mozilla\x01é 漢字", ""):
        response = cast.olivia.client.post(
            "/o/acme/settings/", {"name": f"Acme {len(device)}", "slug": "acme"}, headers={"User-Agent": device}
        )
        assert response.status_code == 302


def test_events_hold_no_name_address_or_other_personal_detail(cast: Cast) -> None:
    """Everybody does something; then no event, without its detail, contains anything of them."""
    client = cast.olivia.client
    client.post(NEW, {"email": "sam.stranger@example.com", "role": "tech", "note": "Dear Samuel"})
    invitation = Invitation.objects.get()
    cast.sam.client.post(f"/invitations/{invitation.token('mailed')}/acceptance/")
    cast.sam.client.post("/profile/preferences/", {"first_name": "Samuel", "last_name": "Wanderer"})
    client.post(f"/o/acme/members/{cast.mia.membership(cast.acme).pk}/role/", {"role": "tech"})
    client.post(f"/o/acme/members/{cast.mia.membership(cast.acme).pk}/removal/")
    cast.theo.client.post("/o/acme/leaving/")
    cast.adam.client.post(NEW, {"email": "adam.admin@example.com", "role": "member"})
    cast.bella.client.get("/o/acme/settings/security/")
    Client().post("/accounts/login/", {"login": "olivia.owner@example.com", "password": "wrong"})
    events = json.dumps([{k: str(v) for k, v in row.items()} for row in Event.objects.values()]).lower()
    assert Event.objects.count() > 10
    for personal in ("sam", "mia", "olivia", "theo", "bella", "adam.", "wanderer", "@", "example.com", "127.0.0.1"):
        assert personal not in events, personal


class TestARefusal:
    """Nothing half-done, and a denial that outlives the roll-back."""

    def test_rolls_back_what_was_done_before_it(self, cast: Cast) -> None:
        @audited("thing.done")
        def half(*, by: Actor) -> None:
            Mail.objects.create(to="somebody@example.com", subject="Half done")
            record("thing.done", by=by)
            raise Refused("No.", code="late")

        with pytest.raises(Refused):
            half(by=cast.olivia.actor(cast.acme))
        assert not Mail.objects.exists()
        event = Event.objects.get(action="thing.done")
        assert (event.outcome, event.after, event.organization_id) == ("denied", {"code": "late"}, cast.acme.pk)

    @pytest.mark.django_db(transaction=True)
    def test_is_committed_by_itself(self, cast: Cast) -> None:
        """As in real life, where no test's transaction is around it."""
        response = cast.adam.client.post(NEW, {"email": "mia.member@example.com", "role": "member"})
        assert response.status_code == 200
        event = Event.objects.get(outcome="denied")
        assert (event.action, event.after, event.organization_id, event.actor_id) == (
            "invitation.created",
            {"code": "already-member"},
            cast.acme.pk,
            cast.adam.user.pk,
        )

    @pytest.mark.django_db(transaction=True)
    def test_is_not_written_for_an_error_that_is_none(self, cast: Cast) -> None:
        @audited("thing.done")
        def broken(*, by: Actor) -> None:
            Mail.objects.create(to="somebody@example.com", subject="Half done")
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            broken(by=Actor.system())
        assert not Mail.objects.exists()
        assert not Event.objects.filter(action="thing.done").exists()


class TestTheAdmin:
    def test_calls_a_role_by_its_name_and_says_of_none_that_it_is_gone(self, cast: Cast) -> None:
        staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
        invite(cast, "new.comer@example.com", role="tech")
        change_role(membership=cast.mia.membership(cast.acme), role="billing", by=cast.olivia.actor(cast.acme))
        guest = create_role(organization=cast.acme, name="Guest", permissions=[], by=cast.olivia.actor(cast.acme))
        invite(cast, "next.comer@example.com", role=str(guest.pk))
        page = words(staff.get("/admin/audit/event/"))
        assert "Invited new.comer@example.com as Tech" in page
        assert "Changed the role of Mia Member from Member to Billing" in page
        # Which organization's role it is, this list of all does not look up.
        assert "Invitation sent" in page
        assert "a role that was deleted" not in page

    def test_shows_and_finds_events_and_changes_none(self, cast: Cast) -> None:
        staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
        cast.olivia.client.post("/o/acme/settings/", {"name": "Acme Robotics", "slug": "acme"})
        event = Event.objects.get(action="organization.edited")
        page = staff.get("/admin/audit/event/", {"q": "Olivia"})
        assert b"organization.edited" in page.content
        assert "not linked yet" in staff.get(f"/admin/audit/event/{event.pk}/change/").text
        link_events()
        place = f"{cast.acme.pk} · {Link.objects.get(event=event).position}"
        assert place in staff.get(f"/admin/audit/event/{event.pk}/change/").text
        end = Chain.objects.get(pk=cast.acme.pk).hash
        for path in ("", f"{cast.acme.pk}/change/"):
            assert end in staff.get(f"/admin/audit/chain/{path}").text
        assert staff.post(f"/admin/audit/chain/{cast.acme.pk}/change/", {"hash": "x"}).status_code == 403
        assert staff.get("/admin/audit/checkpoint/").status_code == 200
        assert Chain.objects.get(pk=cast.acme.pk).hash == end
        for path in ("add/", f"{event.pk}/delete/"):
            assert staff.get(f"/admin/audit/event/{path}").status_code == 403
            assert staff.post(f"/admin/audit/event/{path}", {"post": "yes"}).status_code == 403
        assert staff.post(f"/admin/audit/event/{event.pk}/change/", {"action": "x"}).status_code == 403
        staff.post(
            "/admin/audit/event/", {"action": "delete_selected", "_selected_action": [str(event.pk)], "post": "yes"}
        )
        assert Event.objects.filter(pk=event.pk).exists()
