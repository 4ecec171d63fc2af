"""Tickets from the side of who asks: the question, the page with the answers, and its end."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponseBase
from django.utils import timezone

from accounts.actions.closing import close_account
from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import CustomRole, Membership
from organizations.roles import Permission
from support.actions.tickets import MESSAGES_PER_DAY, TICKETS_PER_DAY, close_solved_tickets
from support.models import Message, Ticket
from tests.cast import Cast, Person
from tests.reading import body, error_at, links, main_words, words
from tests.support.making import make_entitlement, make_level, make_product, make_ticket

pytestmark = pytest.mark.django_db

LIST = "/o/acme/support/tickets/"
NEW = f"{LIST}new/"


def token_in(page: HttpResponseBase) -> str:
    """What the form carries, so that it is sent once."""
    return body(page).partition('name="token" value="')[2].partition('"')[0]


def typed(**other: Any) -> dict[str, Any]:
    """What somebody types into the form."""
    return {"title": "It does not start", "body": "It says nothing.", "priority": "normal", **other}


def address(ticket: Ticket, below: str = "") -> str:
    """The page of a ticket of Acme, or an address below it."""
    return f"{LIST}{ticket.pk}/{below}"


def answer(ticket: Ticket, by: Person, text: str = "Which version is it?", **columns: Any) -> Message:
    """What somebody of the staff wrote; straight into the database."""
    message = Message.objects.create(
        ticket=ticket, author=by.user, author_name=by.user.first_name, is_staff=True, body=text, **columns
    )
    Ticket.objects.filter(pk=ticket.pk).update(state="answered", changed_at=timezone.now())
    return message


def test_somebody_asks_and_is_told_until_when_they_are_answered(cast: Cast) -> None:
    make_level("standard", is_standard=True)
    make_level("premium", urgent_within=timedelta(minutes=30))
    make_entitlement(cast.acme, number="E-1")
    make_product("database", name="Database")
    page = cast.mia.client.get(f"{NEW}?from=/o/acme/projects/")
    assert "Urgent: first answer within 4 hours" in main_words(page)
    # A script asks again once a product is chosen; what was chosen beside it stays.
    part = cast.mia.client.get(f"{NEW}?product=database&priority=high", headers={"HX-Target": "ticket-promise"})
    assert "<html" not in body(part)
    assert "Urgent: first answer within 30 minutes" in body(part)
    assert 'value="high" required id="id_priority_1" checked' in " ".join(body(part).split())

    with time_machine.travel("2026-11-02 09:00:00Z", tick=False):
        sent = cast.mia.client.post(
            NEW, typed(product="database", priority="urgent", asked_from="/o/acme/projects/", token=token_in(page))
        )
        ticket = Ticket.objects.get()
        assert sent["Location"] == address(ticket)
        shown = main_words(cast.mia.client.get(address(ticket)))
    for told in ("#1 It does not start", "Waiting for us", "Urgent", "Database", "Premium", "due in 30 minutes"):
        assert told in shown
    assert "Asked from /o/acme/projects/" in shown
    # Entitlements are for who may see them (text 003).
    assert "E-1" not in shown
    assert "E-1" in main_words(cast.adam.client.get(address(ticket)))


def test_what_was_refused_stands_at_its_field_and_a_page_of_others_is_not_noted(cast: Cast) -> None:
    make_product("database")
    page = cast.mia.client.post(NEW, typed(title=" ", product="other", priority="none"))
    assert all(error_at(page, field) for field in ("title", "product", "priority"))
    page = cast.mia.client.post(NEW, typed(title="\u2800"))
    assert error_at(page, "title") == "Say in a few words what it is about."
    page = cast.mia.client.post(NEW, typed(body="\u200b"))
    assert error_at(page, "body") == "Write what it is about."
    assert not Ticket.objects.exists()
    cast.mia.client.post(NEW, typed(asked_from="//evil.example/"))
    assert Ticket.objects.get().asked_from == ""
    assert 'name="asked_from" value="' not in body(cast.mia.client.get(f"{NEW}?from=//evil.example/"))
    # Nor what was searched there, nor a page whose address is its secret.
    cast.mia.client.post(NEW, typed(asked_from="/o/acme/projects/?q=secret"))
    assert Ticket.objects.latest("number").asked_from == "/o/acme/projects/"
    cast.mia.client.post(NEW, typed(asked_from="/invitations/secret/"))
    assert Ticket.objects.latest("number").asked_from == ""
    assert 'name="asked_from" value="' not in body(cast.mia.client.get(f"{NEW}?from=/invitations/secret/"))


def test_of_several_entitlements_one_chooses_and_nobody_chooses_another_organizations(cast: Cast) -> None:
    slow = make_level("basic", normal_within=timedelta(days=3))
    ours = make_entitlement(cast.acme, number="E-1", level=slow, families=[])
    make_entitlement(cast.acme, number="E-2", families=[])
    theirs = make_entitlement(cast.rival, number="E-3", families=[])
    assert "E-2" in main_words(cast.adam.client.get(NEW))
    assert "E-2" not in main_words(cast.mia.client.get(NEW))
    refused = cast.adam.client.post(NEW, typed(entitlement=str(theirs.pk)))
    assert error_at(refused, "entitlement")
    cast.adam.client.post(NEW, typed(entitlement=str(ours.pk)))
    assert Ticket.objects.get().level == slow
    # Who may not choose gets the quickest.
    cast.mia.client.post(NEW, typed(entitlement=str(ours.pk)))
    assert Ticket.objects.get(number=2).level == make_level()


def test_a_form_sent_twice_raises_one_and_writes_one(cast: Cast) -> None:
    token = token_in(cast.mia.client.get(NEW))
    answers = [cast.mia.client.post(NEW, typed(token=token))["Location"] for _time in range(2)]
    ticket = Ticket.objects.get()
    assert answers == [address(ticket)] * 2
    token = token_in(cast.mia.client.get(address(ticket)))
    for _time in range(2):
        cast.mia.client.post(address(ticket, "messages/"), {"body": "It works now.", "token": token})
    assert [one.body for one in ticket.messages.order_by("created_at")] == ["It says nothing.", "It works now."]
    # Somebody else's token is none: nobody chooses an id.
    cast.adam.client.post(NEW, typed(token=token))
    assert Ticket.objects.count() == 2


def test_who_goes_back_to_a_form_that_was_sent_and_writes_something_else_has_said_both(cast: Cast) -> None:
    token = token_in(cast.mia.client.get(NEW))
    for title in ("It does not start", "It does not stop"):
        cast.mia.client.post(NEW, typed(title=title, token=token))
    assert list(Ticket.objects.order_by("number").values_list("title", flat=True)) == [
        "It does not start", "It does not stop",
    ]  # fmt: skip
    ticket = Ticket.objects.get(number=1)
    token = token_in(cast.mia.client.get(address(ticket)))
    for text in ("It works now.", "No, it does not."):
        cast.mia.client.post(address(ticket, "messages/"), {"body": text, "token": token})
    assert ticket.messages.count() == 3


def test_the_conversation_shows_staff_by_their_first_name_and_no_notes(cast: Cast) -> None:
    ticket = make_ticket(cast.acme, cast.mia.user)
    answer(ticket, cast.sam)
    answer(ticket, cast.sam, "They are angry.", is_internal=True)
    said = "See <b>this</b>: https://example.com/a?b=1&c=2). javascript:alert(1)\n    indented {{ 7*7 }}"
    cast.mia.client.post(address(ticket, "messages/"), {"body": said})
    page = cast.mia.client.get(address(ticket))
    assert "Sam · Console" in main_words(page)
    for hidden in ("Stranger", "sam.stranger", "angry"):
        assert hidden not in body(page)
    link = '<a href="https://example.com/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">'
    assert f"See &lt;b&gt;this&lt;/b&gt;: {link}" in body(page)
    assert "javascript:alert(1)\n    indented {{ 7*7 }}</div>" in body(page)
    assert not any(one.startswith("javascript") for one in links(page))
    # A script is given nothing where there is nothing new, and then what there is.
    again = body(page).partition('data-hx-get="')[2].partition('"')[0]
    same = cast.mia.client.get(again, headers={"HX-Target": "conversation"})
    assert (same.status_code, same.content) == (204, b"")
    answer(ticket, cast.sam, "Thank you.")
    part = cast.mia.client.get(again, headers={"HX-Target": "conversation"})
    assert "Thank you." in body(part)
    assert "<form" not in body(part).replace('<form class="post-button"', "")


def test_it_is_solved_reopened_and_closed_for_good_after_two_weeks(cast: Cast) -> None:
    with time_machine.travel("2026-11-02 09:00:00Z", tick=False) as clock:
        ticket = make_ticket(cast.acme, cast.mia.user)
        cast.mia.client.post(address(ticket, "solution/"))
        assert "Solved" in main_words(cast.mia.client.get(address(ticket)))
        cast.mia.client.post(address(ticket, "reopening/"))
        assert "Waiting for us" in main_words(cast.mia.client.get(address(ticket)))
        cast.mia.client.post(address(ticket, "solution/"))
        clock.shift(timedelta(days=13))
        assert close_solved_tickets() == 0
        # Whoever writes opens it again.
        cast.mia.client.post(address(ticket, "messages/"), {"body": "It is back."})
        assert Ticket.objects.get().state == "open"
        cast.mia.client.post(address(ticket, "solution/"))
        clock.shift(timedelta(days=14))
        assert close_solved_tickets() == 1
        ticket.refresh_from_db()
        assert (ticket.state, ticket.closed_at) == ("closed", timezone.now())
        # The session has ended meanwhile.
        client = Person(cast.mia.user).client
        page = client.get(address(ticket))
        assert "This ticket is closed." in main_words(page)
        assert f"{NEW}?about=1" in links(page)
        assert "data-watch" not in body(page)
        assert "This goes on from my ticket #1." in body(client.get(f"{NEW}?about=1"))
        for below in ("messages/", "solution/", "reopening/"):
            told = client.post(address(ticket, below), {"body": "Still."}, follow=True)
            assert "This ticket is closed. Raise a new one, and name its number." in words(told)
    assert ticket.messages.count() == 2


def test_one_sees_and_answers_ones_own_and_who_may_every_one(cast: Cast) -> None:
    mias, theos = make_ticket(cast.acme, cast.mia.user), make_ticket(cast.acme, cast.theo.user, "Theo's question")
    rivals = make_ticket(cast.rival, cast.rita.user)
    for person, ticket in ((cast.mia, theos), (cast.adam, rivals), (cast.mia, rivals)):
        assert person.client.get(address(ticket)).status_code == 404
        for below in ("messages/", "solution/", "reopening/"):
            assert person.client.post(address(ticket, below), {"body": "Hello"}).status_code == 404
    cast.adam.client.post(address(mias, "messages/"), {"body": "I have seen it, too."})
    assert mias.messages.filter(author=cast.adam.user).exists()
    # Who sees every ticket and may not ask looks on.
    held = frozenset({Permission.VIEW_ORGANIZATION, Permission.VIEW_CUSTOMER_DATA})
    looks = CustomRole.objects.create(organization=cast.acme, name="Auditor", permissions=held)
    Membership.objects.filter(pk=cast.theo.membership(cast.acme).pk).update(role="custom", custom_role=looks)
    page = cast.theo.client.get(address(mias))
    assert "I have seen it, too." in main_words(page)
    assert "Write to us" not in main_words(page)
    assert cast.theo.client.post(address(mias, "messages/"), {"body": "Me too"}).status_code == 403
    assert cast.theo.client.get(NEW).status_code == 403


def test_who_left_and_came_back_finds_their_tickets_and_a_ticket_outlives_the_account(cast: Cast) -> None:
    ticket = make_ticket(cast.acme, cast.mia.user)
    cast.mia.membership(cast.acme).delete()
    assert cast.mia.client.get(address(ticket)).status_code == 404
    assert "Mia Member" in main_words(cast.adam.client.get(LIST))
    Membership.build(organization=cast.acme, user=cast.mia.user, role="member").save()
    assert cast.mia.client.get(address(ticket)).status_code == 200
    # A name of now, and none once there is no account.
    cast.mia.user.last_name = "Married"
    cast.mia.user.save()
    assert "Mia Married" in main_words(cast.adam.client.get(address(ticket)))
    close_account(user=cast.mia.user, by=cast.mia.actor())
    shown = main_words(cast.adam.client.get(address(ticket)))
    assert "Former member" in shown
    assert "Mia" not in shown + main_words(cast.adam.client.get(LIST))


def test_asking_goes_on_in_any_state_and_in_personal_accounts(cast: Cast) -> None:
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.staff(cast.sam.user))
    cast.mia.client.post(NEW, typed())
    ticket = Ticket.objects.get()
    cast.mia.client.post(address(ticket, "messages/"), {"body": "Why?"})
    assert ticket.messages.count() == 2
    cast.mia.client.post("/o/personal/support/tickets/new/", typed(title="For me"))
    own = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (own.organization.person, own.number) == (cast.mia.user, 1)
    assert "Raised by" not in main_words(cast.mia.client.get(f"/o/personal/support/tickets/{own.pk}/"))


def test_nobody_floods_the_company(cast: Cast) -> None:
    first = make_ticket(cast.acme, cast.mia.user)
    rows = [
        Ticket(organization=cast.acme, number=number, title="T", raised_by_name="x")
        for number in range(2, TICKETS_PER_DAY + 1)
    ]
    Ticket.objects.bulk_create(rows)
    assert "Many tickets were raised here today." in main_words(cast.mia.client.post(NEW, typed()))
    Message.objects.bulk_create(Message(ticket=first, author_name="x", body="y") for _number in range(MESSAGES_PER_DAY))
    page = cast.mia.client.post(address(first, "messages/"), {"body": "Once more"})
    assert "Write again tomorrow." in main_words(page)
    assert "Once more" in body(page)


def test_of_a_long_conversation_the_last_is_shown_first_in_its_order(cast: Cast) -> None:
    ticket = make_ticket(cast.acme, cast.mia.user)
    began = timezone.now()
    Message.objects.bulk_create(
        Message(ticket=ticket, author_name="Mia", body=f"Line {n}.", created_at=began + timedelta(seconds=n))
        for n in range(1, 61)
    )
    page = cast.mia.client.get(address(ticket))
    shown = body(page)
    assert "Line 11." in shown
    assert "Line 10." not in shown
    assert shown.index("Line 59.") < shown.index("Line 60.")
    earlier = next(href for href in links(page) if "?after=" in href)
    before = cast.mia.client.get(earlier)
    assert body(before).index("It says nothing.") < body(before).index("Line 10.")
    # Only where the newest stand does the page look for newer.
    assert "data-watch" not in body(before)
