"""Choosing a new password by mail."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from audit.models import Event
from tests.accounts.signing import PASSWORD, choose_password, is_signed_in, make_user, reset_link, sign_in
from tests.reading import error_at, mails_to, words

pytestmark = pytest.mark.django_db

OLIVIA = "olivia@example.com"
NEW = "walnut-ferry-38"


def ask(email: str = OLIVIA) -> None:
    Client().post("/accounts/password/reset/", {"email": email})


def test_a_new_password_replaces_the_old_one() -> None:
    olivia = make_user(OLIVIA)
    ask()
    client = Client()
    assert choose_password(client, reset_link(OLIVIA), NEW).status_code == 302
    assert sign_in(Client(), OLIVIA, NEW).status_code == 302
    assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 200
    assert Event.objects.filter(action="account.password_reset", subject_id=olivia.pk).count() == 1


def test_the_mail_says_what_it_is_for() -> None:
    make_user(OLIVIA)
    ask()
    [mail] = mails_to(OLIVIA)
    assert mail.subject == "Choose a new password"
    for part in (mail.text, mail.html):
        assert "Somebody, probably you, asked to choose a new password for this account." in part
        assert "You get this mail because a new password was asked for." in part
        assert reset_link(OLIVIA) in part


def test_the_link_works_once() -> None:
    """Attack 8."""
    make_user(OLIVIA)
    ask()
    link = reset_link(OLIVIA)
    choose_password(Client(), link, NEW)
    assert "This link no longer works" in words(Client().get(link, follow=True))
    choose_password(Client(), link, "attackers-choice-1")
    assert sign_in(Client(), OLIVIA, "attackers-choice-1").status_code == 200


def test_the_link_dies_with_a_change_of_password() -> None:
    """Attack 8."""
    make_user(OLIVIA)
    ask()
    client = Client()
    sign_in(client, OLIVIA)
    client.post("/profile/security/password/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert "This link no longer works" in words(Client().get(reset_link(OLIVIA), follow=True))


def test_the_link_dies_with_a_change_of_address() -> None:
    """Attack 8: the mail went to an address that is the account's no longer."""
    olivia = make_user(OLIVIA)
    ask()
    olivia.email = "olivia.new@example.com"
    olivia.save()
    olivia.emailaddress_set.update(email="olivia.new@example.com")  # type: ignore[attr-defined] # allauth has no types
    assert "This link no longer works" in words(Client().get(reset_link(OLIVIA), follow=True))


def test_of_two_links_using_one_ends_the_other() -> None:
    make_user(OLIVIA)
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        ask()
        first = reset_link(OLIVIA)
        clock.shift(timedelta(minutes=5))
        ask()
        second = reset_link(OLIVIA)
        assert first != second
        choose_password(Client(), second, NEW)
        assert "This link no longer works" in words(Client().get(first, follow=True))


def test_it_ends_every_session_of_the_account() -> None:
    """Attack 5, 16: whoever was in, is out."""
    make_user(OLIVIA)
    attacker = Client()
    sign_in(attacker, OLIVIA)
    ask()
    choose_password(Client(), reset_link(OLIVIA), NEW)
    assert not is_signed_in(attacker)


@pytest.mark.parametrize("password", ["short-1", "password123", "1234567890123", ""])
def test_a_password_that_will_not_do_is_an_error_and_the_link_stays(password: str) -> None:
    make_user(OLIVIA)
    ask()
    client = Client()
    response = choose_password(client, reset_link(OLIVIA), password)
    assert response.status_code == 200
    assert error_at(response, "password1")
    assert choose_password(Client(), reset_link(OLIVIA), NEW).status_code == 302


@pytest.mark.parametrize(
    "link", ["/accounts/password/reset/key/abc-def/", "/accounts/password/reset/key/0-set-password/"]
)
def test_a_link_that_was_made_up_says_so(link: str) -> None:
    response = Client().get(link, follow=True)
    assert "This link no longer works" in words(response)


def test_the_key_is_not_in_the_address_of_the_page_with_the_form() -> None:
    """It would leave with the Referer, and stay in the history."""
    make_user(OLIVIA)
    ask()
    link = reset_link(OLIVIA)
    response = Client().get(link)
    assert response.status_code == 302
    assert link.rstrip("/").rpartition("-")[2] not in response.headers["Location"]


def test_a_reset_proves_the_address_or_asks_for_the_proof() -> None:
    """An account that was never verified: the mail with the link reached its owner."""
    make_user(OLIVIA, verified=False)
    ask()
    client = Client()
    choose_password(client, reset_link(OLIVIA), NEW)
    response = sign_in(client, OLIVIA, NEW)
    assert response.headers["Location"] in ("/", "/accounts/confirm-email/")


def test_a_locked_account_gets_no_link() -> None:
    olivia = make_user(OLIVIA)
    olivia.is_active = False
    olivia.save()
    ask()
    assert mails_to(OLIVIA, "password-reset") == []
