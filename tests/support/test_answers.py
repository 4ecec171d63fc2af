"""What staff do with tickets, and what of it people of the organization see."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from audit.models import Event
from console.ids import uuid7
from console.refusal import Refused
from organizations.actions import close_organization
from organizations.actors import Actor
from outbox.models import Mail
from support.actions.answers import (
    answer_ticket,
    assign_ticket,
    change_priority,
    note_internally,
    settle_ticket,
    version_of,
)
from support.actions.tickets import raise_ticket, write_message
from support.files import stored
from support.models import State, Ticket
from tests.cast import Cast, Person, make_person
from tests.reading import mails_to, words
from tests.support.making import make_level, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def stella() -> Person:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return raise_ticket(
        organization=cast.acme, title="It stands", body="Still.", product=None, priority="high",
        by=cast.mia.actor(cast.acme),
    )  # fmt: skip


def staff(person: Person) -> Actor:
    return Actor.staff(person.user)


def page(person: Person, ticket: Ticket) -> str:
    return words(person.client.get(f"/o/{ticket.organization.slug}/support/tickets/{ticket.pk}/"))


def test_an_answer_is_read_under_the_first_name_and_makes_it_the_customers_turn(
    cast: Cast, stella: Person, ticket: Ticket, settings: Any
) -> None:
    settings.BRAND_NAME = "Nimbus"
    message = answer_ticket(ticket=ticket, body="Press the button.", by=staff(stella))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assigned_to) == (State.ANSWERED, stella.user)
    assert ticket.first_answered_at is not None
    read = page(cast.mia, ticket)
    assert "Stella · Nimbus" in read
    assert "Press the button." in read
    assert "Staff" not in read
    assert message.author_name == "Stella"
    # The customer writes: it is our turn, and the first answer stays the first.
    first = ticket.first_answered_at
    write_message(ticket=ticket, body="It does not move.", by=cast.mia.actor(cast.acme))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.first_answered_at) == (State.OPEN, first)


def test_a_note_is_seen_found_and_told_by_nobody_outside(cast: Cast, stella: Person, ticket: Ticket) -> None:
    before = Mail.objects.count()
    changed_at = ticket.changed_at
    with stored([ContentFile(b"a secret plan", name="plan.txt")]) as files:
        note = note_internally(ticket=ticket, body="They have a quetzal.", files=files, by=staff(stella))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.changed_at, ticket.first_answered_at) == (State.OPEN, changed_at, None)
    assert Mail.objects.count() == before
    for person in (cast.mia, cast.olivia):
        read = page(person, ticket)
        assert "quetzal" not in read
        assert "plan.txt" not in read
        found = words(person.client.get("/o/acme/support/tickets/?q=quetzal"))
        assert "It stands" not in found
        file = note.attachments.get()
        address = f"/o/acme/support/tickets/{ticket.pk}/attachments/{file.pk}/"
        assert person.client.get(address).status_code == 404
    # The log says that there was one.
    event = Event.objects.get(action="ticket.noted")
    assert (event.organization_id, event.before, event.after) == (cast.acme.pk, {}, {})


def test_whoever_opens_the_ticket_has_read_that_there_is_an_answer(cast: Cast, stella: Person, ticket: Ticket) -> None:
    """The bell said so. Whoever asks only whether the page is there has read nothing."""
    write_message(ticket=ticket, body="For me, too.", by=cast.olivia.actor(cast.acme))
    answer_ticket(ticket=ticket, body="Press the button.", by=staff(stella))
    bell = "/notifications/"
    cast.mia.client.head(f"/o/acme/support/tickets/{ticket.pk}/")
    assert "has an answer" in words(cast.mia.client.get(bell))
    assert "Press the button." in page(cast.mia, ticket)
    assert "has an answer" not in words(cast.mia.client.get(bell))
    assert "has an answer" in words(cast.olivia.client.get(bell))


def test_nobody_answers_past_what_was_written_meanwhile_or_twice(cast: Cast, stella: Person, ticket: Ticket) -> None:
    seen = version_of(ticket)
    write_message(ticket=ticket, body="It was the plug.", by=cast.mia.actor(cast.acme))
    with pytest.raises(Refused) as refusal:
        answer_ticket(ticket=ticket, body="Press the button.", seen=seen, by=staff(stella))
    assert refusal.value.code == "changed"
    once = uuid7()
    sent = [
        answer_ticket(ticket=ticket, body="Well done.", seen=version_of(ticket), once=once, by=staff(stella))
        for _time in range(2)
    ]
    assert sent == [ticket.messages.get(is_staff=True)] * 2
    # The other button of the same form, after going back to it, is another thing: no answer is lost as a note.
    note = note_internally(ticket=ticket, body="Well done.", once=once, by=staff(stella))
    assert note.is_internal
    assert note != sent[0]


def test_closed_tickets_and_organizations_take_notes_and_no_answers(cast: Cast, stella: Person, ticket: Ticket) -> None:
    closed = make_ticket(cast.acme, cast.mia.user, state=State.CLOSED, closed_at=ticket.created_at)
    with pytest.raises(Refused, match="closed for good"):
        answer_ticket(ticket=closed, body="Well?", by=staff(stella))
    close_organization(organization=cast.acme, name="Acme", acknowledged=True, by=cast.olivia.actor(cast.acme))
    with pytest.raises(Refused, match="organization is closed"):
        answer_ticket(ticket=ticket, body="Well?", by=staff(stella))
    for one in (closed, ticket):
        assert note_internally(ticket=one, body="They are gone.", by=staff(stella)).is_internal
    assert mails_to("mia.member@example.com", "ticket-answered") == []


def test_a_solved_ticket_stays_so_when_staff_add_a_word(cast: Cast, stella: Person, ticket: Ticket) -> None:
    assert settle_ticket(ticket=ticket, by=staff(stella)).state == State.SOLVED
    settle_ticket(ticket=ticket, by=staff(stella))
    assert [mail.kind for mail in mails_to("mia.member@example.com")][-1:] == ["ticket-solved"]
    assert len(mails_to("mia.member@example.com", "ticket-solved")) == 1
    answer_ticket(ticket=ticket, body="By the way, press it twice.", by=staff(stella))
    ticket.refresh_from_db()
    assert ticket.state == State.SOLVED


def test_tickets_are_assigned_to_who_may_answer_them(cast: Cast, stella: Person, ticket: Ticket) -> None:
    igor = make_person("igor.staff@example.com", is_staff=True, is_superuser=True)
    rosa = make_person("rosa.reader@example.com", is_staff=True)
    for wrong in (rosa, cast.olivia):
        with pytest.raises(Refused, match="who may answer tickets"):
            assign_ticket(ticket=ticket, assigned_to=wrong.user, by=staff(stella))
    assign_ticket(ticket=ticket, assigned_to=stella.user, by=staff(stella))
    assert mails_to(stella.user.email, "ticket-assigned") == []
    assign_ticket(ticket=ticket, assigned_to=igor.user, by=staff(stella))
    assert len(mails_to(igor.user.email, "ticket-assigned")) == 1
    write_message(ticket=ticket, body="Are you there?", by=cast.mia.actor(cast.acme))
    told = mails_to(igor.user.email, "ticket-written")[-1]
    assert not any("Are you there?" in mail.text for mail in mails_to(stella.user.email))
    assert "Mia Member has written in the ticket #1 “It stands” of Acme:" in told.text
    assert "Are you there?" in told.text
    assert "Reply-To" not in told.headers
    # Who is assigned, the organization does not read.
    events = Event.objects.filter(action="ticket.assigned", outcome="done").order_by("at")
    assert [event.after for event in events] == [{"is_assigned": True}, {"is_assigned": True}]


def test_what_nobody_looks_after_all_hear_of_unless_they_are_alarmed_in_time(cast: Cast, stella: Person) -> None:
    igor = make_person("igor.staff@example.com", is_staff=True, is_superuser=True)
    asked: dict[str, Any] = {"organization": cast.acme, "body": "B", "product": None, "priority": "low"}
    by = cast.mia.actor(cast.acme)

    def told() -> int:
        return Mail.objects.filter(kind="ticket-written").count()

    # Nothing was promised, so nothing is ever late.
    ticket = raise_ticket(title="A", **asked, by=by)
    assert (told(), len(mails_to(igor.user.email, "ticket-written"))) == (2, 1)
    answer_ticket(ticket=ticket, body="So?", by=staff(stella))
    write_message(ticket=ticket, body="So.", by=by)
    assert told() == 3
    # Stella leaves.
    stella.user.is_active = False
    stella.user.save()
    write_message(ticket=ticket, body="Hello?", by=by)
    assert (told(), len(mails_to(igor.user.email, "ticket-written"))) == (4, 2)
    make_level("standard", is_standard=True)
    raise_ticket(title="B", **asked, by=by)
    assert told() == 4


def test_nobody_but_staff_answers_as_the_company(cast: Cast, ticket: Ticket) -> None:
    for person in (cast.olivia, cast.mia):
        with pytest.raises(Refused, match="Only our staff"):
            answer_ticket(ticket=ticket, body="We do.", by=person.actor(cast.acme))
        with pytest.raises(Refused, match="Only our staff"):
            change_priority(ticket=ticket, priority="urgent", by=person.actor(cast.acme))
    assert ticket.messages.count() == 1
