"""The door of the admin: the one sign-in, and a refusal that does not lead back to it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.accounts.factors import give_app, prove_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def stella() -> User:
    return User.objects.create_user(email="stella@example.com", password="a long password", is_staff=True)


def test_signed_out_goes_to_the_sign_in_and_back(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1] == ("/accounts/login/?next=/admin/", 302)


def test_signed_in_without_being_staff_is_refused(client: Client) -> None:
    client.force_login(User.objects.create_user(email="sam@example.com", password="a long password"))
    assert client.get("/admin/", follow=True).status_code == 403


def test_staff_enters_with_a_second_factor(client: Client, stella: User) -> None:
    client.force_login(stella)
    prove_factor(client, stella)
    assert b"Console staff" in client.get("/admin/").content
    assert client.get("/admin/login/?next=https://evil.example").headers["Location"] == "/admin/"


def test_a_password_is_changed_where_everybody_does(client: Client, stella: User) -> None:
    client.force_login(stella)
    prove_factor(client, stella)
    assert client.get("/admin/password_change/").headers["Location"] == "/accounts/password/change/"


def test_the_admin_has_an_icon(client: Client) -> None:
    assert client.get("/favicon.ico").headers["Location"] == "/static/icons/favicon.svg"


def test_signing_out_ends_the_session(client: Client, stella: User) -> None:
    client.force_login(stella)
    client.post("/admin/logout/", follow=True)
    assert client.get("/admin/").status_code == 302


def test_staff_without_a_second_factor_are_led_to_setting_one_up(client: Client, stella: User) -> None:
    client.force_login(stella)
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1] == ("/profile/security/mfa/", 302)
    assert "The admin takes a second factor." in answer.text


def test_staff_whose_session_has_proven_none_are_asked_for_it(client: Client, stella: User) -> None:
    client.force_login(stella)
    give_app(stella)
    assert "Confirm that it is you" in client.get("/admin/", follow=True).text


def test_a_factor_that_is_removed_closes_the_door_at_once(client: Client, stella: User) -> None:
    client.force_login(stella)
    prove_factor(client, stella).device.delete()
    assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"


def test_the_list_of_users_says_who_is_protected_without_a_query_for_each(client: Client, stella: User) -> None:
    User.objects.filter(pk=stella.pk).update(is_superuser=True)
    client.force_login(stella)
    prove_factor(client, stella)
    with CaptureQueriesContext(connection) as few:
        page = client.get("/admin/accounts/user/")
    assert page.text.count('alt="True"') > 1
    for number in range(30):
        give_app(User.objects.create_user(email=f"user.{number}@example.com"))
    with CaptureQueriesContext(connection) as many:
        client.get("/admin/accounts/user/")
    assert len(many) <= len(few)
