"""The last owner of Acme is gone for good: two of the staff make another member owner (PRODUCT: *Rules*)."""

import pytest

from audit.models import Event
from organizations.models import Appointment, Membership
from tests.cast import Cast, Person, make_person
from tests.reading import mails_to, words

pytestmark = pytest.mark.django_db

MEMBERSHIPS = "/admin/organizations/membership/"
APPOINTMENTS = "/admin/organizations/appointment/"


def staff(name: str) -> Person:
    return make_person(f"{name}.staff@example.com", is_staff=True, is_superuser=True)


def propose(person: Person, membership: Membership, reason: str = "Olivia has died; her family wrote to us.") -> str:
    data = {"action": "propose", "_selected_action": str(membership.pk), "reason": reason}
    return words(person.client.post(MEMBERSHIPS, data, follow=True))


def press(person: Person, button: str) -> str:
    data = {"action": button, "_selected_action": str(Appointment.objects.get().pk)}
    return words(person.client.post(APPOINTMENTS, data, follow=True))


def test_one_proposes_another_confirms_and_who_could_object_hears_of_both(cast: Cast) -> None:
    assert "1 member is proposed." in propose(staff("stella"), cast.adam.membership(cast.acme))
    assert cast.adam.membership(cast.acme).role == "admin"
    for address in ("olivia.owner@example.com", "adam.admin@example.com"):
        (mail,) = mails_to(address, "appointment-proposed")
        assert "If that is wrong, write to us at once." in mail.text
    assert not mails_to("mia.member@example.com")
    assert "1 founder is appointed." in press(staff("stefan"), "confirm")
    assert cast.adam.membership(cast.acme).role == "owner"
    assert mails_to("olivia.owner@example.com", "appointment-confirmed")
    changed = Event.objects.get(action="membership.role_changed")
    assert (changed.actor_kind, changed.after) == ("staff", {"role": "owner"})


def test_nobody_confirms_what_they_have_proposed(cast: Cast) -> None:
    stella = staff("stella")
    propose(stella, cast.adam.membership(cast.acme))
    assert "Somebody else of the staff must confirm" in press(stella, "confirm")
    assert cast.adam.membership(cast.acme).role == "admin"
    assert Event.objects.get(action="appointment.confirmed").outcome == "denied"


def test_not_without_a_reason_and_one_at_a_time(cast: Cast) -> None:
    stella = staff("stella")
    assert "Say why" in propose(stella, cast.adam.membership(cast.acme), reason=" ")
    propose(stella, cast.adam.membership(cast.acme))
    assert "Somebody else is proposed already." in propose(stella, cast.mia.membership(cast.acme))
    assert "is Owner already" in propose(stella, cast.olivia.membership(cast.acme))
    assert Appointment.objects.count() == 1


def test_a_proposal_can_be_dropped_and_is_decided_once(cast: Cast) -> None:
    propose(staff("stella"), cast.adam.membership(cast.acme))
    stefan = staff("stefan")
    assert "1 proposal is dropped." in press(stefan, "drop")
    assert "decided already" in press(stefan, "confirm")
    assert cast.adam.membership(cast.acme).role == "admin"


def test_who_has_left_meanwhile_is_not_appointed(cast: Cast) -> None:
    propose(staff("stella"), cast.adam.membership(cast.acme))
    cast.adam.client.post("/o/acme/leaving/")
    assert "no longer a member" in press(staff("stefan"), "confirm")
