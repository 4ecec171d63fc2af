"""Attacks on what a session has proven: ATTACKS 15 and 17, over HTTP."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Session, User
from tests.accounts.factors import CHALLENGE, App, answer, give_app, is_in, proof_on, sign_in_with
from tests.accounts.signing import make_user, sign_in
from tests.reading import error_at, main_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def victim() -> User:
    return make_user("victim@example.com")


@pytest.fixture
def app(victim: User) -> App:
    return give_app(victim)


class TestSessions:
    """15. The id of a session changes with each step, and the former one is dead."""

    def test_with_the_password_and_with_the_factor(self, client: Client, victim: User, app: App) -> None:
        client.get("/accounts/login/")
        keys = []
        sign_in(client, victim.email)
        keys.append(client.cookies["sessionid"].value)
        answer(client, app.code())
        keys.append(client.cookies["sessionid"].value)
        assert len(set(keys)) == 2
        other = Client()
        other.cookies["sessionid"] = keys[0]
        assert not is_in(other)
        assert other.get(CHALLENGE).headers["Location"] == "/accounts/login/"

    def test_a_session_planted_before_the_password_is_not_half_signed_in(
        self, client: Client, victim: User, app: App
    ) -> None:
        client.get("/accounts/login/")
        session = client.session
        session["planted"] = True
        session.save()
        client.cookies["sessionid"] = session.session_key or ""
        planted = client.cookies["sessionid"].value
        sign_in(client, victim.email)
        attacker = Client()
        attacker.cookies["sessionid"] = planted
        assert attacker.get(CHALLENGE).headers["Location"] == "/accounts/login/"

    def test_when_one_proves_oneself_again(self, client: Client, victim: User, app: App) -> None:
        sign_in_with(client, victim, app)
        before = client.cookies["sessionid"].value
        page = f"/profile/security/mfa/authenticator/{app.device.pk}/removal/"
        client.post(page, proof_on(client.post(page), app.code(1)))
        assert client.cookies["sessionid"].value != before
        assert not Session.objects.filter(session_key=before).exists()


class TestOldProofs:
    """17. What was proven long ago, or by less than one has, is asked again."""

    def test_a_password_does_where_there_is_no_factor_and_not_any_more_where_there_is(
        self, client: Client, victim: User
    ) -> None:
        sign_in(client, victim.email)
        page = "/profile/security/mfa/authenticator/new/"
        assert "Add an authenticator app" in main_words(client.get(page))
        give_app(victim)
        asked = client.get(page)
        assert "Confirm that it is you" in main_words(asked)
        assert 'name="password"' not in asked.text

    def test_a_trusted_browser_is_no_proof(self, client: Client, victim: User, app: App) -> None:
        sign_in_with(client, victim, app, trust="yes")
        client.post("/accounts/logout/")
        sign_in(client, victim.email)
        assert "Confirm that it is you" in main_words(client.get("/profile/security/mfa/authenticator/new/"))

    def test_after_ten_minutes(self, client: Client, victim: User, app: App) -> None:
        page = "/profile/security/mfa/authenticator/new/"
        with time_machine.travel(timezone.now()) as clock:
            sign_in_with(client, victim, app)
            assert "Confirm that it is you" not in main_words(client.get(page))
            clock.shift(601)
            asked = client.get(page)
            assert "Confirm that it is you" in main_words(asked)
            client.post(page, proof_on(asked, app.code()))
            assert "Confirm that it is you" not in main_words(client.get(page))

    def test_the_code_that_signed_in_is_no_proof(self, client: Client, victim: User, app: App) -> None:
        page = "/profile/security/mfa/authenticator/new/"
        start = timezone.now().timestamp() // 30 * 30 + 30
        with time_machine.travel(start, tick=False):
            code = app.code()
            sign_in_with(client, victim, app)
            removal = f"/profile/security/mfa/authenticator/{app.device.pk}/removal/"
            asked = client.post(removal, proof_on(client.post(removal), code))
            assert error_at(asked, "code")
        assert page
