"""A session that is ended while its own browser is at work: whoever is first, nothing is left of it."""

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpResponse
from django.test import Client

from accounts.models import Session
from accounts.proof import PROVEN_AT
from accounts.sessions.engine import SessionStore
from tests.cast import Cast, Person
from tests.races.together import browser, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 20
OTHERS = "/profile/security/sessions/others/ending/"


def take_another_key(client: Client) -> HttpResponse:
    """What a page does that has just been told who one is."""
    store = SessionStore(client.cookies["sessionid"].value)
    store["proven"] = "just now"
    try:
        store.cycle_key()
        store.save()
    except (SessionInterrupted, UpdateError):
        return HttpResponse(status=400)
    return HttpResponse()


def proven_browser(person: Person) -> Client:
    """A browser of the person who has just said who they are."""
    client = browser(person)
    session = client.session
    session[PROVEN_AT] = session["signed_in_at"]
    session.save()
    return client


def test_a_session_that_changes_its_key_does_not_slip_away(cast: Cast) -> None:
    for _ in range(ROUNDS):
        Session.objects.all().delete()
        here, there = proven_browser(cast.sam), browser(cast.sam)
        answers = together(lambda: here.post(OTHERS), lambda: take_another_key(there))  # noqa: B023 -- run in this round
        assert answers[0].status_code == 302
        assert Session.objects.of(cast.sam.user.pk).count() == 1
        assert here.get("/profile/security/").status_code == 200
