"""Several addresses of one account: add, verify, make primary, take that back, remove (issue 3, Deliver 2)."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AddressChange, User
from audit.models import Event
from organizations.models import Membership
from tests.accounts.addressing import (
    CHOSEN,
    NEW,
    OLD,
    PAGE,
    add,
    add_verified,
    carried_in,
    events,
    make_primary,
    remove,
    state,
)
from tests.accounts.signing import (
    PASSWORD,
    browser_of,
    choose_password,
    is_signed_in,
    make_user,
    prove,
    reset_link,
    sign_in,
    sign_up,
    verification_link,
)
from tests.cast import Cast
from tests.organizations.inviting import invite
from tests.reading import error_at, link_in, mails_to, main_words, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(vera: User) -> Client:
    """Vera's browser, in which she has just signed in."""
    return browser_of(OLD)


class TestAdding:
    def test_an_added_address_waits_until_its_link_is_opened_in_the_account(self, vera: User, browser: Client) -> None:
        response = add(browser, "Vera.NEW@Example.com")
        assert "A mail to vera.new@example.com is on its way." in words(response)
        page = main_words(response)
        assert state(vera) == {OLD: "primary", NEW: "waiting"}
        assert "Waits for verification" in page
        response = browser.post(verification_link(NEW))
        assert response.headers["Location"] == PAGE
        assert state(vera) == {OLD: "primary", NEW: "verified"}
        assert events(vera) == ["account.address_added", "account.address_verified"]

    def test_the_mail_names_the_account_and_the_primary_address_is_told(self, vera: User, browser: Client) -> None:
        add(browser, NEW)
        assert f"{OLD} <{OLD}> wants to use this address, too." in mails_to(NEW, "verification")[0].text
        [notice] = mails_to(OLD, "address-added")
        assert f"The address {NEW} was added to your account." in notice.text
        assert "If it was not you" in notice.text

    def test_one_signs_in_and_resets_with_a_verified_address_only(self, vera: User, browser: Client) -> None:
        add(browser, NEW)
        assert sign_in(Client(), NEW).status_code == 200
        browser.post(verification_link(NEW))
        other = Client()
        assert sign_in(other, NEW).status_code == 302
        assert is_signed_in(other)
        Client().post("/accounts/password/reset/", {"email": NEW})
        choose_password(Client(), reset_link(NEW), CHOSEN)
        assert sign_in(Client(), OLD, CHOSEN).status_code == 302

    def test_17_an_old_proof_is_asked_again(self, clock: time_machine.Traveller, vera: User, browser: Client) -> None:
        """Attack 17: with an address of one's own one would choose a new password by mail."""
        clock.shift(timedelta(minutes=11))
        question = add(browser, NEW)
        assert "Confirm that it is you" in words(question)
        assert state(vera) == {OLD: "primary"}
        assert mails_to(NEW) == []
        answer = {"proof": "password", "carried": carried_in(question), "password": PASSWORD}
        browser.post(f"{PAGE}new/", answer)
        assert state(vera) == {OLD: "primary", NEW: "waiting"}

    @pytest.mark.parametrize("email", ["", "nobody", "a@b", "vera\u0131@example.com", "a@example.com\nBcc: b@c.de"])
    def test_what_is_no_address_is_an_error_at_the_field(self, vera: User, browser: Client, email: str) -> None:
        assert error_at(add(browser, email), "email")
        assert state(vera) == {OLD: "primary"}

    def test_an_address_of_mine_is_not_added_twice(self, vera: User, browser: Client) -> None:
        add_verified(browser, NEW)
        assert "is one of your addresses already" in error_at(add(browser, NEW), "email")
        assert len(mails_to(NEW, "verification")) == 1

    def test_ten_addresses_are_the_most(self, vera: User, browser: Client) -> None:
        for number in range(9):
            add(browser, f"vera.{number}@example.com")
        assert "You have 10 addresses, and cannot add more." in error_at(add(browser, NEW), "email")
        assert len(state(vera)) == 10
        assert mails_to(NEW) == []

    def test_the_mail_comes_again_after_three_minutes_and_twenty_times_a_day(
        self, clock: time_machine.Traveller, vera: User, browser: Client
    ) -> None:
        add(browser, NEW)
        again = {"email": NEW}
        refused = browser.post(f"{PAGE}verification/", again, follow=True)
        assert "is on its way already" in words(refused)
        for _ in range(25):
            clock.shift(timedelta(minutes=4))
            refused = browser.post(f"{PAGE}verification/", again, follow=True)
        assert "You have asked for many mails today." in words(refused)
        assert len(mails_to(NEW, "verification")) == 20

    def test_no_mail_goes_to_an_address_that_is_not_on_the_list(self, vera: User, browser: Client) -> None:
        make_user("other@example.com", verified=False)
        page = browser.post(f"{PAGE}verification/", {"email": "other@example.com"}, follow=True)
        assert "This is none of your addresses." in words(page)
        assert mails_to("other@example.com") == []

    def test_of_two_accounts_that_wait_for_one_address_the_first_to_verify_has_it(
        self, vera: User, browser: Client
    ) -> None:
        make_user("rita@example.com")
        rita = Client()
        sign_in(rita, "rita@example.com")
        add(rita, NEW)
        hers = verification_link(NEW)
        add_verified(browser, NEW)
        assert "This address is verified elsewhere" in words(rita.get(hers))
        rita.post(hers)
        assert not EmailAddress.objects.get(user__email="rita@example.com", email=NEW).verified

    def test_of_two_that_verify_at_once_the_second_hears_that_it_is_somebody_elses(
        self, monkeypatch: pytest.MonkeyPatch, vera: User, browser: Client
    ) -> None:
        """Both have looked before either has written: the database decides."""
        add(browser, NEW)
        link = verification_link(NEW)
        EmailAddress.objects.create(user=make_user("rita@example.com"), email=NEW, verified=True)
        monkeypatch.setattr(EmailAddress, "can_set_verified", lambda _self: True)
        assert browser.post(link).status_code == 302
        assert state(vera) == {OLD: "primary", NEW: "waiting"}

    def test_9_the_answer_is_the_same_whosever_the_address_is(self, vera: User, browser: Client) -> None:
        """Attack 9: same page, same queries, one mail to its owner."""
        make_user("anna@example.com")
        make_user("bert@example.com", verified=False)
        # What the sign-in had to say is said.
        browser.get(PAGE)
        seen = []
        for email in ("anna@example.com", "bert@example.com", "carl@example.com"):
            with CaptureQueriesContext(connection) as captured:
                page = words(add(browser, email)).replace(email, "…")
            seen.append((page, len(captured.captured_queries)))
            remove(browser, email)
            assert [mail.kind for mail in mails_to(email)] == ["verification"]
        assert seen[0] == seen[1] == seen[2]


class TestThePrimaryOne:
    def test_a_verified_address_becomes_primary_everywhere(self, cast: Cast) -> None:
        mia = cast.mia.user
        EmailAddress.objects.create(user=mia, email="mia.new@example.com", verified=True)
        prove(cast.mia.client)
        make_primary(cast.mia.client, "mia.new@example.com")
        assert state(mia) == {"mia.member@example.com": "verified", "mia.new@example.com": "primary"}
        assert User.objects.get(pk=mia.pk).email == "mia.new@example.com"
        assert Membership.objects.get(organization=cast.acme, user=mia).sort_name
        page = words(cast.olivia.client.get("/o/acme/members/", {"q": "mia.new@"}))
        assert "mia.new@example.com" in page
        assert "mia.member@example.com" not in page

    @pytest.mark.parametrize("email", [NEW, "", "nobody@example.com"])
    def test_an_unverified_one_or_somebody_elses_does_not(self, vera: User, browser: Client, email: str) -> None:
        add(browser, NEW)
        make_primary(browser, email)
        assert state(vera)[OLD] == "primary"
        assert AddressChange.objects.count() == 0

    def test_both_addresses_are_told_and_the_former_one_gets_a_way_back(self, vera: User, browser: Client) -> None:
        add_verified(browser, NEW)
        make_primary(browser, NEW)
        [told] = mails_to(NEW, "primary-address")
        assert f"The primary address of your account is now {NEW}." in told.text
        [undo] = mails_to(OLD, "primary-address-undo")
        assert "Take it back" in undo.text
        assert "The link works until" in undo.text

    def test_17_it_asks_again_who_one_is_and_then_goes_on(
        self, clock: time_machine.Traveller, vera: User, browser: Client
    ) -> None:
        """Attack 17: an old proof."""
        add_verified(browser, NEW)
        clock.shift(timedelta(minutes=11))
        question = browser.post(f"{PAGE}primary/", {"email": NEW})
        assert "Confirm that it is you" in words(question)
        assert state(vera)[OLD] == "primary"
        carried = carried_in(question)
        browser.post(f"{PAGE}primary/", {"proof": "password", "carried": carried, "password": PASSWORD})
        assert state(vera) == {OLD: "verified", NEW: "primary"}

    def test_8_a_reset_link_from_before_is_dead(self, vera: User, browser: Client) -> None:
        """Attack 8."""
        add_verified(browser, NEW)
        Client().post("/accounts/password/reset/", {"email": OLD})
        make_primary(browser, NEW)
        assert "This link no longer works" in words(Client().get(reset_link(OLD), follow=True))

    def test_an_account_that_was_never_verified_is_not_in_the_way(self, vera: User, browser: Client) -> None:
        sign_up(Client(), NEW)
        squatter = User.objects.get(email=NEW)
        add(browser, NEW)
        browser.post(link_in(mails_to(NEW, "verification")[-1]))
        make_primary(browser, NEW)
        assert state(vera) == {OLD: "verified", NEW: "primary"}
        assert not User.objects.filter(pk=squatter.pk).exists()

    def test_a_get_changes_nothing_and_leads_to_the_list(self, vera: User, browser: Client) -> None:
        for noun in ("primary", "removal"):
            assert browser.get(f"{PAGE}{noun}/", {"email": NEW}).headers["Location"] == PAGE
        assert browser.get(f"{PAGE}verification/").status_code == 405


class TestRemoving:
    def test_an_address_goes_and_the_primary_one_is_told(self, vera: User, browser: Client) -> None:
        add_verified(browser, NEW)
        remove(browser, NEW)
        assert state(vera) == {OLD: "primary"}
        assert f"The address {NEW} was removed" in mails_to(OLD, "address-removed")[0].text
        assert sign_in(Client(), NEW).status_code == 200

    def test_the_primary_one_stays(self, vera: User, browser: Client) -> None:
        assert "You cannot remove your primary address." in words(remove(browser, OLD))
        assert state(vera) == {OLD: "primary"}
        denied = Event.objects.get(action="account.address_removed", outcome="denied")
        assert denied.subject_id == vera.pk

    def test_somebody_elses_stays(self, browser: Client) -> None:
        other = make_user("other@example.com")
        EmailAddress.objects.create(user=other, email=NEW, verified=True)
        assert "This is none of your addresses." in words(remove(browser, NEW))
        assert NEW in state(other)

    def test_17_an_old_proof_is_asked_again(self, clock: time_machine.Traveller, vera: User, browser: Client) -> None:
        add_verified(browser, NEW)
        clock.shift(timedelta(minutes=11))
        assert "Confirm that it is you" in words(remove(browser, NEW))
        assert NEW in state(vera)

    def test_invitations_to_a_removed_address_are_no_longer_mine(self, cast: Cast) -> None:
        sam = cast.sam.user
        EmailAddress.objects.create(user=sam, email=NEW, verified=True)
        invite(cast, NEW)
        prove(cast.sam.client)
        assert "Acme" in words(cast.sam.client.get("/profile/organizations/"))
        remove(cast.sam.client, NEW)
        assert "Acme" not in words(cast.sam.client.get("/profile/organizations/"))


def test_the_list_makes_as_many_queries_for_one_address_as_for_ten(vera: User, browser: Client) -> None:
    """An account has ten at most."""
    counts = []
    for _ in range(2):
        browser.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(captured.captured_queries))
        more = [EmailAddress(user=vera, email=f"vera.{number}@example.com", verified=True) for number in range(9)]
        EmailAddress.objects.bulk_create(more, ignore_conflicts=True)
    assert counts[0] == counts[1]


def test_visitors_are_led_to_sign_in() -> None:
    for path in ("", "new/", "primary/", "removal/"):
        assert Client().get(f"{PAGE}{path}").headers["Location"].startswith("/accounts/login/")
    assert Client().post(f"{PAGE}verification/").headers["Location"].startswith("/accounts/login/")
