"""French of an account: every page of the profile, what its forms answer, and each mail and text message about it."""

from copy import deepcopy
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.factors import KINDS
from accounts.models import Passkey, User
from accounts.proof import PROVEN_AT
from tests.access.test_account_walk import PRIVATE, PUBLIC, THINGS, filled
from tests.accounts.factors import CHALLENGE, answer, give_app, give_codes, prove_factor
from tests.accounts.phones import give_phone
from tests.accounts.providing import link
from tests.accounts.signing import make_user, prove, sign_in
from tests.accounts.test_terms import publish
from tests.cast import Cast
from tests.console.french import FRENCH, english_in, english_on, said
from tests.fixtures.providers import Elsewhere
from tests.reading import words

pytestmark = [pytest.mark.embedded, pytest.mark.django_db, pytest.mark.usefixtures("no_files")]

RECOVERY = "/accounts/login/recovery/"
VERA = "vera@example.com"
PAGES = sorted(set(PRIVATE) | PUBLIC)
EMPTY = [
    "/profile/preferences/data/",
    "/profile/security/",
    "/profile/security/activity/",
    "/profile/security/mfa/",
    "/profile/security/mfa/backup-codes/",
    "/profile/security/sessions/",
    "/terms/",
]
# Sent to every form, and wrong at each.
WRONG = {
    "accept": "",
    "carried": "made-up",
    "code": "123",
    "email": "nobody",
    "job_role": "queen",
    "language": "xx",
    "login": "nobody",
    "name": "",
    "oldpassword": "wrong",
    "password": "wrong",
    "password1": "abc",
    "password2": "abcd",
    "phone": "12",
    "phone_country": "FR",
    "salutation": "queen",
    "time_zone": "Nowhere",
}


@pytest.fixture
def olivia(cast: Cast) -> Client:
    """A browser that asks for French, in which Olivia has proven a moment ago who she is."""
    cast.olivia.client.defaults["HTTP_ACCEPT_LANGUAGE"] = FRENCH["accept-language"]
    return prove(cast.olivia.client)


@pytest.fixture
def furnished(cast: Cast, olivia: Client, elsewhere: Elsewhere, settings: Settings) -> Client:
    """The same, after she has set up all that there is."""
    settings.SMS_GATEWAY, settings.COMMUNITY_URL = "console", "https://community.example.com/"
    user = cast.olivia.user
    link(olivia, elsewhere, elsewhere.knows("olivia@elsewhere.example"))
    prove_factor(olivia, user)
    give_phone(user)
    give_codes(user)
    for email, is_verified in (("olivia@home.example", True), ("olivia@work.example", False)):
        EmailAddress.objects.create(user=user, email=email, verified=is_verified)
    user.browsers.create(digest="another", trusted_until=timezone.now() + timedelta(days=3))
    Client(headers=FRENCH).force_login(user)
    return olivia


def copy_of(client: Client) -> Client:
    """Another browser with the same cookies: what it is answered changes nothing in the first."""
    copy = Client()
    copy.defaults, copy.cookies = client.defaults, deepcopy(client.cookies)
    return copy


def english_answered(client: Client, method: str, path: str, data: dict[str, str] | None = None) -> list[str]:
    """What an address answers in English, or the page that it leads to; whatever was changed is undone."""
    cache.clear()
    with transaction.atomic():
        response = getattr(copy_of(client), method)(path, data, follow=True)
        transaction.set_rollback(True)
    if response.streaming:
        # A file stays open until it was read.
        list(response.streaming_content)
        return []
    return [f"{method} {path}: {text}" for text in english_in(said(response))]


def pages_of(user: User) -> list[str]:
    """Every address outside of organizations and the admin, those of one thing with one that the user has."""
    made = {route: filled(route.replace("<slug:kind>", "authenticator"), THINGS[route](user).pk) for route in THINGS}
    return [made.get(route) or filled(route) for route in PAGES]


def test_pages_of_somebody_who_has_nothing_yet_are_french(olivia: Client) -> None:
    assert [english for path in EMPTY for english in english_on(olivia, path)] == []


def test_every_page_of_an_account_is_french(cast: Cast, furnished: Client) -> None:
    pages = pages_of(cast.olivia.user)
    assert [english for path in pages for english in english_answered(furnished, "get", path)] == []


def test_what_every_form_says_to_wrong_answers_is_french(cast: Cast, furnished: Client) -> None:
    pages = pages_of(cast.olivia.user)
    assert [english for path in pages for english in english_answered(furnished, "post", path, WRONG)] == []


def test_the_question_who_one_is_is_french(cast: Cast, furnished: Client) -> None:
    session = furnished.session
    del session[PROVEN_AT]
    session.save()
    asking = [path for path in pages_of(cast.olivia.user) if "/profile/" in path]
    assert [english for path in asking for english in english_answered(furnished, "post", path, WRONG)] == []


def test_every_way_to_give_the_second_factor_is_french(settings: Settings) -> None:
    settings.SMS_GATEWAY = "console"
    user, client = make_user(VERA), Client(headers=FRENCH)
    app = give_app(user)
    give_phone(user)
    give_codes(user)
    Passkey.objects.create(user=user, name="Clé", credential_id=b"made-up", public_key=b"made-up")
    sign_in(client, VERA)
    for kind in KINDS:
        assert english_on(client, f"{CHALLENGE}?kind={kind.key}") == []
        assert english_in(said(answer(client, app.wrong_code(), kind.key))) == []
    for method in ("get", "post"):
        assert english_answered(client, method, RECOVERY) == []


def test_terms_are_asked_for_in_french(olivia: Client) -> None:
    publish()
    for method in ("get", "post"):
        assert english_answered(olivia, method, "/accounts/terms/") == []
    assert "Soyez aimables." in words(olivia.get("/accounts/terms/"))
