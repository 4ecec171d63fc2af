"""Later files of customers: what they change of an organization that is there, and never over people's work."""

from typing import Any

import pytest

from audit.models import Event
from organizations.actors import Actor
from organizations.models import Organization
from support.actions.customers import apply_import
from support.directory.recreating import arrive
from support.models import CustomerPerson, Ticket
from tests.cast import make_person
from tests.support.directories import ADA, TINA, TOM, example, give, lines, look, person, recreated
from tests.support.making import make_contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("percona")]


@pytest.fixture
def percona(settings: Any) -> None:
    settings.CONSOLE_POLICY = "percona"


def test_later_files_add_and_change_what_nobody_changed_here() -> None:
    organization = recreated()
    ticket = example()["tickets"][0]
    answer = {"author": "Sara", "is_staff": True, "body": "Better?", "created_at": "2026-10-02T09:00:00Z"}
    give(
        example(
            contacts=[{**example()["contacts"][0], "duty": "CTO"}, {"key": "K-2", "name": "Max", "phone": "1"}],
            entitlements=[{**example()["entitlements"][0], "ends_on": "2027-12-31"}],
            tickets=[{**ticket, "state": "solved", "messages": [*ticket["messages"], answer]}],
        )
    )
    assert sorted(organization.contacts.values_list("name", "duty")) == [("Carla Contact", "CTO"), ("Max", "")]
    assert organization.entitlements.get().ends_on.isoformat() == "2027-12-31"
    raised = organization.tickets.get()
    assert (raised.state, raised.messages.count()) == ("solved", 3)
    assert raised.changed_at.isoformat() == "2026-10-02T09:00:00+00:00"
    updated = Event.objects.get(action="customer.updated")
    assert updated.organization_id == organization.pk
    assert updated.after == {
        "contact_changed": 1, "contact_new": 1, "entitlement_changed": 1, "ticket_changed": 1, "message_new": 1,
    }  # fmt: skip


def test_a_ticket_that_comes_later_is_its_raisers_own_and_nobody_elses() -> None:
    organization = recreated()
    tom = make_person(TOM)
    arrive(tom.user, tom.actor())
    first = organization.tickets.get()
    assert first.raised_by == tom.user
    # As once an account is gone: whoever has the address next is somebody else.
    organization.tickets.update(raised_by=None)
    long = f"{'x' * 60}@{'y' * 60}.{'z' * 60}.example.com"
    ticket = example()["tickets"][0]
    message = {"author": "Sara Staff", "is_staff": True, "body": "Yes?", "created_at": "2026-10-02T09:00:00Z"}
    later = [{**ticket, "key": "T-2", "messages": [message]}, {**ticket, "key": "T-3", "raised_by": long}]
    give(example(tickets=[ticket, *later]))
    raised = dict(organization.tickets.values_list("directory_key", "raised_by"))
    assert raised == {"T-1": None, "T-2": tom.user.pk, "T-3": None}
    # Names fit their columns, and of staff there is no more than people may see.
    assert len(organization.tickets.get(directory_key="T-3").raised_by_name) == 120
    assert organization.tickets.get(directory_key="T-2").messages.get().author_name == "Sara"


def test_later_files_never_overwrite_what_people_changed_here_and_say_so() -> None:
    organization = recreated()
    organization.contacts.update(phone="+49 30 1")
    Ticket.objects.update(state="answered")
    file = example(
        contacts=[{**example()["contacts"][0], "phone": "+49 40 2", "duty": "CTO"}],
        tickets=[{**example()["tickets"][0], "state": "solved"}],
    )
    looked = look(file)
    assert lines(looked) == [
        ("kept", "contact", "K-1", {"phone": ["+49 30 1", "+49 40 2"]}),
        ("changed", "contact", "K-1", {"duty": ["Technical contact", "CTO"]}),
        ("kept", "ticket", "T-1", {"state": ["answered", "solved"]}),
    ]
    apply_import(pk=looked.pk, by=Actor.system())
    contact = organization.contacts.get()
    assert (contact.phone, contact.duty, Ticket.objects.get().state) == ("+49 30 1", "CTO", "answered")
    # Said again as long as it is so.
    assert [line[0] for line in lines(look(file))] == ["kept", "kept"]


def test_what_was_changed_here_and_what_a_file_says_do_not_make_nonsense_together() -> None:
    """A contract that was cut short here, and begins later in the file; somebody who is reached by phone alone."""
    organization = recreated()
    organization.entitlements.update(ends_on="2026-06-30")
    organization.contacts.update(email="", phone="+49 30 1")
    contact, entitlement = example()["contacts"][0], example()["entitlements"][0]
    before = example(contacts=[{**contact, "phone": "+49 30 1"}])
    give(before)
    give(example(contacts=[{**contact, "duty": "CTO"}], entitlements=[{**entitlement, "starts_on": "2026-08-01"}]))
    kept = organization.entitlements.get()
    assert (kept.starts_on.isoformat(), kept.ends_on.isoformat()) == ("2026-01-01", "2026-06-30")
    assert organization.contacts.get().phone == "+49 30 1"


def test_later_files_bring_nothing_back_that_was_removed_here_and_remove_nothing() -> None:
    organization = recreated()
    organization.contacts.all().delete()
    make_contact(organization)
    looked = look(example(entitlements=[], tickets=[]))
    assert lines(looked) == [
        ("removed", "contact", "K-1", {}), ("gone", "entitlement", "E-1", {}), ("gone", "ticket", "T-1", {}),
    ]  # fmt: skip
    apply_import(pk=looked.pk, by=Actor.system())
    assert organization.contacts.count() == organization.entitlements.count() == organization.tickets.count() == 1


def test_who_is_a_member_keeps_the_role_and_who_is_gone_the_membership() -> None:
    organization = recreated()
    file = example(people=[person(ADA, "technical", administrator=True), person(TOM)])
    assert lines(look(file)) == [
        ("kept", "person", ADA, {"role": ["admin", "technical"]}),
        ("forgotten", "person", TINA, {}),
    ]
    give(example(people=[person(TOM)]))
    assert organization.memberships.get().role == "admin"
    assert CustomerPerson.objects.filter(email=ADA).exists()


def test_later_files_leave_an_organization_alone_that_is_closed() -> None:
    organization = recreated()
    Organization.objects.filter(pk=organization.pk).update(status="closed", closed_at=organization.created_at)
    give(example(name="Example AG", contacts=[{"key": "K-2", "name": "Max", "phone": "1"}]))
    assert organization.contacts.get().name == "Carla Contact"
    Organization.objects.filter(pk=organization.pk).update(status="active", closed_at=None)
    give(example(name="Example AG", contacts=[{"key": "K-2", "name": "Max", "phone": "1"}]))
    assert organization.contacts.count() == 2
