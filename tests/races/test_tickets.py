"""Two write to the same tickets at the same instant: numbers without gaps, one order, and both are told."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone

from support.actions.tickets import close_solved_tickets
from support.models import Ticket
from tests.cast import Cast
from tests.races.together import browser, statuses, together
from tests.support.making import make_ticket

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

LIST = "/o/acme/support/tickets/"


def test_tickets_raised_at_once_have_numbers_without_gaps_and_one_form_raises_one(cast: Cast) -> None:
    clients = [browser(person) for person in (cast.mia, cast.adam, cast.theo, cast.olivia)]
    typed = {"title": "It died", "body": "Look.", "priority": "normal"}
    answers = together(*(lambda client=client: client.post(f"{LIST}new/", typed) for client in clients))
    assert statuses(answers) == [302] * 4
    assert sorted(Ticket.objects.values_list("number", flat=True)) == [1, 2, 3, 4]

    page = clients[0].get(f"{LIST}new/").content.decode()
    token = page.partition('name="token" value="')[2].partition('"')[0]
    again = browser(cast.mia)
    answers = together(
        lambda: clients[0].post(f"{LIST}new/", {**typed, "token": token}),
        lambda: again.post(f"{LIST}new/", {**typed, "token": token}),
    )
    assert statuses(answers) == [302, 302]
    assert Ticket.objects.count() == 5


def test_of_a_message_and_a_closing_at_once_one_comes_first(cast: Cast) -> None:
    ticket = make_ticket(cast.acme, cast.mia.user, state="solved", changed_at=timezone.now() - timedelta(days=15))
    mia, adam = browser(cast.mia), browser(cast.adam)
    here = f"{LIST}{ticket.pk}/messages/"

    def close() -> HttpResponse:
        close_solved_tickets()
        return HttpResponse()

    answers = together(
        lambda: mia.post(here, {"body": "It is back."}), lambda: adam.post(here, {"body": "So it is."}), close
    )
    ticket.refresh_from_db()
    assert 500 not in statuses(answers)
    # Whoever was first, nobody's message was taken by a ticket that is closed.
    assert (ticket.state, ticket.messages.count()) in {("closed", 1), ("open", 3)}
