"""The desk of the staff: tickets found, read and answered in the admin."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.utils import timezone

from audit.models import Event
from organizations.actors import Actor
from support.actions.answers import note_internally
from support.actions.tickets import raise_ticket, write_message
from support.models import InboundMail, Message, Product, SavedAnswer, State, SupportLevel, Ticket
from tests.cast import Cast, Person, make_person
from tests.reading import body, links, main_words, posts, words
from tests.support.making import make_contact, make_entitlement, make_product, make_ticket

pytestmark = pytest.mark.django_db

LIST = "/admin/support/ticket/"


@pytest.fixture
def stella() -> Person:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def rosa() -> Person:
    """Of the staff; may only look."""
    person = make_person("rosa.reader@example.com", is_staff=True)
    person.user.user_permissions.add(Permission.objects.get(codename="view_ticket"))
    return person


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return raise_ticket(
        organization=cast.acme, title="It stands", body="Still.\n    indented <b>", product=None, priority="high",
        by=cast.mia.actor(cast.acme),
    )  # fmt: skip


def desk(ticket: Ticket, noun: str = "change") -> str:
    return f"/admin/support/ticket/{ticket.pk}/{noun}/"


def titles(response: HttpResponseBase) -> list[str]:
    """The titles of the tickets of a list, in their order; all of them are called after an animal."""
    animals = ("Ape", "Bee", "Cat", "Dog")
    source = body(response)
    return sorted((animal for animal in animals if f" {animal}</a>" in source), key=lambda one: source.index(one + "<"))


def test_the_list_begins_with_what_is_due_first(cast: Cast, stella: Person, rosa: Person) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    make_ticket(cast.acme, cast.mia.user, "Ape", changed_at=now)
    make_ticket(cast.rival, cast.rita.user, "Bee", answer_due_at=now + 3 * hour, assigned_to=stella.user)
    make_ticket(cast.acme, cast.mia.user, "Cat", answer_due_at=now - hour, priority="urgent")
    answered = {"answer_due_at": now - 9 * hour, "first_answered_at": now, "state": State.ANSWERED}
    make_ticket(cast.acme, cast.mia.user, "Dog", changed_at=now - hour, **answered)
    client = rosa.client
    assert titles(client.get(LIST)) == ["Cat", "Bee", "Ape", "Dog"]
    read = words(client.get(LIST))
    assert "late: was due 1 hour ago" in read
    assert "due in 3 hours" in read
    for query, found in {
        "waiting=late": ["Cat"],
        "waiting=yes": ["Cat", "Bee", "Ape"],
        "assigned=nobody": ["Cat", "Ape", "Dog"],
        "state=answered": ["Dog"],
        "q=rival": ["Bee"],
        "q=3": ["Dog"],
        "q=rita.rival@example.com": ["Bee"],
        "q=ape+acme": ["Ape"],
    }.items():
        assert titles(client.get(f"{LIST}?{query}")) == found, query
    assert titles(stella.client.get(f"{LIST}?assigned=me")) == ["Bee"]


def test_the_page_of_an_organization_leads_to_its_tickets(cast: Cast, stella: Person, ticket: Ticket) -> None:
    make_ticket(cast.rival, cast.rita.user, "It is not the plug")
    page = stella.client.get(f"/admin/organizations/organization/{cast.acme.pk}/change/")
    (way,) = (link for link in links(page) if "/support/ticket/?q=" in link)
    found = words(stella.client.get(way))
    assert ticket.title in found
    assert "It is not the plug" not in found


def test_the_list_takes_as_many_queries_for_many(
    cast: Cast, stella: Person, django_assert_max_num_queries: Any
) -> None:
    make_ticket(cast.acme, cast.mia.user)
    client = stella.client
    client.get(LIST)
    first = Ticket.objects.get()
    columns = {"organization": cast.acme, "raised_by_name": "Mia", "product": make_product(), "title": "Many"}
    Ticket.objects.bulk_create(Ticket(number=first.number + at, **columns) for at in range(1, 1000))
    with django_assert_max_num_queries(20):
        assert client.get(LIST).status_code == 200


def test_a_ticket_is_a_conversation_with_who_asks_beside_it(cast: Cast, stella: Person, ticket: Ticket) -> None:
    make_entitlement(cast.acme, number="E-77", name="Care")
    make_contact(cast.acme, "Carla Contact", duty="Technical contact")
    note_internally(ticket=ticket, body="They have a quetzal.", by=Actor.staff(stella.user))
    page = stella.client.get(desk(ticket))
    read = main_words(page) or words(page)
    for said in ("Acme", "Mia Member", "E-77 · Care", "Carla Contact (Technical contact)", "high"):
        assert said in read
    assert "Still.\n    indented &lt;b&gt;" in body(page)
    assert 'class="ticket-said ticket-note"' in body(page)
    assert "Note: only staff see it" in read
    assert "no-store" in page.headers["Cache-Control"]
    # Whoever looked stands in the organization's log.
    assert Event.objects.filter(action="staff.viewed", organization_id=cast.acme.pk, target_id=ticket.pk).count() == 1
    assert stella.client.get("/admin/support/ticket/nonsense/change/").status_code == 404


def test_staff_answer_and_note_with_files_there(cast: Cast, stella: Person, ticket: Ticket) -> None:
    client = stella.client
    seen = str(ticket.messages.get().pk)
    file = SimpleUploadedFile("how.txt", b"Press it.")
    answered = client.post(desk(ticket, "answer"), {"body": "Press the button.", "seen": seen, "uploads": [file]})
    assert (answered.status_code, answered.headers["Location"]) == (302, desk(ticket))
    message = ticket.messages.get(is_staff=True)
    assert (message.body, message.author, message.via) == ("Press the button.", stella.user, "staff")
    assert "Your answer is on its way." in words(client.get(desk(ticket)))
    download = client.get(desk(ticket, f"attachments/{message.attachments.get().pk}"))
    assert b"".join(download.streaming_content) == b"Press it."  # type: ignore[attr-defined]
    assert download.headers["Content-Disposition"] == 'attachment; filename="how.txt"'
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    client.post(desk(ticket, "note"), {"body": "Mind the quetzal.", "seen": str(message.pk)})
    assert ticket.messages.get(is_internal=True).body == "Mind the quetzal."


def test_what_was_typed_stays_where_the_customer_has_written_meanwhile(
    cast: Cast, stella: Person, ticket: Ticket
) -> None:
    client = stella.client
    typed = {"body": "Press the button.", "seen": str(ticket.messages.get().pk)}
    write_message(ticket=ticket, body="It was the plug.", by=cast.mia.actor(cast.acme))
    page = client.post(desk(ticket, "answer"), typed)
    assert "Somebody has changed this meanwhile" in words(page)
    assert "It was the plug." in words(page)
    assert "Press the button.</textarea>" in body(page)
    newest = Message.objects.order_by("-created_at").first()
    assert newest
    assert f'name="seen" value="{newest.pk}"' in body(page)
    assert "Write what it is about." in words(client.post(desk(ticket, "answer"), {"body": " ", "seen": newest.pk}))


def test_a_saved_answer_is_put_below_what_was_typed(cast: Cast, stella: Person, ticket: Ticket) -> None:
    saved = SavedAnswer.objects.create(title="Plug", body="Look at the plug.")
    page = stella.client.post(desk(ticket, "draft"), {"body": "Hello Mia,", "saved": saved.pk})
    assert "Hello Mia,\n\nLook at the plug.</textarea>" in body(page)
    assert ticket.messages.count() == 1
    page = stella.client.post(desk(ticket, "draft"), {"body": "Hello Mia,", "saved": "99"})
    assert "Hello Mia,</textarea>" in body(page)


def test_staff_set_it_right_at_the_side(cast: Cast, stella: Person, ticket: Ticket) -> None:
    client, product = stella.client, make_product()
    client.post(desk(ticket, "assignment"), {"assigned_to": stella.user.pk})
    client.post(desk(ticket, "priority"), {"priority": "urgent"})
    client.post(desk(ticket, "product"), {"product": product.pk})
    client.post(desk(ticket, "solution"))
    ticket.refresh_from_db()
    assert (ticket.assigned_to, ticket.priority, ticket.product) == (stella.user, "urgent", product)
    assert ticket.state == State.SOLVED
    assert "Reopen" in words(client.get(desk(ticket)))
    client.post(desk(ticket, "reopening"))
    client.post(desk(ticket, "assignment"), {"assigned_to": ""})
    wrong = client.post(desk(ticket, "assignment"), {"assigned_to": cast.mia.user.pk}, follow=True)
    assert "is not one of the available choices" in words(wrong)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assigned_to) == (State.OPEN, None)
    done = set(
        Event.objects.filter(organization_id=cast.acme.pk, actor_id=stella.user.pk).values_list("action", flat=True)
    )
    assert done >= {"ticket.assigned", "ticket.priority_changed", "ticket.product_changed", "ticket.solved"}


def test_a_closed_ticket_offers_notes_alone(cast: Cast, stella: Person) -> None:
    ticket = make_ticket(cast.acme, cast.mia.user, state=State.CLOSED, closed_at=timezone.now())
    page = stella.client.get(desk(ticket))
    assert desk(ticket, "note") in posts(page)
    assert desk(ticket, "answer") not in body(page)
    refused = stella.client.post(desk(ticket, "answer"), {"body": "Well?"})
    assert "closed for good" in words(refused)


def test_who_may_only_look_reads_and_does_nothing(cast: Cast, rosa: Person, ticket: Ticket) -> None:
    client = rosa.client
    page = client.get(desk(ticket))
    assert "Still." in body(page)
    assert [post for post in posts(page) if "ticket" in post] == []
    for noun in ("answer", "note", "draft", "assignment", "priority", "product", "solution", "reopening"):
        assert client.post(desk(ticket, noun), {"body": "Hm."}).status_code == 403, noun
        assert client.get(desk(ticket, noun)).status_code == 405, noun
    assert ticket.messages.count() == 1
    # Of the staff, and not of these; a customer is sent to sign in.
    nora = make_person("nora.nobody@example.com", is_staff=True)
    assert nora.client.get(desk(ticket)).status_code == 403
    assert nora.client.post(desk(ticket, "answer"), {"body": "Hm."}).status_code == 403
    assert cast.olivia.client.get(desk(ticket)).status_code in {302, 403, 404}


def test_products_levels_and_saved_answers_are_edited(cast: Cast, stella: Person) -> None:
    client = stella.client
    product = {"key": "mongo", "name": "MongoDB", "family": "databases", "is_offered": "on", "position": "10"}
    client.post("/admin/support/product/add/", product)
    assert Product.objects.get(key="mongo").family == "databases"
    level = {"key": "standard", "name": "Standard", "is_standard": "on", "urgent_within": "4:00:00",
             "high_within": "8:00:00", "normal_within": "1 00:00:00", "low_within": "2 00:00:00"}  # fmt: skip
    wrong = client.post("/admin/support/supportlevel/add/", {**level, "low_within": "1:00:00", "urgent_within": "0"})
    assert "What hurts less is not answered sooner." in words(wrong)
    assert "This is no time to answer in." in words(wrong)
    client.post("/admin/support/supportlevel/add/", level)
    assert SupportLevel.objects.get(is_standard=True).within("low") == timedelta(days=2)
    second = client.post("/admin/support/supportlevel/add/", {**level, "key": "other"})
    assert second.status_code == 200
    assert SupportLevel.objects.count() == 1
    client.post("/admin/support/savedanswer/add/", {"title": " Plug ", "body": "Look."})
    assert SavedAnswer.objects.get().title == "Plug"


def test_staff_see_what_became_of_mails(cast: Cast, stella: Person, ticket: Ticket) -> None:
    InboundMail.objects.create(mail_id="<a@b>", outcome="taken", message=ticket.messages.get())
    mail = InboundMail.objects.create(mail_id="<c@d>", outcome="refused", problem="It was sent by a program.")
    read = words(stella.client.get("/admin/support/inboundmail/"))
    assert "It was sent by a program." in read
    assert "#1 It stands" in read
    assert stella.client.get(f"/admin/support/inboundmail/{mail.pk}/change/").status_code == 200
