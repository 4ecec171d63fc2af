"""Attacks on the second factor: ATTACKS 10 to 14, over HTTP."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils import timezone

from accounts.actions import close_account, lock_account
from accounts.models import User
from audit.actors import Actor
from tests.accounts.factors import CHALLENGE, App, answer, give_app, give_codes, is_in, proof_on, sign_in_with
from tests.accounts.signing import choose_password, make_user, reset_link, sign_in, verification_link
from tests.reading import error_at, main_words, posts

pytestmark = pytest.mark.django_db

RECOVERY = "/accounts/login/recovery/"
NEW_PASSWORD = "quartz-meadow-58"


@pytest.fixture
def victim() -> User:
    return make_user("victim@example.com")


@pytest.fixture
def app(victim: User) -> App:
    return give_app(victim)


class TestEveryWayInAsks:
    """10. Reset, e-mail link, admin: the second factor is asked."""

    def test_a_reset(self, client: Client, victim: User, app: App) -> None:
        client.post("/accounts/password/reset/", {"email": victim.email})
        choose_password(client, reset_link(victim.email), NEW_PASSWORD)
        assert not is_in(client)
        assert sign_in(client, victim.email, NEW_PASSWORD).headers["Location"] == CHALLENGE

    def test_a_reset_ends_the_trust_in_browsers(self, client: Client, victim: User, app: App) -> None:
        sign_in_with(client, victim, app, trust="yes")
        client.post("/accounts/logout/")
        Client().post("/accounts/password/reset/", {"email": victim.email})
        choose_password(Client(), reset_link(victim.email), NEW_PASSWORD)
        assert sign_in(client, victim.email, NEW_PASSWORD).headers["Location"] == CHALLENGE

    def test_the_link_that_verifies_an_address(self, client: Client) -> None:
        newcomer = make_user("new.comer@example.com", verified=False)
        give_app(newcomer)
        sign_in(client, newcomer.email)
        assert client.get(CHALLENGE).headers["Location"] == "/accounts/login/"
        assert client.post(verification_link(newcomer.email)).headers["Location"] == CHALLENGE
        assert not is_in(client)

    def test_the_admin_with_a_trusted_browser(self, client: Client, victim: User, app: App) -> None:
        User.objects.filter(pk=victim.pk).update(is_staff=True)
        sign_in_with(client, victim, app, trust="yes")
        client.post("/accounts/logout/")
        sign_in(client, victim.email)
        assert is_in(client)
        asked = client.get("/admin/", follow=True)
        assert "Confirm that it is you" in main_words(asked)
        entered = client.post(posts(asked)[0], proof_on(asked, app.code(1)), follow=True)
        assert entered.redirect_chain[-1][0] == "/admin/"
        assert b"Console staff" in entered.content

    def test_the_admin_of_staff_without_one(self, client: Client, victim: User) -> None:
        User.objects.filter(pk=victim.pk).update(is_staff=True)
        sign_in(client, victim.email)
        led = client.get("/admin/", follow=True)
        assert led.redirect_chain[-1][0] == "/profile/security/mfa/"
        assert "The admin takes a second factor." in led.text
        for path in ("/admin/accounts/user/", f"/admin/accounts/user/{victim.pk}/change/"):
            assert client.get(path).headers["Location"].startswith("/admin/login/")

    @pytest.mark.parametrize(
        "target", ["//evil.example", "https:evil.example", "javascript:alert(1)", "/\\evil.example"]
    )
    def test_what_comes_after_asking_for_the_admin_is_a_page_of_ours(
        self, client: Client, victim: User, app: App, target: str
    ) -> None:
        sign_in_with(client, victim, app)
        led = client.get("/profile/security/mfa/verification/", {"next": target})
        assert led.headers["Location"] == "/"

    def test_allauths_own_question_is_no_other_door(self, client: Client, victim: User, app: App) -> None:
        sign_in_with(client, victim, app)
        assert client.get("/accounts/reauthenticate/").headers["Location"] == "/profile/security/"
        assert client.post("/accounts/reauthenticate/", {"password": "plum-harbour-71"}).status_code == 302


class TestReplay:
    """11. A code of an authenticator app counts once."""

    @pytest.mark.parametrize("later", [0, 20, 30, 59])
    @pytest.mark.parametrize("form", ["{0}", "{1} {2}"], ids=["the same", "with a space"])
    def test_again(self, client: Client, victim: User, app: App, later: int, form: str) -> None:
        # At the beginning of a step, so that the next window is where the numbers say.
        start = timezone.now().timestamp() // 30 * 30 + 30
        with time_machine.travel(start, tick=False) as clock:
            code = app.code()
            sign_in_with(client, victim, app)
            clock.shift(later)
            cache.clear()
            other = Client()
            sign_in(other, victim.email)
            assert error_at(answer(other, form.format(code, code[:3], code[3:])), "code")
            assert not is_in(other)

    def test_an_earlier_code_after_a_later_one(self, client: Client, victim: User, app: App) -> None:
        with time_machine.travel(timezone.now(), tick=False):
            sign_in(client, victim.email)
            answer(client, app.code(1))
            other = Client()
            sign_in(other, victim.email)
            answer(other, app.code())
            assert not is_in(other)

    def test_a_code_of_somebody_else(self, client: Client, victim: User, app: App) -> None:
        attacker = make_user("attacker@example.com")
        theirs = give_app(attacker)
        sign_in(client, victim.email)
        answer(client, theirs.code())
        assert not is_in(client)

    def test_a_backup_code_of_somebody_else(self, client: Client, victim: User, app: App) -> None:
        give_codes(victim)
        [theirs, *_more] = give_codes(make_user("attacker@example.com"))
        sign_in(client, victim.email)
        answer(client, theirs, "backup_codes")
        assert not is_in(client)

    def test_a_backup_code_again(self, client: Client, victim: User, app: App) -> None:
        [code, *_more] = give_codes(victim)
        sign_in(client, victim.email)
        answer(client, code, "backup_codes")
        cache.clear()
        other = Client()
        sign_in(other, victim.email)
        assert error_at(answer(other, code, "backup_codes"), "code")
        assert not is_in(other)


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Every address that there is, with made-up ids; those of regular expressions only where they name nothing."""
    for pattern in patterns:
        if isinstance(pattern.pattern, RoutePattern):
            route = re.sub(r"<uuid:\w+>", str(uuid4()), str(pattern.pattern))
            route = re.sub(r"<int:\w+>", "7", route)
            part = re.sub(r"<[^>]+>", "made-up", route)
        else:
            part = re.sub(r"\(\?P<\w+>.*\)|[\^$]", "made-up", str(pattern.pattern).strip("^$"))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, before + part)
        else:
            yield before + part


class TestHalfSignedIn:
    """14. A session that has given the password only opens the second step, and nothing else."""

    # It is nobody's session: who asks is known before anybody looks at the method.
    @pytest.mark.parametrize("method", ["GET", pytest.param("POST", marks=pytest.mark.long)])
    def test_on_every_address_it_is_a_visitor(self, client: Client, victim: User, app: App, method: str) -> None:
        sign_in(client, victim.email)
        half = SimpleCookie(client.cookies)
        paths = set(addresses(get_resolver().url_patterns)) - {CHALLENGE, f"{CHALLENGE}challenge/", RECOVERY}
        assert len(paths) > 80
        for path in sorted(paths):
            client.cookies = SimpleCookie(half)
            with transaction.atomic():
                seen, expected = sight(client, method, path), sight(Client(), method, path)
                transaction.set_rollback(True)
            cache.clear()
            assert seen in {expected, (302, CHALLENGE)}, f"{method} {path}"

    def test_a_password_changed_meanwhile_ends_it(self, client: Client, victim: User, app: App) -> None:
        sign_in(client, victim.email)
        Client().post("/accounts/password/reset/", {"email": victim.email})
        choose_password(Client(), reset_link(victim.email), NEW_PASSWORD)
        assert answer(client, app.code()).headers["Location"] == "/accounts/login/"
        assert not is_in(client)

    def test_an_account_locked_meanwhile_ends_it(self, client: Client, victim: User, app: App) -> None:
        sign_in(client, victim.email)
        lock_account(user=victim, by=Actor.system())
        assert answer(client, app.code()).headers["Location"] == "/accounts/login/"
        assert not is_in(client)

    def test_the_factor_removed_meanwhile_ends_it(self, client: Client, victim: User, app: App) -> None:
        sign_in(client, victim.email)
        app.device.delete()
        assert client.get(CHALLENGE).headers["Location"] == "/accounts/login/"
        assert not is_in(client)

    def test_a_deleted_account_ends_it(self, client: Client, victim: User, app: App) -> None:
        sign_in(client, victim.email)
        close_account(user=victim, by=Actor.system())
        for page in (CHALLENGE, RECOVERY):
            assert client.get(page).headers["Location"] == "/accounts/login/"
        assert not is_in(client)

    def test_another_persons_factor_is_no_answer_whatever_is_posted(
        self, client: Client, victim: User, app: App
    ) -> None:
        attacker = make_user("attacker@example.com")
        theirs = give_app(attacker)
        sign_in(client, victim.email)
        more = {"user": str(attacker.pk), "device": str(theirs.device.pk), "otp_device_id": theirs.device.persistent_id}
        answer(client, theirs.code(), **more)
        assert not is_in(client)


def sight(client: Client, method: str, path: str) -> tuple[int, str]:
    """What a visit shows: the status, and where it leads."""
    answered: HttpResponseBase = client.generic(method, path)
    return answered.status_code, answered.headers.get("Location", "").replace(str(uuid4()), "")
