"""Contacts: the organization's own people, and the company's (text 003: *Support contacts*)."""

import re
from html import unescape
from typing import Any

import pytest

from audit.models import Event
from support.actions.contacts import MOST
from support.models import Contact, Side
from tests.api.keying import program_of
from tests.cast import Cast, Person, make_person
from tests.reading import body, error_at, links, main_words, words
from tests.support.making import make_contact

pytestmark = pytest.mark.django_db

CONTACTS = "/o/acme/support/contacts/"
CARLA = {"name": "Carla Contact", "duty": "Technical contact", "email": "carla@example.com", "phone": "+33 1 23 45 67"}


def fill_in(person: Person, path: str = "new/", **changed: str) -> Any:
    """The form sent by somebody."""
    return person.client.post(CONTACTS + path, {**CARLA, **changed})


def test_an_administrator_adds_changes_and_removes_a_contact(cast: Cast) -> None:
    adam = cast.adam
    assert "Nobody yet" in main_words(adam.client.get(CONTACTS))
    assert "Carla Contact is a contact now." in words(adam.client.get(fill_in(adam).headers["Location"]))
    contact = cast.acme.contacts.get()
    page = adam.client.get(CONTACTS)
    assert all(said in main_words(page) for said in CARLA.values())
    assert {"mailto:carla@example.com", "tel:+331234567"} <= set(links(page))
    assert fill_in(adam, f"{contact.pk}/", duty="Emergencies").status_code == 302
    assert "Emergencies" in main_words(adam.client.get(CONTACTS))
    assert "Remove Carla Contact from the contacts?" in main_words(adam.client.get(f"{CONTACTS}{contact.pk}/removal/"))
    adam.client.post(f"{CONTACTS}{contact.pk}/removal/")
    assert not Contact.objects.exists()
    events = Event.objects.filter(action__startswith="contact.").order_by("at", "id")
    assert [event.action for event in events] == ["contact.added", "contact.changed", "contact.removed"]
    # What identifies a person lies beside the chain alone.
    assert "carla" not in str(list(events.values("before", "after"))).lower()
    assert events[1].detail.texts == {"duty": ["Technical contact", "Emergencies"]}


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"name": "\u202e"}, "name", "Enter a name."),
        ({"email": "", "phone": ""}, "email", "Enter an e-mail address, a phone number, or both."),
        ({"phone": "call me"}, "phone", "Enter a phone number"),
        ({"email": "nobody"}, "email", "Enter a valid email address."),
    ],
)
def test_what_reaches_nobody_is_said_at_the_field(cast: Cast, typed: dict[str, str], field: str, error: str) -> None:
    answer = fill_in(cast.adam, **typed)
    assert error in error_at(answer, field)
    assert not Contact.objects.exists()


def test_names_and_numbers_are_inert(cast: Cast) -> None:
    """Attack 34."""
    name = "<b>Carla</b>\r\nBcc: x@example.com\u202e"
    fill_in(cast.adam, name=name, duty="{{ 7*7 }}", email="a?b&c@example.com")
    page = body(cast.adam.client.get(CONTACTS))
    assert "<b>Carla" not in page
    assert "49" not in Contact.objects.get().duty
    assert Contact.objects.get().name == "<b>Carla</b> Bcc: x@example.com"
    assert 'href="mailto:a%3Fb%26c@example.com"' in page


def test_the_companys_people_are_set_by_staff_alone(cast: Cast) -> None:
    ours = make_contact(cast.acme, "Karla Keller", side=Side.COMPANY, duty="Account manager")
    page = main_words(cast.adam.client.get(CONTACTS))
    assert "Our people for you" in page
    assert "Karla Keller" in page
    for path in ("", "removal/"):
        assert cast.adam.client.post(f"{CONTACTS}{ours.pk}/{path}", CARLA).status_code == 404
    # A field that is not of the form changes nothing (attack 26).
    fill_in(cast.adam, side="company")
    assert Contact.objects.get(name="Carla Contact").side == "customer"
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    assert stella.client.post(
        "/admin/support/contact/add/", {**CARLA, "name": "Max", "organization": str(cast.acme.pk), "side": "company"}
    ).status_code == 302  # fmt: skip
    assert "Max" in main_words(cast.adam.client.get(CONTACTS))
    stella.client.post(f"/admin/support/contact/{ours.pk}/change/", {**CARLA, "name": "Karla Kern"})
    assert Contact.objects.get(pk=ours.pk).name == "Karla Kern"
    stella.client.post("/admin/support/contact/", {"action": "remove", "_selected_action": str(ours.pk)})
    assert not Contact.objects.filter(pk=ours.pk).exists()
    assert {event.actor_kind for event in Event.objects.filter(action="contact.removed")} == {"staff"}


def test_two_at_once_and_old_tabs_end_in_a_sentence(cast: Cast) -> None:
    contact = make_contact(cast.acme)
    page = cast.adam.client.get(f"{CONTACTS}{contact.pk}/")
    seen = unescape(re.findall(r'name="seen" value="([^"]*)"', body(page))[0])
    fill_in(cast.olivia, f"{contact.pk}/", duty="Hers")
    answer = fill_in(cast.adam, f"{contact.pk}/", duty="His", seen=seen)
    assert "Somebody has changed" in main_words(answer)
    assert Contact.objects.get().duty == "Hers"
    contact.delete()
    assert fill_in(cast.adam, f"{contact.pk}/").status_code == 404


def test_there_is_an_end_to_them(cast: Cast) -> None:
    Contact.objects.bulk_create(
        Contact(organization=cast.acme, name=f"Contact {number:03}", phone="12345") for number in range(MOST)
    )
    assert "Remove one first." in main_words(fill_in(cast.adam))
    found = main_words(cast.adam.client.get(f"{CONTACTS}?q=contact+007"))
    assert "Contact 007" in found
    assert "Contact 008" not in found
    assert "Nobody matches." in main_words(cast.adam.client.get(f"{CONTACTS}?q=%00nobody"))


def test_programs_see_and_set_contacts_as_their_key_may(cast: Cast) -> None:
    program = program_of(cast.adam, cast.acme)
    made = program.post("/contacts", {"name": "Carla", "phone": "+33 1 23 45"})
    assert made.status_code == 201
    where = made.headers["Location"].removeprefix("/api/v1")
    assert program.get(where).json()["side"] == "customer"
    assert program.send("PATCH", where, {"duty": "Emergencies"}).json()["duty"] == "Emergencies"
    ours = make_contact(cast.acme, "Karla", side=Side.COMPANY)
    assert [one["name"] for one in program.get("/contacts?side=company").json()["items"]] == ["Karla"]
    assert program.send("PATCH", f"/contacts/{ours.pk}", {"duty": "Mine"}).status_code == 404
    refused = program.send("PATCH", where, {"phone": ""})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "email")
    assert program.send("DELETE", where).status_code == 204
    assert program.get(where).status_code == 404
