"""A maximum age of sessions: who signed in too long ago says again who they are, below this organization only."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import User
from audit.models import Event
from organizations.models import Membership, Organization
from tests.accounts.factors import give_app, proof_on, sign_in_with
from tests.accounts.signing import PASSWORD, sign_in
from tests.cast import Cast
from tests.reading import body, error_at, main_words, words

pytestmark = pytest.mark.django_db

PAGE = "/o/acme/settings/security/"
SESSIONS = f"{PAGE}sessions/"
ASKED = "Acme asks again who you are after 8 hours."


def carried(page: HttpResponseBase) -> str:
    return unescape(body(page).partition('name="carried" value="')[2].partition('"')[0])


def prove_by_password(page: HttpResponseBase, password: str = PASSWORD) -> dict[str, str]:
    """The answer to the page that asks who one is."""
    return {"proof": "yes", "carried": carried(page), "password": password}


@pytest.fixture
def mia(clock: time_machine.Traveller, cast: Cast) -> Client:
    """Mia's browser, in which she signs in with her password, now; Acme asks again after 8 hours, Rival never."""
    Membership.build(organization=cast.rival, user=cast.mia.user, role="member").save()
    cast.olivia.client.post(SESSIONS, {"hours": "8"})
    return browser_of(cast.mia.user)


def browser_of(user: User) -> Client:
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    sign_in(client, user.email)
    return client


def test_it_is_set_and_written_down(cast: Cast) -> None:
    answer = cast.olivia.client.post(SESSIONS, {"hours": "8"}, follow=True)
    assert "The rules are saved." in words(answer)
    assert Organization.objects.get(pk=cast.acme.pk).session_hours == 8
    event = Event.objects.get(action="organization.session_age_set")
    assert (event.before, event.after) == ({"hours": None}, {"hours": 8})
    cast.olivia.client.post(SESSIONS, {"hours": ""})
    assert Organization.objects.get(pk=cast.acme.pk).session_hours is None


@pytest.mark.parametrize("hours", ["0", "-1", "2", "9999999999", "NaN", "eight"])
def test_other_times_are_not_taken(cast: Cast, hours: str) -> None:
    answer = cast.olivia.client.post(SESSIONS, {"hours": hours})
    assert error_at(answer, "hours")
    assert Organization.objects.get(pk=cast.acme.pk).session_hours is None


def test_of_two_at_once_the_second_is_told(cast: Cast) -> None:
    page = body(cast.adam.client.get(PAGE))
    seen = unescape(page.partition('id="sessions"')[2].partition('name="seen" value="')[2].partition('"')[0])
    cast.olivia.client.post(SESSIONS, {"hours": "8"})
    answer = cast.adam.client.post(SESSIONS, {"hours": "24", "seen": seen})
    assert "Somebody has changed this since you opened the page" in words(answer)
    assert Organization.objects.get(pk=cast.acme.pk).session_hours == 8


@pytest.mark.parametrize("role", ["billing", "tech", "member"])
def test_others_do_not_set_it(cast: Cast, role: str) -> None:
    assert cast.roles[role].client.post(SESSIONS, {"hours": "8"}).status_code == 403
    assert Organization.objects.get(pk=cast.acme.pk).session_hours is None


def test_a_young_session_is_not_asked(clock: time_machine.Traveller, mia: Client) -> None:
    clock.shift(timedelta(hours=7, minutes=59))
    assert mia.get("/o/acme/members/").status_code == 200


def test_an_old_one_is_and_then_goes_on(clock: time_machine.Traveller, mia: Client) -> None:
    clock.shift(timedelta(hours=8, minutes=1))
    asked = mia.get("/o/acme/members/?q=theo")
    assert ASKED in words(asked)
    assert "theo.tech@example.com" not in body(asked)
    wrong = mia.post("/o/acme/members/?q=theo", prove_by_password(asked, "not-it"))
    assert ASKED in words(wrong)
    on = mia.post("/o/acme/members/?q=theo", prove_by_password(asked))
    assert (on.status_code, on.headers["Location"]) == (302, "/o/acme/members/?q=theo")
    assert "Theo Tech" in main_words(mia.get("/o/acme/members/?q=theo"))
    clock.shift(timedelta(hours=7))
    assert mia.get("/o/acme/").status_code == 200
    clock.shift(timedelta(hours=2))
    assert ASKED in words(mia.get("/o/acme/"))


def test_what_was_typed_is_carried_over_the_question(clock: time_machine.Traveller, mia: Client, cast: Cast) -> None:
    olivia = browser_of(cast.olivia.user)
    clock.shift(timedelta(hours=9))
    form = {"name": "Acme Robotics", "slug": "acme", "description": "We build."}
    asked = olivia.post("/o/acme/settings/", form)
    assert ASKED in words(asked)
    assert Organization.objects.get(pk=cast.acme.pk).name == "Acme"
    olivia.post("/o/acme/settings/", prove_by_password(asked))
    assert Organization.objects.get(pk=cast.acme.pk).name == "Acme Robotics"


def test_a_page_that_asks_by_itself_asks_once(clock: time_machine.Traveller, mia: Client, cast: Cast) -> None:
    olivia = browser_of(cast.olivia.user)
    clock.shift(timedelta(hours=9))
    asked = olivia.post(SESSIONS, {"hours": "24"})
    olivia.post(SESSIONS, prove_by_password(asked))
    assert Organization.objects.get(pk=cast.acme.pk).session_hours == 24
    # And where the session is young enough, the page's own question is answered as always.
    clock.shift(timedelta(hours=1))
    asked = olivia.post(SESSIONS, {"hours": "168"})
    assert "You are about to change something important." in words(asked)
    olivia.post(SESSIONS, prove_by_password(asked))
    assert Organization.objects.get(pk=cast.acme.pk).session_hours == 168


def test_who_has_a_factor_answers_with_it(clock: time_machine.Traveller, mia: Client, cast: Cast) -> None:
    app = give_app(cast.mia.user)
    client = Client()
    sign_in_with(client, cast.mia.user, app)
    clock.shift(timedelta(hours=9))
    asked = client.get("/o/acme/")
    assert ASKED in words(client.post("/o/acme/", prove_by_password(asked)))
    asked = client.get("/o/acme/")
    assert client.post("/o/acme/", proof_on(asked, app.code())).status_code == 302
    assert client.get("/o/acme/").status_code == 200


def test_other_organizations_and_the_account_are_not_asked(clock: time_machine.Traveller, mia: Client) -> None:
    clock.shift(timedelta(hours=9))
    for path in ("/o/rival/", "/o/personal/", "/profile/organizations/", "/profile/preferences/"):
        assert mia.get(path).status_code == 200, path
        assert "asks again who you are" not in words(mia.get(path))


def test_parts_of_pages_are_led_to_the_question(clock: time_machine.Traveller, mia: Client) -> None:
    clock.shift(timedelta(hours=9))
    around = {"HX-Request": "true", "HX-Target": "members", "HX-Current-URL": "http://testserver/o/acme/members/"}
    assert mia.get("/o/acme/members/?q=t", headers=around).headers["HX-Redirect"] == "/o/acme/members/"


def test_a_time_in_the_future_is_no_proof(clock: time_machine.Traveller, mia: Client) -> None:
    clock.shift(timedelta(hours=-1))
    assert ASKED in words(mia.get("/o/acme/"))


def test_a_stranger_is_not_asked_but_told_nothing(clock: time_machine.Traveller, mia: Client, cast: Cast) -> None:
    clock.shift(timedelta(hours=9))
    cast.sam.client.get("/")
    assert cast.sam.client.get("/o/acme/").status_code == 404
