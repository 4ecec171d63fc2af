"""Terms that somebody has not accepted yet: each page asks, and goes on afterwards (issue 3, *Help*)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import terms as terms_module
from accounts.actions import accept_terms
from accounts.models import Terms, TermsAcceptance
from audit.models import Event
from tests.accounts.signing import is_signed_in
from tests.accounts.terms import publish
from tests.cast import Cast, Person
from tests.reading import body, error_at, main_words

pytestmark = pytest.mark.django_db


def test_whoever_has_not_accepted_is_asked_and_then_goes_on(cast: Cast, terms: Terms) -> None:
    sam = cast.sam.client
    asked = sam.get("/profile/security/?tab=1")
    assert asked.headers["Location"] == "/accounts/terms/?next=%2Fprofile%2Fsecurity%2F%3Ftab%3D1"
    assert "Be kind." in main_words(sam.get(asked.headers["Location"]))
    done = sam.post("/accounts/terms/", {"accepted": str(terms.pk), "next": "/profile/security/?tab=1"})
    assert done.headers["Location"] == "/profile/security/?tab=1"
    assert sam.get("/profile/security/").status_code == 200
    assert TermsAcceptance.objects.get().user == cast.sam.user


def test_it_is_asked_again_when_the_terms_change(cast: Cast, terms: Terms) -> None:
    accept_terms(user=cast.sam.user, terms_id=terms.pk, by=cast.sam.actor())
    assert cast.sam.client.get("/profile/security/").status_code == 200
    publish("2027-02")
    assert cast.sam.client.get("/profile/security/").status_code == 302
    assert TermsAcceptance.objects.count() == 1


def test_new_terms_are_asked_for_from_their_day_on(cast: Cast) -> None:
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        publish(effective_at=timezone.now() + timedelta(days=1))
        assert cast.sam.client.get("/profile/security/").status_code == 200
        clock.shift(timedelta(days=1))
        terms_module.latest.forget()
        assert cast.sam.client.get("/profile/security/").status_code == 302


def test_nothing_begins_in_the_past() -> None:
    yesterday = timezone.now() - timedelta(days=1)
    assert publish(effective_at=yesterday).effective_at > yesterday


def test_what_an_old_tab_posts_is_done_and_the_next_page_asks(cast: Cast, terms: Terms) -> None:
    cast.sam.client.post("/organizations/new/", {"name": "Vega"})
    assert Event.objects.filter(action="organization.created").exists()
    assert cast.sam.client.get("/o/vega/").headers["Location"].startswith("/accounts/terms/")


def test_a_part_of_a_page_leads_the_whole_page_there(cast: Cast, terms: Terms) -> None:
    here = "http://testserver/o/acme/members/?q=ada"
    headers = {"HX-Request": "true", "HX-Current-URL": here}
    answer = cast.olivia.client.get("/o/acme/members/?q=ada", headers=headers)
    assert answer.headers["HX-Redirect"] == "/accounts/terms/?next=%2Fo%2Facme%2Fmembers%2F%3Fq%3Dada"


@pytest.mark.parametrize(
    "path",
    [
        "/help/", "/help/mfa/", "/terms/", "/accounts/terms/", "/accounts/logout/", "/cookies/",
        "/profile/preferences/data/", "/profile/preferences/deletion/",
    ],
)  # fmt: skip
def test_help_and_the_ways_out_stay_open(cast: Cast, terms: Terms, path: str) -> None:
    assert cast.sam.client.get(path).status_code == 200


def test_one_may_sign_out_without_accepting(cast: Cast, terms: Terms) -> None:
    cast.sam.client.post("/accounts/logout/")
    assert not is_signed_in(cast.sam.client)


def test_visitors_are_not_asked(terms: Terms, client: Client) -> None:
    for path in ("/", "/accounts/login/", "/accounts/signup/"):
        assert client.get(path).status_code == 200


def test_staff_who_publish_them_are_not_asked_in_the_admin(terms: Terms, person: Callable[..., Person]) -> None:
    assert "/accounts/terms/" not in person("stella.staff@example.com", is_staff=True).client.get(
        "/admin/"
    ).headers.get("Location", "")


def test_without_the_box_the_page_asks_again(cast: Cast, terms: Terms) -> None:
    page = cast.sam.client.post("/accounts/terms/", {"next": "/help/"})
    assert error_at(page, "accepted") == "Accept the terms to go on."
    assert 'name="next" value="/help/"' in body(page)
    assert not TermsAcceptance.objects.exists()


def test_a_box_that_was_drawn_for_older_terms_accepts_nothing(cast: Cast, terms: Terms) -> None:
    publish("2027-02")
    page = cast.sam.client.post("/accounts/terms/", {"accepted": str(terms.pk)})
    assert error_at(page, "accepted")
    assert not TermsAcceptance.objects.exists()


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https:evil.example", "javascript:alert(1)", "https://evil.example/"]
)
def test_the_way_on_stays_in_this_console(cast: Cast, terms: Terms, evil: str) -> None:
    assert (
        cast.sam.client.post("/accounts/terms/", {"accepted": str(terms.pk), "next": evil}).headers["Location"] == "/"
    )
    assert cast.sam.client.get("/accounts/terms/", {"next": evil}).headers["Location"] == "/"


def test_accepting_twice_is_accepting_once(cast: Cast, terms: Terms) -> None:
    for _ in range(2):
        accept_terms(user=cast.sam.user, terms_id=terms.pk, by=cast.sam.actor())
    assert TermsAcceptance.objects.count() == 1
    assert Event.objects.filter(action="account.terms_accepted").count() == 1


def test_once_accepted_the_terms_cost_no_query(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert cast.olivia.client.get("/o/acme/members/").status_code == 200
        return len(captured.captured_queries)

    queries()
    before = queries()
    terms = publish()
    accept_terms(user=cast.olivia.user, terms_id=terms.pk, by=cast.olivia.actor())
    queries()
    assert queries() == before
