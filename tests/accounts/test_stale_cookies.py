"""A request that is under way while one signs in comes with the former key, and must not sign out who is in by then."""

import pytest
from django.conf import settings
from django.test import Client

from tests.accounts.signing import is_signed_in, make_user, sign_in, sign_up

pytestmark = pytest.mark.django_db

COOKIE = settings.SESSION_COOKIE_NAME


def late(former: str, path: str = "/accounts/password/strength/") -> Client:
    """The same browser's other connection, which still has the former key and is answered only now."""
    connection = Client()
    connection.cookies[COOKIE] = former
    answer = connection.post(path, {"password1": "plum-harbour-71"})
    assert COOKIE not in answer.cookies
    return connection


def test_signing_in_beside_it_one_stays_in(client: Client) -> None:
    make_user("mia@example.com")
    sign_up(client, "somebody.else@example.com")
    former = client.cookies[COOKIE].value
    sign_in(client, "mia@example.com")
    assert client.cookies[COOKIE].value != former
    late(former)
    assert is_signed_in(client)


def test_a_page_that_asks_who_one_is_takes_no_cookie_away_either(client: Client) -> None:
    make_user("mia@example.com")
    sign_up(client, "somebody.else@example.com")
    former = client.cookies[COOKIE].value
    sign_in(client, "mia@example.com")
    connection = Client()
    connection.cookies[COOKIE] = former
    assert COOKIE not in connection.get("/profile/security/").cookies


def test_signing_out_still_does(client: Client) -> None:
    make_user("mia@example.com")
    sign_in(client, "mia@example.com")
    answer = client.post("/accounts/logout/")
    assert answer.cookies[COOKIE]["max-age"] == 0 or not is_signed_in(client)
