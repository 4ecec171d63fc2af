"""Whichever provider somebody comes from, the second factor is asked (ATTACKS 10), and an old session is dead."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.accounts.factors import CHALLENGE, answer, give_app
from tests.accounts.providing import continue_with
from tests.accounts.signing import is_signed_in
from tests.fixtures.providers import Elsewhere

pytestmark = pytest.mark.django_db

NORA = "nora.new@example.com"


def test_a_provider_does_not_replace_the_second_factor(elsewhere: Elsewhere) -> None:
    subject = elsewhere.knows(NORA)
    continue_with(Client(), elsewhere, subject)
    app = give_app(User.objects.get(email=NORA))
    client = Client()
    assert continue_with(client, elsewhere, subject, next="/profile/security/").headers["Location"] == CHALLENGE
    assert not is_signed_in(client)
    assert answer(client, app.code()).headers["Location"] == "/profile/security/"
    assert is_signed_in(client)


def test_the_session_of_before_is_dead(elsewhere: Elsewhere) -> None:
    """ATTACKS 15."""
    client = Client()
    client.post("/accounts/oidc/example/login/")
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    continue_with(client, elsewhere, elsewhere.knows(NORA))
    assert is_signed_in(client)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_signed_in(thief)
