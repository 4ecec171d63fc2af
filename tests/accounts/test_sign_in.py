"""Signing in and out: where it leads, what it does to the session, and how often one may guess."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from audit.models import Event
from tests.accounts.signing import PASSWORD, choose_password, is_signed_in, make_user, reset_link, sign_in
from tests.reading import words

pytestmark = pytest.mark.django_db

OLIVIA = "olivia@example.com"
WRONG = "The email address and/or password you specified are not correct."
TOO_MANY = "Too many failed login attempts. Try again later."


def test_one_signs_in_and_out(olivia: User) -> None:
    client = Client()
    response = client.post("/accounts/login/", {"login": OLIVIA, "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/", 302), ("/getting-started/", 302)]
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)
    assert client.post("/accounts/logout/").status_code == 302
    assert not is_signed_in(client)


def test_a_wrong_password_says_so_and_is_written_down(olivia: User) -> None:
    client = Client()
    response = sign_in(client, OLIVIA, "wrong")
    assert WRONG in words(response)
    assert not is_signed_in(client)
    event = Event.objects.get(outcome="denied")
    assert (event.action, event.subject_id, event.actor_kind) == ("account.signed_in", olivia.pk, "visitor")


def test_a_locked_account_gets_no_session_even_with_the_right_password(olivia: User) -> None:
    User.objects.filter(pk=olivia.pk).update(is_active=False)
    client = Client()
    sign_in(client, OLIVIA)
    assert not is_signed_in(client)


def test_locking_an_account_ends_its_sessions_at_the_next_request(olivia: User) -> None:
    """Attack 16."""
    client = Client()
    sign_in(client, OLIVIA)
    User.objects.filter(pk=olivia.pk).update(is_active=False)
    assert not is_signed_in(client)


def test_a_changed_password_ends_all_other_sessions(olivia: User) -> None:
    """Attack 16."""
    here, there = Client(), Client()
    sign_in(here, OLIVIA)
    sign_in(there, OLIVIA)
    here.post(
        "/profile/security/password/",
        {"oldpassword": PASSWORD, "password1": "walnut-ferry-38", "password2": "walnut-ferry-38"},
    )
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_signed_in_the_sign_in_page_leads_on(olivia: User) -> None:
    client = Client()
    client.force_login(olivia)
    assert client.get("/accounts/login/").headers["Location"] == "/"
    assert client.get("/accounts/signup/").headers["Location"] == "/"


class TestTheSession:
    """Attack 15."""

    def test_its_id_changes_at_sign_in_and_the_former_one_is_dead(self, olivia: User) -> None:
        client = Client()
        session = client.session
        session["planted"] = "by an attacker"
        session.save()
        before = str(session.session_key)
        client.cookies["sessionid"] = before
        sign_in(client, OLIVIA)
        after = client.cookies["sessionid"].value
        assert after != before
        attacker = Client()
        attacker.cookies["sessionid"] = before
        assert not is_signed_in(attacker)

    def test_it_ends_with_signing_out(self, olivia: User) -> None:
        client = Client()
        sign_in(client, OLIVIA)
        kept = client.cookies["sessionid"].value
        client.post("/accounts/logout/")
        attacker = Client()
        attacker.cookies["sessionid"] = kept
        assert not is_signed_in(attacker)

    def test_its_cookie_is_out_of_reach_for_scripts_and_other_sites(self, olivia: User) -> None:
        client = Client()
        sign_in(client, OLIVIA)
        cookie = client.cookies["sessionid"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


NEXT = [
    ("/o/personal/settings/", "/o/personal/settings/"),
    ("/profile/preferences/?a=b", "/profile/preferences/?a=b"),
    ("", "/"),
    ("//evil.example", "/"),
    ("///evil.example", "/"),
    ("https:evil.example", "/"),
    ("https://evil.example/", "/"),
    ("http:///evil.example", "/"),
    ("javascript:alert(1)", "/"),
    ("\\\\evil.example", "/"),
    ("/\\evil.example", "/"),
    ("\t//evil.example", "/"),
    ("/\t/evil.example", "/"),
    ("\x01//evil.example", "/"),
    ("data:text/html,x", "/"),
    ("evil.example", "/"),
    ("//testserver@evil.example", "/"),
    ("https://testserver/profile/", "/"),
]


class TestWhereItLeads:
    """Attack 18: only to a local page."""

    @pytest.mark.parametrize(("wanted", "leads_to"), NEXT)
    def test_after_signing_in(self, olivia: User, wanted: str, leads_to: str) -> None:
        assert sign_in(Client(), OLIVIA, next=wanted).headers["Location"] == leads_to
        response = Client().post(
            "/accounts/login/", {"login": OLIVIA, "password": PASSWORD}, query_params={"next": wanted}
        )
        assert response.headers["Location"] == leads_to

    @pytest.mark.parametrize(("wanted", "leads_to"), NEXT)
    def test_after_signing_out(self, olivia: User, wanted: str, leads_to: str) -> None:
        client = Client()
        client.force_login(olivia)
        assert client.post("/accounts/logout/", {"next": wanted}).headers["Location"] == leads_to

    @pytest.mark.parametrize(("wanted", "leads_to"), NEXT)
    def test_when_signed_in_already(self, olivia: User, wanted: str, leads_to: str) -> None:
        client = Client()
        client.force_login(olivia)
        assert client.get("/accounts/login/", {"next": wanted}).headers["Location"] == leads_to


class TestGuessing:
    """Attack 13, one after the other: five wrong passwords for an account, ten from an address."""

    @pytest.fixture(autouse=True)
    def clock(self) -> Iterator[time_machine.Traveller]:
        with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as traveller:
            yield traveller

    def guess(self, email: str, address: str = "203.0.113.7", **headers: str) -> str:
        client = Client(REMOTE_ADDR=address)
        return words(client.post("/accounts/login/", {"login": email, "password": "wrong"}, headers=headers or None))

    def test_an_account_rests_after_five_whatever_the_case_and_wherever_from(self, olivia: User) -> None:
        for number, email in enumerate((OLIVIA, "OLIVIA@example.com", "Olivia@Example.COM", f" {OLIVIA} ", OLIVIA)):
            assert WRONG in self.guess(email, f"203.0.113.{number}")
        assert TOO_MANY in self.guess(OLIVIA, "198.51.100.1")
        # Also with the right password: else one would know it when it is.
        client = Client(REMOTE_ADDR="198.51.100.2")
        assert TOO_MANY in words(sign_in(client, OLIVIA))
        assert not is_signed_in(client)

    def test_it_can_be_tried_again_after_five_minutes(self, olivia: User, clock: time_machine.Traveller) -> None:
        for _ in range(5):
            self.guess(OLIVIA)
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(Client(), OLIVIA).status_code == 302

    def test_another_host_name_or_port_begins_no_new_count(self, olivia: User) -> None:
        """The Host header is the client's words; its port is checked by nobody."""
        for number in range(5):
            self.guess(OLIVIA, f"203.0.113.{number}", Host=f"testserver:{8000 + number}")
        assert TOO_MANY in self.guess(OLIVIA, "198.51.100.1", Host="localhost:9000")

    def test_an_address_rests_after_ten_whatever_account_it_tries(self, olivia: User) -> None:
        for number in range(10):
            assert WRONG in self.guess(f"somebody{number}@example.com")
        assert TOO_MANY in self.guess(OLIVIA)
        assert WRONG in self.guess(OLIVIA, "198.51.100.1")

    def test_a_forged_forwarded_address_changes_nothing_without_a_proxy(self, olivia: User) -> None:
        for number in range(10):
            self.guess(f"somebody{number}@example.com", **{"X-Forwarded-For": f"192.0.2.{number}"})
        assert TOO_MANY in self.guess("somebody@example.com", **{"X-Forwarded-For": "192.0.2.99"})

    def test_behind_a_proxy_only_what_the_proxy_wrote_counts(self, olivia: User, settings: Settings) -> None:
        settings.TRUSTED_PROXY_COUNT = 1
        for number in range(10):
            self.guess(
                f"somebody{number}@example.com", "10.0.0.1", **{"X-Forwarded-For": f"192.0.2.{number}, 203.0.113.7"}
            )
        assert TOO_MANY in self.guess(OLIVIA, "10.0.0.1", **{"X-Forwarded-For": "192.0.2.99, 203.0.113.7"})
        # Another client of the same proxy is not hindered.
        assert WRONG in self.guess(OLIVIA, "10.0.0.1", **{"X-Forwarded-For": "203.0.113.7, 198.51.100.1"})

    def test_addresses_of_one_network_of_ipv6_count_as_one(self, olivia: User) -> None:
        for number in range(10):
            self.guess(f"somebody{number}@example.com", f"2001:db8::{number + 1}")
        assert TOO_MANY in self.guess(OLIVIA, "2001:db8::ffff")

    def test_in_a_browser_that_the_account_knows_it_can_still_be_tried(self, olivia: User) -> None:
        """Strangers' guesses do not lock its person out."""
        home = Client(REMOTE_ADDR="192.0.2.1")
        sign_in(home, OLIVIA)
        home.post("/accounts/logout/")
        for number in range(5):
            self.guess(OLIVIA, f"203.0.113.{number}")
        assert TOO_MANY in self.guess(OLIVIA, "198.51.100.1")
        assert sign_in(home, OLIVIA).status_code == 302
        assert is_signed_in(home)

    def test_in_such_a_browser_five_guesses_are_the_end_too(self, olivia: User) -> None:
        home = Client(REMOTE_ADDR="192.0.2.1")
        sign_in(home, OLIVIA)
        home.post("/accounts/logout/")
        for _ in range(5):
            assert WRONG in words(sign_in(home, OLIVIA, "wrong"))
        assert TOO_MANY in words(sign_in(home, OLIVIA))

    @pytest.mark.parametrize("cookie", ["made-up", "", "'; --", "x" * 5000])
    def test_a_cookie_that_was_made_up_or_is_another_accounts_begins_no_new_count(
        self, olivia: User, cookie: str
    ) -> None:
        make_user("rita@example.com")
        rita = Client(REMOTE_ADDR="192.0.2.1")
        sign_in(rita, "rita@example.com")
        rita.post("/accounts/logout/")
        for number in range(5):
            self.guess(OLIVIA, f"203.0.113.{number}")
        assert TOO_MANY in words(sign_in(rita, OLIVIA))
        stranger = Client(REMOTE_ADDR="192.0.2.2")
        stranger.cookies["browser"] = cookie
        assert TOO_MANY in words(sign_in(stranger, OLIVIA))

    def test_all_addresses_of_an_account_count_together(self, olivia: User) -> None:
        EmailAddress.objects.create(user=olivia, email="olivia.second@example.com", verified=True)
        for number in range(5):
            self.guess((OLIVIA, "olivia.second@example.com")[number % 2], f"203.0.113.{number}")
        assert TOO_MANY in self.guess("olivia.second@example.com", "198.51.100.1")

    def test_a_reset_lets_its_person_try_again_at_once(self, olivia: User) -> None:
        for _ in range(5):
            self.guess(OLIVIA)
        Client().post("/accounts/password/reset/", {"email": OLIVIA})
        choose_password(Client(), reset_link(OLIVIA), "walnut-ferry-38")
        assert sign_in(Client(), OLIVIA, "walnut-ferry-38").status_code == 302

    def test_unknown_accounts_rest_as_well(self) -> None:
        for number in range(5):
            self.guess("nobody@example.com", f"203.0.113.{number}")
        assert TOO_MANY in self.guess("nobody@example.com", "198.51.100.1")
