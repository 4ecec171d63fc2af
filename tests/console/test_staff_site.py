"""The door of the admin: the one sign-in, and a refusal that does not lead back to it."""

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.factors import prove_factor

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


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
