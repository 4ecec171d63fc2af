"""Browsers that are known and trusted: the cookie, the mail on a new one, and when trust is void."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from accounts.actions import forget_browsers
from accounts.models import Browser, User
from accounts.requests import actor_of
from accounts.sessions.browsers import forget_trust, is_known, is_trusted, set_cookie, trust
from audit.models import Event
from console.origin import Origin, OriginRequest
from outbox.models import Mail
from tests.accounts.signing import choose_password, make_user, reset_link, sign_in, sign_up, verification_link
from tests.reading import mails_to, posts, words, words_at

pytestmark = pytest.mark.django_db

NINA, MAX = "nina.new@example.com", "max.mate@example.com"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGE = "/profile/security/sessions/"


def a_browser(email: str = "") -> Client:
    client = Client(headers={"User-Agent": LINUX}, REMOTE_ADDR="198.51.100.7")
    if email:
        sign_in(client, email)
    return client


def cookie_of(client: Client) -> str:
    return client.cookies["browser"].value


def asking(cookie: str) -> OriginRequest:
    """A request of the browser with that cookie."""
    request = RequestFactory().get("/")
    if cookie:
        request.COOKIES["browser"] = cookie
    request.origin = Origin(address="198.51.100.7", device=LINUX, request_id="")  # type: ignore[attr-defined]
    return request  # type: ignore[return-value]


def trust_here(client: Client, user: User) -> None:
    """What the page of the second factor does where the box is ticked, and what its answer brings."""
    request, response = asking(cookie_of(client)), client.get("/healthz")
    trust(request, user, actor_of(request, user))
    set_cookie(request, response)
    client.cookies.update(response.cookies)


def new_device_mails(email: str = NINA) -> list[Mail]:
    return mails_to(email, "new-device")


class TestTheCookie:
    def test_is_set_at_a_sign_in_and_read_by_no_script(self, nina: User) -> None:
        client = a_browser()
        client.get("/accounts/login/")
        assert "browser" not in client.cookies
        sign_in(client, NINA)
        cookie = client.cookies["browser"]
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert cookie["max-age"] == 365 * 24 * 3600

    def test_is_not_what_the_table_holds(self, nina: User) -> None:
        value = cookie_of(a_browser(NINA))
        assert value not in str(list(Browser.objects.values()))

    def test_a_wrong_password_brings_none(self, nina: User) -> None:
        client = a_browser()
        sign_in(client, NINA, "wrong")
        assert "browser" not in client.cookies

    def test_it_is_known_for_who_has_signed_in_there_and_for_nobody_else(self, nina: User) -> None:
        cookie = cookie_of(a_browser(NINA))
        assert is_known(asking(cookie), nina)
        assert not is_known(asking(cookie), make_user(MAX))
        for other in ("", "made-up", cookie[:-1], "x" * 5000):
            assert not is_known(asking(other), nina), other

    def test_two_people_share_a_browser(self, nina: User) -> None:
        max_ = make_user(MAX)
        client = a_browser(NINA)
        client.post("/accounts/logout/")
        sign_in(client, MAX)
        cookie = cookie_of(client)
        assert is_known(asking(cookie), nina)
        assert is_known(asking(cookie), max_)

    def test_former_keys_still_count(self, nina: User, settings: Settings) -> None:
        cookie = cookie_of(a_browser(NINA))
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-secret-key-that-is-long-enough-to-pass-all-checks-there-are"
        assert is_known(asking(cookie), nina)
        settings.SECRET_KEY_FALLBACKS = []
        assert not is_known(asking(cookie), nina)


class TestANewBrowser:
    def test_is_told_by_mail(self, nina: User) -> None:
        a_browser(NINA)
        a_browser(NINA)
        [mail] = new_device_mails()
        assert mail.subject == "New sign-in from Firefox 140 on Linux"
        assert "Somebody signed in to your account with Firefox 140 on Linux." in mail.text
        assert "198.51.100.7" in mail.text

    def test_not_the_one_that_one_signed_up_in(self) -> None:
        client = a_browser()
        sign_up(client, NINA)
        client.post(verification_link(NINA))
        assert Browser.objects.filter(user__email=NINA).count() == 1
        assert new_device_mails() == []

    def test_not_one_that_is_known(self, nina: User) -> None:
        client = a_browser(NINA)
        for _ in range(2):
            client.post("/accounts/logout/")
            sign_in(client, NINA)
        assert Browser.objects.count() == 1
        assert new_device_mails() == []

    def test_not_who_only_tries(self, nina: User) -> None:
        a_browser(NINA)
        sign_in(a_browser(), NINA, "wrong")
        assert new_device_mails() == []

    def test_a_cookie_of_another_account_is_new_for_this_one(self, nina: User) -> None:
        """What somebody has planted, or copied from their own browser."""
        make_user(MAX)
        a_browser(NINA)
        client = a_browser(MAX)
        planted = cookie_of(client)
        client.post("/accounts/logout/")
        sign_in(client, NINA)
        assert len(new_device_mails()) == 1
        assert cookie_of(client) != planted
        assert not is_known(asking(planted), nina)

    def test_an_account_keeps_fifty(self, nina: User) -> None:
        Browser.objects.bulk_create(Browser(user=nina, digest=str(number)) for number in range(60))
        client = a_browser(NINA)
        assert Browser.objects.filter(user=nina).count() == 50
        assert is_known(asking(cookie_of(client)), nina)

    def test_one_not_seen_for_a_year_is_forgotten(self, nina: User, clock: time_machine.Traveller) -> None:
        old = cookie_of(a_browser(NINA))
        clock.shift(timedelta(days=200))
        newer = cookie_of(a_browser(NINA))
        clock.shift(timedelta(days=200))
        forget_browsers()
        assert not is_known(asking(old), nina)
        assert is_known(asking(newer), nina)
        clock.shift(timedelta(days=200))
        forget_browsers()
        # The last one stays: who comes back after years still hears of it.
        assert Browser.objects.count() == 1


class TestTrust:
    @pytest.fixture
    def client(self, nina: User, clock: time_machine.Traveller) -> Client:
        client = a_browser(NINA)
        trust_here(client, nina)
        return client

    def test_holds_for_thirty_days_there_and_nowhere_else(
        self, nina: User, client: Client, clock: time_machine.Traveller
    ) -> None:
        elsewhere = a_browser(NINA)
        assert not is_trusted(asking(cookie_of(elsewhere)), nina)
        clock.shift(timedelta(days=29))
        assert is_trusted(asking(cookie_of(client)), nina)
        clock.shift(timedelta(days=1, seconds=1))
        assert not is_trusted(asking(cookie_of(client)), nina)
        assert is_known(asking(cookie_of(client)), nina)

    def test_is_for_one_person_of_a_browser(self, client: Client) -> None:
        assert not is_trusted(asking(cookie_of(client)), make_user(MAX))

    def test_a_cookie_planted_before_is_not_the_trusted_one(self, nina: User) -> None:
        client = a_browser(NINA)
        planted = cookie_of(client)
        trust_here(client, nina)
        assert is_trusted(asking(cookie_of(client)), nina)
        assert not is_trusted(asking(planted), nina)
        assert not is_known(asking(planted), nina)

    def test_takes_the_other_users_of_the_browser_along(self, nina: User) -> None:
        max_ = make_user(MAX)
        client = a_browser(MAX)
        trust_here(client, max_)
        trust_here(client, nina)
        assert is_trusted(asking(cookie_of(client)), max_)
        assert is_trusted(asking(cookie_of(client)), nina)

    def test_in_a_browser_never_seen_the_mail_goes_out_too(self, nina: User) -> None:
        a_browser(NINA)
        request = asking("")
        trust(request, nina, actor_of(request, nina))
        assert len(new_device_mails()) == 1

    def test_is_recorded(self, nina: User, client: Client) -> None:
        assert Event.objects.get(action="account.browser_trusted").subject_id == nina.pk

    def test_is_void_after_a_reset(self, nina: User, client: Client) -> None:
        visitor = a_browser()
        visitor.post("/accounts/password/reset/", {"email": NINA})
        choose_password(visitor, reset_link(NINA), "walnut-ferry-38")
        assert not is_trusted(asking(cookie_of(client)), nina)

    def test_is_void_when_factors_change(self, nina: User, client: Client) -> None:
        assert forget_trust(nina) == 1
        assert not is_trusted(asking(cookie_of(client)), nina)
        assert forget_trust(nina) == 0

    def test_is_listed_and_revoked(self, nina: User, client: Client) -> None:
        [browser] = Browser.objects.trusted_by(nina.pk)
        address = f"/profile/security/browsers/{browser.pk}/revocation/"
        card = words_at(client.get(PAGE), "id", "trusted-browsers")
        assert "Firefox 140 on Linux 198.51.100.7 Last sign-in just now Trusted until 22 Dec" in card
        assert address in posts(client.get(PAGE))
        page = client.post(address, follow=True)
        assert "asks for your second factor again" in words(page)
        assert "No trusted browsers" in words_at(page, "id", "trusted-browsers")
        assert not is_trusted(asking(cookie_of(client)), nina)
        assert "not trusted any more" in words(client.post(address, follow=True))
        outcomes = Event.objects.filter(action="account.browser_trust_revoked").values_list("outcome", "subject_id")
        assert sorted(outcomes) == [("denied", nina.pk), ("done", nina.pk)]

    def test_nobody_else_revokes_it(self, nina: User, client: Client) -> None:
        make_user(MAX)
        stranger = a_browser(MAX)
        [browser] = Browser.objects.trusted_by(nina.pk)
        for pk in (browser.pk, uuid4()):
            assert stranger.post(f"/profile/security/browsers/{pk}/revocation/").status_code == 404
        assert is_trusted(asking(cookie_of(client)), nina)
