"""Signing up and proving the address."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from audit.models import Event
from tests.accounts.signing import PASSWORD, is_signed_in, make_user, sign_in, sign_up, verification_link
from tests.reading import error_at, mails_to, words

pytestmark = pytest.mark.django_db

NEW = "new.comer@example.com"


def test_one_signs_up_verifies_and_begins_with_the_check_list() -> None:
    client = Client()
    response = sign_up(client, NEW)
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/confirm-email/")
    assert not is_signed_in(client)
    response = client.post(verification_link(NEW), follow=True)
    assert response.redirect_chain[-1] == ("/getting-started/", 302)
    assert EmailAddress.objects.get(email=NEW).verified
    assert [event.action for event in Event.objects.order_by("id") if event.subject_id] == [
        "account.created",
        "account.address_verified",
        "account.signed_in",
    ]


def test_the_mail_says_what_it_is_for_in_text_and_html() -> None:
    sign_up(Client(), NEW)
    [mail] = mails_to(NEW)
    assert mail.subject == "Verify your e-mail address"
    for part in (mail.text, mail.html):
        assert "Console" in part
        assert "The link works for 7 days." in part
        assert "You get this mail because somebody gave this address to Console." in part
        assert verification_link(NEW) in part


def test_looking_at_the_link_verifies_nothing() -> None:
    client = Client()
    sign_up(client, NEW)
    assert "Verify that new.comer@example.com is yours." in words(client.get(verification_link(NEW)))
    assert not EmailAddress.objects.get(email=NEW).verified


def test_the_link_opened_elsewhere_asks_to_sign_in_first() -> None:
    """Who signed up may be somebody else: the mailbox alone does not make their account its owner's."""
    sign_up(Client(), NEW)
    elsewhere = Client()
    assert "Sign in first" in words(elsewhere.post(verification_link(NEW)))
    assert not EmailAddress.objects.get(email=NEW).verified
    sign_in(elsewhere, NEW)
    assert elsewhere.post(verification_link(NEW)).headers["Location"] == "/"
    assert EmailAddress.objects.get(email=NEW).verified
    assert is_signed_in(elsewhere)


@pytest.mark.parametrize(("days", "works"), [(0, True), (6.99, True), (7.01, False), (8, False)])
def test_the_link_works_for_seven_days(days: float, works: bool) -> None:  # noqa: FBT001 -- a column
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        client = Client()
        sign_up(client, NEW)
        clock.shift(timedelta(days=days))
        page = words(client.get(verification_link(NEW)))
        assert ("Verify that" in page) == works
        assert ("This link no longer works" in page) != works
        client.post(verification_link(NEW))
        assert EmailAddress.objects.get(email=NEW).verified == works


def test_one_who_is_not_verified_signs_in_to_a_page_that_says_so_and_gets_a_new_link() -> None:
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        sign_up(Client(), NEW)
        clock.shift(timedelta(days=8))
        client = Client()
        assert sign_in(client, NEW).headers["Location"] == "/accounts/confirm-email/"
        assert not is_signed_in(client)
        client.post(verification_link(NEW))
        assert is_signed_in(client)


def test_a_link_verifies_only_the_address_that_it_was_sent_to() -> None:
    sign_up(Client(), NEW)
    other = Client()
    sign_up(other, "other@example.com")
    other.post(verification_link("other@example.com"))
    assert not EmailAddress.objects.get(email=NEW).verified


def test_after_verifying_one_comes_to_where_one_wanted_to_go() -> None:
    client = Client()
    sign_up(client, NEW, next="/organizations/new/")
    assert client.post(verification_link(NEW)).headers["Location"] == "/organizations/new/"


@pytest.mark.parametrize(
    ("passwords", "field"),
    [
        (("short-1", "short-1"), "password1"),
        (("password123", "password123"), "password1"),
        (("1234567890123", "1234567890123"), "password1"),
        (("new.comer@example", "new.comer@example"), "password1"),
        ((PASSWORD, "another-harbour-71"), "password2"),
        (("", ""), "password1"),
    ],
)
def test_a_password_that_will_not_do_is_an_error_at_its_field(passwords: tuple[str, str], field: str) -> None:
    response = Client().post("/accounts/signup/", {"email": NEW, "password1": passwords[0], "password2": passwords[1]})
    assert response.status_code == 200
    assert error_at(response, field)
    assert not User.objects.exists()


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a b@example.com", "a@example.com\nBcc: b@example.com"])
def test_an_address_that_is_none_is_an_error_at_its_field(email: str) -> None:
    response = sign_up(Client(), email)
    assert response.status_code == 200
    assert error_at(response, "email")
    assert not User.objects.exists()


def test_nobody_is_made_staff_or_named_by_extra_fields() -> None:
    """Attack 26, at sign-up."""
    sign_up(Client(), NEW, is_staff="on", is_superuser="1", is_active="", first_name="Boss", verified="true", id="1")
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active, user.first_name) == (False, False, True, "")
    assert not EmailAddress.objects.get().verified


class TestAnAddressInAnyCase:
    def test_signs_up_once(self) -> None:
        sign_up(Client(), "New.Comer@Example.COM")
        sign_up(Client(), "NEW.COMER@example.com")
        assert [user.email for user in User.objects.all()] == ["new.comer@example.com"]

    def test_signs_in(self) -> None:
        make_user(NEW)
        client = Client()
        assert sign_in(client, " NEW.Comer@example.COM ").headers["Location"] == "/"
        assert is_signed_in(client)

    def test_is_one_to_the_database_too(self) -> None:
        make_user(NEW)
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.bulk_create([User(email="New.Comer@example.com")])


def test_passwords_are_hashed_with_argon2(settings: Settings) -> None:
    """The tests' own settings are quicker; what people get is Console's."""
    settings.PASSWORD_HASHERS = import_module("console.settings").PASSWORD_HASHERS
    assert make_password(PASSWORD).startswith("argon2$argon2id$")


def test_the_name_is_given_afterwards_and_shown_in_its_place() -> None:
    client = Client()
    client.force_login(make_user(NEW))
    response = client.post("/profile/preferences/", {"first_name": "Noor", "last_name": "Comer"}, follow=True)
    assert "Your contact information is saved." in words(response)
    assert User.objects.get().name == "Noor Comer"
    assert Event.objects.get(action="account.contact_edited").subject_id == User.objects.get().pk
