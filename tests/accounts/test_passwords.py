"""The password: change it, set a first one, choose one by mail, what it must be (issue 3, Deliver 3; text 002, 2.1)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.test import Client

from accounts.models import Browser, User
from audit.models import Event
from tests.accounts.factors import proof_on, prove_factor
from tests.accounts.signing import (
    PASSWORD,
    browser_of,
    change_password,
    choose_password,
    is_signed_in,
    reset_link,
    sign_in,
)
from tests.reading import body, error_at, mails_to, words

pytestmark = pytest.mark.django_db

OLIVIA = "olivia@example.com"
NEW = "walnut-ferry-38"
PAGE = "/profile/security/password/"


@pytest.fixture
def browser(olivia: User) -> Client:
    return browser_of(OLIVIA)


class TestChanging:
    """Text 002, section 2.1: enter the current password, a new one and again, save."""

    def test_the_new_one_works_from_now_on(self, olivia: User, browser: Client) -> None:
        assert change_password(browser, NEW).headers["Location"] == "/profile/security/"
        assert "Your password is changed." in words(browser.get("/profile/security/"))
        assert sign_in(Client(), OLIVIA, NEW).status_code == 302
        assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 200
        assert Event.objects.filter(action="account.password_changed", subject_id=olivia.pk).count() == 1

    def test_the_form_stands_on_the_security_page(self, browser: Client) -> None:
        page = words(browser.get("/profile/security/"))
        for label in ("Current password", "New password", "New password (again)", "Change password"):
            assert label in page

    def test_16_other_sessions_end_and_this_one_goes_on_under_another_key(self, browser: Client) -> None:
        """Attack 16; also somebody who has copied this very cookie is out."""
        other, thief = Client(), Client()
        sign_in(other, OLIVIA)
        thief.cookies["sessionid"] = browser.cookies["sessionid"].value
        assert is_signed_in(thief)
        change_password(browser, NEW)
        assert is_signed_in(browser)
        assert not is_signed_in(other)
        assert not is_signed_in(thief)

    def test_no_browser_is_trusted_any_more(self, olivia: User, browser: Client) -> None:
        Browser.objects.filter(user=olivia).update(trusted_until=datetime(2099, 1, 1, tzinfo=UTC))
        change_password(browser, NEW)
        assert not Browser.objects.filter(user=olivia, trusted_until__isnull=False).exists()

    def test_its_person_is_told(self, browser: Client) -> None:
        change_password(browser, NEW)
        [notice] = mails_to(OLIVIA, "password-changed")
        assert notice.subject == "Your password was changed"
        assert "If it was not you" in notice.text

    def test_a_wrong_current_one_changes_nothing_and_is_written_down(self, olivia: User, browser: Client) -> None:
        assert (
            error_at(change_password(browser, NEW, current="wrong"), "oldpassword")
            == "This is not your password. Try again."
        )
        assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 302
        denied = Event.objects.get(action="account.password_changed")
        assert (denied.outcome, denied.subject_id, denied.after) == ("denied", olivia.pk, {"code": "wrong"})

    def test_guessing_the_current_one_ends_after_five(self, clock: time_machine.Traveller, browser: Client) -> None:
        for _ in range(5):
            change_password(browser, NEW, current="wrong")
        assert "too many wrong passwords" in error_at(change_password(browser, NEW), "oldpassword")
        clock.shift(timedelta(minutes=5, seconds=1))
        assert change_password(browser, NEW).status_code == 302

    def test_right_ones_do_not_count(self, browser: Client) -> None:
        passwords = [PASSWORD, *(f"walnut-ferry-{number}" for number in range(10, 18))]
        for current, new in pairwise(passwords):
            assert change_password(browser, new, current).status_code == 302

    def test_who_has_a_second_factor_gives_it_too_and_types_nothing_twice(self, olivia: User, browser: Client) -> None:
        """The password alone would hand the account to whoever knows it and finds it open."""
        app = prove_factor(browser, olivia)
        session = browser.session
        session["proven_at"] = datetime.now(tz=UTC).timestamp() - 700
        session.save()
        asked = change_password(browser, NEW)
        assert "Confirm that it is you" in words(asked)
        assert NEW not in body(asked)
        assert olivia.check_password(PASSWORD)
        assert browser.post(PAGE, proof_on(asked, app.code())).headers["Location"] == "/profile/security/"
        assert User.objects.get(pk=olivia.pk).check_password(NEW)

    def test_the_two_new_ones_must_be_the_same(self, browser: Client) -> None:
        assert (
            error_at(change_password(browser, NEW, again="walnut-ferry-39"), "password2")
            == "This is not the same password."
        )

    def test_what_was_typed_is_not_sent_back(self, browser: Client) -> None:
        page = body(change_password(browser, NEW, current="wrong-but-secret"))
        assert "wrong-but-secret" not in page
        assert NEW not in page

    @pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/password/set/"])
    def test_allauths_pages_lead_here(self, browser: Client, path: str) -> None:
        assert browser.get(path).headers["Location"] == PAGE
        browser.post(path, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
        assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 302

    def test_spaces_at_its_ends_belong_to_it(self, browser: Client) -> None:
        """ASVS 6.2.8: as it was typed."""
        change_password(browser, " walnut ferry 38 ")
        assert sign_in(Client(), OLIVIA, " walnut ferry 38 ").status_code == 302
        assert sign_in(Client(), OLIVIA, "walnut ferry 38").status_code == 200


class TestTheFirstOne:
    @pytest.fixture
    def passwordless(self, browser: Client, olivia: User) -> Client:
        """Olivia signs in by other means; she has just done so."""
        olivia.set_unusable_password()
        olivia.save()
        client = Client()
        client.force_login(olivia)
        session = client.session
        session["proven_at"] = datetime.now(tz=UTC).timestamp()
        session.save()
        return client

    def test_it_is_set_without_a_current_one(self, olivia: User, passwordless: Client) -> None:
        assert "Set a password" in words(passwordless.get("/profile/security/"))
        other = Client()
        other.force_login(olivia)
        response = passwordless.post(PAGE, {"password1": NEW, "password2": NEW})
        assert response.headers["Location"] == "/profile/security/"
        assert sign_in(Client(), OLIVIA, NEW).status_code == 302
        assert is_signed_in(passwordless)
        assert not is_signed_in(other)
        assert Event.objects.filter(action="account.password_set", subject_id=olivia.pk).exists()

    def test_17_an_old_proof_is_asked_again(self, olivia: User, passwordless: Client) -> None:
        session = passwordless.session
        session["proven_at"] = datetime.now(tz=UTC).timestamp() - 700
        session.save()
        passwordless.post(PAGE, {"password1": NEW, "password2": NEW})
        assert not User.objects.get(pk=olivia.pk).has_usable_password()

    def test_who_has_one_cannot_leave_out_the_current_one(self, browser: Client) -> None:
        assert error_at(browser.post(PAGE, {"password1": NEW, "password2": NEW}), "oldpassword")
        assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 302


class TestResetting:
    def test_it_ends_all_sessions_the_one_in_this_browser_too(self, olivia: User, browser: Client) -> None:
        Client().post("/accounts/password/reset/", {"email": OLIVIA})
        assert choose_password(browser, reset_link(OLIVIA), NEW).status_code == 302
        assert not is_signed_in(browser)
        assert not olivia.sessions.exists()
        assert mails_to(OLIVIA, "password-changed")
        assert Event.objects.filter(action="account.password_reset", subject_id=olivia.pk).exists()

    def test_trusted_browsers_are_none_any_more(self, olivia: User, browser: Client) -> None:
        Browser.objects.filter(user=olivia).update(trusted_until=datetime(2099, 1, 1, tzinfo=UTC))
        Client().post("/accounts/password/reset/", {"email": OLIVIA})
        choose_password(Client(), reset_link(OLIVIA), NEW)
        assert not Browser.objects.filter(user=olivia, trusted_until__isnull=False).exists()


BAD = {
    "short-1": "too short",
    "password123": "too common",
    "qwertyuiop": "too common",
    "1234567890123": "entirely numeric",
    "olivia@example": "too similar",
    "abcabcabcabc": "first that anybody would try",
    "console-2027": "too similar to the name of Console",
    "x" * 257: "Use 256 characters at most.",
}


class TestWhatItMustBe:
    @pytest.mark.parametrize("new", BAD)
    def test_one_that_will_not_do_is_an_error_at_its_field(self, browser: Client, new: str) -> None:
        assert BAD[new] in error_at(change_password(browser, new), "password1")
        assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 302

    @pytest.mark.parametrize("new", BAD)
    def test_so_it_is_when_resetting_and_signing_up(self, olivia: User, new: str) -> None:
        Client().post("/accounts/password/reset/", {"email": OLIVIA})
        assert BAD[new] in error_at(choose_password(Client(), reset_link(OLIVIA), new), "password1")
        fields = {"email": "olivia@example.org", "password1": new, "password2": new}
        assert BAD[new] in error_at(Client().post("/accounts/signup/", fields), "password1")

    @pytest.mark.parametrize(
        "new",
        [
            "walnut ferry harbour",
            "ξύλο-λιμάνι-38",
            "🦊 walnut 🌊 ferry",
            "x7" * 32 + "-walnut-ferry",
            "w" * 9 + NEW * 16,
        ],
    )
    def test_no_kind_of_character_is_asked_for_or_refused(self, browser: Client, new: str) -> None:
        """ASVS 6.2.5, 6.2.9: words alone will do, 64 characters and more are taken."""
        assert change_password(browser, new).status_code == 302
        assert sign_in(Client(), OLIVIA, new).status_code == 302
