"""Setting second factors up, naming and removing them (text 002, section 2.4)."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import BackupCode, User
from accounts.models.authenticator import code_at, step_now
from audit.models import Event
from tests.accounts.factors import (
    MFA,
    NEW,
    App,
    answer,
    enrol,
    give_app,
    give_codes,
    is_in,
    key_on,
    proof_on,
    prove_factor,
    shown_codes,
    sign_in_with,
)
from tests.accounts.signing import PASSWORD, browser_of, make_user, sign_in
from tests.reading import body, error_at, links, mails_to, main_words, posts, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(mia: User) -> Client:
    """A browser in which Mia has just signed in."""
    return browser_of(mia.email)


class TestAnAuthenticatorApp:
    """Added with a QR code and a code that confirms it."""

    def test_the_key_is_shown_as_a_picture_and_to_type(self, client: Client) -> None:
        page = client.get(NEW)
        assert "<title>QR code of the key. If you cannot scan it, type the key below into the app.</title>" in body(
            page
        )
        assert 'fill="#fff"' in body(page)
        assert re.search(r"<code>([A-Z2-7]{4} ){7}[A-Z2-7]{4}</code>", body(page))

    def test_a_reload_shows_the_same_key(self, client: Client) -> None:
        assert key_on(client) == key_on(client)

    def test_each_session_has_a_key_of_its_own(self, client: Client, mia: User) -> None:
        other = Client()
        sign_in(other, mia.email)
        assert key_on(client) != key_on(other)

    def test_its_code_adds_it(self, client: Client, mia: User) -> None:
        enrol(client, "Mia's phone")
        assert "Mia's phone" in main_words(client.get(MFA))
        assert Event.objects.get(action="account.factor_added").subject_id == mia.pk
        assert "Authenticator app" in mails_to(mia.email, "factor-added")[0].text

    def test_a_wrong_code_adds_nothing_and_keeps_the_key(self, client: Client, mia: User) -> None:
        key = key_on(client)
        refused = client.post(NEW, {"code": "000000" if code_at(step_now(), key) != "000000" else "111111"})
        assert "This is not the code of this key." in error_at(refused, "code")
        assert key in body(refused)
        assert not mia.authenticators.exists()

    def test_the_code_that_confirmed_it_signs_nobody_in(self, client: Client, mia: User) -> None:
        key = enrol(client)
        other = Client()
        sign_in(other, mia.email)
        answer(other, code_at(step_now(), key))
        assert not is_in(other)

    def test_from_then_on_it_is_asked_for(self, client: Client, mia: User) -> None:
        enrol(client)
        app = App(mia.authenticators.get())
        other = Client()
        sign_in(other, mia.email)
        assert not is_in(other)
        answer(other, app.code(1))
        assert is_in(other)

    def test_who_sets_it_up_stays_signed_in_and_has_proven_it(self, client: Client) -> None:
        enrol(client)
        assert is_in(client)
        assert "Add an authenticator app" in main_words(client.get(NEW))

    def test_posted_twice_it_is_added_once(self, client: Client, mia: User) -> None:
        key = key_on(client)
        data = {"code": code_at(step_now(), key)}
        client.post(NEW, data)
        again = client.post(NEW, data)
        assert again.status_code == 200
        assert mia.authenticators.count() == 1

    def test_a_secret_is_sealed_at_rest(self, client: Client, mia: User) -> None:
        key = enrol(client)
        assert key not in mia.authenticators.get().sealed_secret

    def test_at_most_five(self, client: Client, mia: User) -> None:
        apps = [give_app(mia, f"Phone {number}") for number in range(5)]
        other = Client()
        sign_in_with(other, mia, apps[0])
        refused = other.post(NEW, {"code": code_at(step_now(), key_on(other))})
        assert "You have 5 authenticator apps. Remove one before you add another." in main_words(refused)

    def test_its_name_is_one_line(self, client: Client, mia: User) -> None:
        enrol(client, "Phone\r\nBcc: x@example.com \u202e")
        assert mia.authenticators.get().name == "Phone Bcc: x@example.com"


class TestTheCard:
    """On the security page: whether it is on, and with what."""

    def test_it_says_that_it_is_off_and_leads_to_turning_it_on(self, client: Client) -> None:
        page = client.get("/profile/security/")
        assert "It is off: whoever gets past the first step of signing in is in your account." in main_words(page)
        assert MFA in links(page)

    def test_it_lists_what_there_is(self, client: Client, mia: User) -> None:
        enrol(client, "Mia's phone")
        page = client.get("/profile/security/")
        assert "Mia's phone" in main_words(page)
        assert "It is off" not in main_words(page)


class TestRemoving:
    """Takes a factor itself, each time."""

    def test_it_asks_first_and_then_for_a_factor(self, client: Client, mia: User) -> None:
        enrol(client)
        app = App(mia.authenticators.get())
        give_codes_again(mia)
        page = f"{MFA}authenticator/{app.device.pk}/removal/"
        assert "It is the last one" in main_words(client.get(page))
        assert page in posts(client.get(page))
        asked = client.post(page)
        assert "Confirm that it is you" in main_words(asked)
        assert mia.authenticators.exists()
        done = client.post(page, proof_on(asked, app.code(1)), follow=True)
        assert "Multi-factor authentication is off." in words(done)
        assert not mia.authenticators.exists()
        assert not BackupCode.objects.exists()
        [mail] = mails_to(mia.email, "factor-removed")
        assert "Whoever gets past the first step of signing in is in your account now." in mail.text

    def test_the_password_is_not_enough(self, client: Client, mia: User) -> None:
        enrol(client)
        app = App(mia.authenticators.get())
        page = f"{MFA}authenticator/{app.device.pk}/removal/"
        asked = client.post(page)
        client.post(page, {**proof_on(asked, app.wrong_code()), "password": PASSWORD})
        assert mia.authenticators.exists()

    def test_one_of_two_leaves_the_other_and_the_codes(self, client: Client, mia: User) -> None:
        enrol(client)
        shown_codes(client)
        other = give_app(mia, "Tablet")
        page = f"{MFA}authenticator/{other.device.pk}/removal/"
        assert "your other ways stay" in main_words(client.get(page))
        client.post(page, proof_on(client.post(page), other.code()))
        assert mia.authenticators.count() == 1
        assert BackupCode.objects.count() == 10
        assert "This is no longer asked for" in mails_to(mia.email, "factor-removed")[0].text

    def test_no_browser_is_trusted_any_more(self, client: Client, mia: User) -> None:
        first, second = give_app(mia), give_app(mia, "Tablet")
        sign_in_with(Client(), mia, first, trust="yes")
        prove_factor(client, mia)
        page = f"{MFA}authenticator/{second.device.pk}/removal/"
        client.post(page, proof_on(client.post(page), second.code()))
        assert not mia.browsers.filter(trusted_until__isnull=False).exists()

    def test_another_session_that_was_let_in_by_it_has_proven_nothing_any_more(self, client: Client, mia: User) -> None:
        first, second = give_app(mia), give_app(mia, "Tablet")
        other = Client()
        sign_in_with(other, mia, first)
        first.device.delete()
        assert "Confirm that it is you" in main_words(other.get(NEW))
        assert second.device.pk

    @pytest.mark.parametrize("what", ["removal", "name"])
    def test_somebody_elses_is_not_there(self, client: Client, what: str) -> None:
        rita = make_user("rita.rival@example.com")
        foreign = give_app(rita).device
        for pk in (foreign.pk, uuid4()):
            for method in ("get", "post"):
                answered = getattr(client, method)(f"{MFA}authenticator/{pk}/{what}/")
                if what == "removal" and method == "post":
                    # Asked first, as for one's own: the question tells nothing apart.
                    answered = client.post(
                        f"{MFA}authenticator/{pk}/{what}/", {**proof_on(answered, ""), "password": PASSWORD}
                    )
                assert answered.status_code == 404
        assert rita.authenticators.exists()

    @pytest.mark.parametrize("kind", ["backup_codes", "user", "accounts"])
    def test_what_is_no_factor_of_its_own_cannot_be_removed(self, client: Client, mia: User, kind: str) -> None:
        give_app(mia)
        give_codes(mia)
        assert client.get(f"{MFA}{kind}/{mia.backup_codes.pk}/removal/").status_code == 404


class TestNaming:
    """So that its person recognises it."""

    def test_a_factor_is_renamed(self, client: Client, mia: User) -> None:
        enrol(client)
        page = f"{MFA}authenticator/{mia.authenticators.get().pk}/name/"
        assert "It is called Work phone now." in words(client.post(page, {"name": "Work phone"}, follow=True))
        assert "Work phone" in main_words(client.get(MFA))

    def test_it_needs_a_name(self, client: Client, mia: User) -> None:
        enrol(client)
        page = f"{MFA}authenticator/{mia.authenticators.get().pk}/name/"
        assert error_at(client.post(page, {"name": " "}), "name")


def give_codes_again(user: User) -> list[str]:
    """Other backup codes than those that came with the first factor."""
    BackupCode.objects.all().delete()
    user.backup_codes.delete()
    user.refresh_from_db()
    return give_codes(user)
