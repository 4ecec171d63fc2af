"""French of an account: every page of the profile, what its forms answer, and each mail and text message about it."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
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
from tests.accounts.terms import publish
from tests.cast import Cast
from tests.console.french import FRENCH, answered, english_in, english_on, said, untold
from tests.fixtures.providers import Elsewhere
from tests.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_files")]

RECOVERY = "/accounts/login/recovery/"
VERA = "vera@example.com"
# The reference of the API is English in part (tests/organizations/test_french_keys_and_log.py).
PAGES = sorted(path for path in set(PRIVATE) | PUBLIC if not path.startswith("api/"))
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

# Words of both languages, and what is called the same in each: languages, cookies, brands.
FRENCH_TOO = {
    "API",
    "Actions",
    "Active",
    "Admin",
    "Code",
    "Console",
    "Cookies",
    "Cookies · Console",
    "English",
    "Exports",
    "Français",
    "Notifications",
    "Notifications · Console",
    "Sessions",
    "Sessions · Console",
    "browser",
    "cookie_choice",
    "csrftoken",
    "django_language",
    "messages",
    "sessionid",
}
NAME = re.compile(r"\S+@\S+$|(Olivia|Adam|Bella|Theo|Mia|Gina) \w+$|Acme\b|Gina's team\b|Vega\b|Example$|Other$|Phone$")


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


def pages_of(user: User) -> list[str]:
    """Every address outside of organizations and the admin, those of one thing with one that the user has."""
    things = {make: make(user).pk for make in dict.fromkeys(THINGS.values())}
    made = {
        route: filled(route.replace("<slug:kind>", "authenticator"), things[make]) for route, make in THINGS.items()
    }
    return [made.get(route) or filled(route) for route in PAGES]


def test_pages_of_somebody_who_has_nothing_yet_are_french(olivia: Client) -> None:
    assert [english for path in EMPTY for english in english_on(olivia, path)] == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_of_an_account_and_what_it_says_to_wrong_answers_is_french(
    cast: Cast, furnished: Client, method: str
) -> None:
    for path in pages_of(cast.olivia.user):
        english, alike = untold(furnished, method, path, WRONG if method == "post" else None)
        assert english == [], path
        assert [text for text in alike - FRENCH_TOO if not NAME.match(text)] == [], path


def test_the_question_who_one_is_is_french(cast: Cast, furnished: Client) -> None:
    session = furnished.session
    del session[PROVEN_AT]
    session.save()
    asking = [path for path in pages_of(cast.olivia.user) if "/profile/" in path]
    answers = [answered(furnished, "post", path, WRONG) for path in asking]
    assert [english for answer in answers for english in english_in(said(answer))] == []


def test_every_way_to_give_the_second_factor_is_french(settings: Settings) -> None:
    settings.SMS_GATEWAY = "console"
    user, client = make_user(VERA), Client(headers=FRENCH)
    app = give_app(user)
    give_phone(user)
    give_codes(user)
    Passkey.objects.create(user=user, name="Clé", credential_id=b"made-up", public_key=b"made-up")
    sign_in(client, VERA)
    assert english_on(client, CHALLENGE) == []
    for kind in KINDS:
        assert english_in(said(client.post(CHALLENGE, {"method": kind.key}))) == []
        assert english_in(said(answer(client, app.wrong_code(), kind.key))) == []
    for method in ("get", "post"):
        assert english_in(said(answered(client, method, RECOVERY, WRONG))) == []


def test_terms_are_asked_for_in_french(olivia: Client) -> None:
    publish()
    for method in ("get", "post"):
        assert english_in(said(answered(olivia, method, "/accounts/terms/", WRONG))) == []
    assert "Soyez aimables." in words(olivia.get("/accounts/terms/"))
