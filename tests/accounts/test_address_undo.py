"""A change of the primary address, taken back by the former one (issue 3, Deliver 2; ATTACKS 5, 8)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import Passkey, User
from console.logs import without_secrets
from tests.accounts.addressing import (
    CHOSEN,
    NEW,
    OLD,
    PAGE,
    THIRD,
    add_verified,
    events,
    make_primary,
    remove,
    state,
    undo_link,
)
from tests.accounts.signing import (
    browser_of,
    change_password,
    choose_password,
    is_signed_in,
    make_user,
    reset_link,
    sign_in,
)
from tests.reading import mails_to, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(vera: User) -> Client:
    """Vera's browser, in which she has just signed in."""
    return browser_of(OLD)


@pytest.fixture
def attacker(vera: User, browser: Client) -> Client:
    """Somebody sits at Vera's open session, knows her password, and has moved the account to their mailbox."""
    add_verified(browser, NEW)
    make_primary(browser, NEW)
    return browser


def test_looking_at_the_link_changes_nothing(vera: User, attacker: Client) -> None:
    page = words(Client().get(undo_link()))
    assert f"was changed from {OLD} to {NEW}" in page
    assert state(vera)[NEW] == "primary"


def test_it_restores_the_address_and_shuts_everybody_out(vera: User, attacker: Client) -> None:
    page = Client().post(undo_link())
    assert f"{OLD} is the primary address of your account again" in words(page)
    assert state(vera) == {OLD: "primary"}
    assert User.objects.get(pk=vera.pk).email == OLD
    assert not is_signed_in(attacker)
    for email in (OLD, NEW):
        assert sign_in(Client(), email).status_code == 200
    assert "account.primary_address_restored" in events(vera)


def test_a_new_password_comes_by_mail_to_the_restored_address_alone(vera: User, attacker: Client) -> None:
    Client().post(undo_link())
    Client().post("/accounts/password/reset/", {"email": NEW})
    assert mails_to(NEW, "password-reset") == []
    Client().post("/accounts/password/reset/", {"email": OLD})
    choose_password(Client(), reset_link(OLD), CHOSEN)
    assert sign_in(Client(), OLD, CHOSEN).status_code == 302


def test_it_works_after_the_password_was_changed_and_the_old_address_removed(vera: User, attacker: Client) -> None:
    change_password(attacker, CHOSEN)
    remove(attacker, OLD)
    assert state(vera) == {NEW: "primary"}
    Client().post(undo_link())
    assert state(vera) == {OLD: "primary"}
    assert sign_in(Client(), OLD, CHOSEN).status_code == 200


def test_a_reset_link_sent_to_the_attacker_is_dead(vera: User, attacker: Client) -> None:
    Client().post("/accounts/password/reset/", {"email": NEW})
    Client().post(undo_link())
    assert "This link no longer works" in words(Client().get(reset_link(NEW), follow=True))


def test_other_addresses_must_be_verified_again(vera: User, browser: Client) -> None:
    """The attacker may have added them, and would reset the password with one."""
    add_verified(browser, THIRD)
    add_verified(browser, NEW)
    make_primary(browser, NEW)
    Client().post(undo_link())
    assert state(vera) == {OLD: "primary", THIRD: "waiting"}
    Client().post("/accounts/password/reset/", {"email": THIRD})
    assert mails_to(THIRD, "password-reset") == []


def test_moving_on_gives_the_attacker_no_link_and_takes_none_from_vera(vera: User, attacker: Client) -> None:
    add_verified(attacker, THIRD)
    make_primary(attacker, THIRD)
    assert mails_to(NEW, "primary-address-undo") == []
    Client().post(undo_link())
    assert state(vera) == {OLD: "primary"}


def test_going_back_by_oneself_gives_the_attacker_no_link(vera: User, attacker: Client) -> None:
    make_primary(attacker, OLD)
    assert mails_to(NEW, "primary-address-undo") == []
    assert state(vera)[OLD] == "primary"


def test_it_works_once(vera: User, attacker: Client) -> None:
    link = undo_link()
    Client().post(link)
    Client().post("/accounts/password/reset/", {"email": OLD})
    choose_password(Client(), reset_link(OLD), CHOSEN)
    assert Client().post(link).status_code == 410
    assert sign_in(Client(), OLD, CHOSEN).status_code == 302


@pytest.mark.parametrize(("days", "status"), [(6.99, 200), (7.01, 410)])
def test_it_works_for_seven_days(clock: time_machine.Traveller, days: float, status: int) -> None:
    vera, client = make_user(OLD), Client()
    sign_in(client, OLD)
    add_verified(client, NEW)
    make_primary(client, NEW)
    clock.shift(timedelta(days=days))
    assert Client().post(undo_link()).status_code == status
    assert state(vera)[OLD] == ("primary" if status == 200 else "verified")


@pytest.mark.parametrize("cut", [slice(0, -4), slice(3, None)])
def test_a_link_that_was_cut_or_made_up_says_so(attacker: Client, cut: slice) -> None:
    token = undo_link().split("/")[-2]
    assert Client().post(f"{PAGE}changes/{token[cut]}/").status_code == 410
    assert Client().get(f"{PAGE}changes/x/").status_code == 410


def test_an_address_that_is_another_accounts_by_now_is_not_taken_from_it(vera: User, attacker: Client) -> None:
    remove(attacker, OLD)
    other = make_user(OLD)
    page = Client().post(undo_link())
    assert "is the address of another account by now" in words(page)
    assert state(other) == {OLD: "primary"}
    assert state(vera) == {NEW: "primary"}


def test_ways_in_that_came_with_the_attacker_are_closed_and_older_ones_stay(vera: User, attacker: Client) -> None:
    """A passkey or an account at a provider would open the account without the password."""
    long_ago = datetime.now(tz=UTC) - timedelta(days=30)
    for uid, days in (("attackers", 0), ("veras", 30)):
        linked = SocialAccount.objects.create(user=vera, provider=uid, uid=uid)
        SocialAccount.objects.filter(pk=linked.pk).update(date_joined=datetime.now(tz=UTC) - timedelta(days=days))
        passkey = Passkey.objects.create(user=vera, name=uid, credential_id_sha256=uid, discoverable=True)
        Passkey.objects.filter(pk=passkey.pk).update(created_at=long_ago if days else datetime.now(tz=UTC))
    Client().post(undo_link())
    assert list(SocialAccount.objects.filter(user=vera).values_list("uid", flat=True)) == ["veras"]
    assert list(vera.passkeys.values_list("name", flat=True)) == ["veras"]


def test_in_a_browser_that_is_signed_in_it_works_too_and_signs_out(vera: User, attacker: Client) -> None:
    """Its own session ends while the page is made; a message that waits there must not bring it back."""
    attacker.post(f"{PAGE}primary/", {"email": "nobody@example.com"})
    page = attacker.post(undo_link())
    assert page.status_code == 200
    assert "is the primary address of your account again" in words(page)
    assert not is_signed_in(attacker)
    assert not vera.sessions.exists()


def test_the_link_is_in_no_log() -> None:
    assert without_secrets(f"{PAGE}changes/secret-token/") == f"{PAGE}changes/…/"


def test_both_addresses_hear_of_it(vera: User, attacker: Client) -> None:
    Client().post(undo_link())
    assert "/accounts/password/reset/" in mails_to(OLD, "primary-address-restored")[0].text
    assert "no longer belongs to that account" in mails_to(NEW, "primary-address-restored")[0].text
