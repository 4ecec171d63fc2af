"""Every address outside of organizations, admin and API, by who is signed out, half in, or in, with every method.

What is not typed below is for who is signed in: a new address is covered the moment it exists.
"""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models import Model
from django.forms import model_to_dict
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.models import Notification, Session, User
from organizations.models import JoinRequest
from tests.accounts.exporting import made
from tests.accounts.factors import give_app
from tests.accounts.signing import make_user, prove, sign_in, sign_up
from tests.cast import Cast, make_person, make_team
from tests.e2e.test_accessible import NOTHING_YET, SIGNED_IN
from tests.organizations.owning import closed_by, offered_to
from tests.reading import words

pytestmark = pytest.mark.django_db

NOBODYS = UUID("01a201e7-dc20-70c3-8d1d-94eaf5ffa132")
CHANGES = ("PUT", "PATCH", "DELETE")

# For everybody, or with rules of their own that have tests of their own. Typed by hand.
PUBLIC = {
    "",
    "accounts/confirm-email/",
    "accounts/github/login/",
    "accounts/github/login/callback/",
    "accounts/google/login/",
    "accounts/google/login/callback/",
    "accounts/inactive/",
    "accounts/login/",
    "accounts/login/code/confirm/",
    "accounts/login/passkey/",
    "accounts/login/passkey/challenge/",
    "accounts/login/recovery/",
    "accounts/login/second-factor/",
    "accounts/login/second-factor/challenge/",
    "accounts/logout/",
    "accounts/oidc/<slug:provider_id>/login/",
    "accounts/oidc/<slug:provider_id>/login/callback/",
    "accounts/3rdparty/login/error/",
    "accounts/3rdparty/signup/",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/password/reset/key/done/",
    "accounts/password/strength/",
    "accounts/recovery/<str:token>/",
    "accounts/signup/",
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    "cookies/",
    "cookies/choice/",
    "help/",
    "help/mfa/",
    "hooks/bounces/",
    "hooks/mail/",
    "hooks/payments/<str:gateway>/",
    "invitations/<str:token>/",
    "invitations/<str:token>/acceptance/",
    "invitations/<str:token>/address/",
    "invitations/<str:token>/declination/",
    "invitations/<str:token>/renewal/",
    "mail/<str:token>/",
    "mail/<str:token>/consent/",
    "organizations/logos/<uuid:name>/<int:size>/",
    "profile/gone/",
    "profile/preferences/addresses/changes/<str:token>/",
    # As a gateway's own pages: whoever was led there may pay, and nothing moves (tests/attacks/test_money.py).
    "sandbox/cards/<uuid:pk>/",
    "sandbox/challenges/<uuid:pk>/",
    "terms/",
}
# Lead to another page of ours, whatever is asked: nothing happens there.
ELSEWHERE = {
    "accounts/3rdparty/": "/profile/security/",
    "accounts/email/": "/profile/preferences/addresses/",
    "accounts/password/change/": "/profile/security/password/",
    "accounts/password/set/": "/profile/security/password/",
    "accounts/reauthenticate/": "/profile/security/",
    "favicon.ico": "/static/icons/favicon.svg",
    "language/setlang/": "/",
    "profile/": "/profile/preferences/",
}
# allauth's, which take a PUT for a POST, and lead whoever needs them no more away before they look at the method.
OF_ALLAUTH = {
    "accounts/3rdparty/signup/",
    "accounts/login/",
    "accounts/login/code/confirm/",
    "accounts/password/reset/",
    "accounts/signup/",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
}


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every address as it is written down; those of organizations, the admin and the API have walks of their own."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if route.startswith(("o/<", "admin/", "api/")):
            continue
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        else:
            yield route


def filled(route: str, pk: UUID = NOBODYS) -> str:
    """An address with things in it that nobody has, but for the one with the key ``pk``."""
    path = re.sub(r"<uuid:\w+>", str(pk), re.sub(r"<int:\w+>", "64", route))
    return "/" + re.sub(r"\(\?P<\w+>[^)]*\)|<\w+:\w+>", "made-up", path).replace("^", "").replace("$", "")


def ask(client: Client, method: str, route: str) -> HttpResponseBase:
    """The answer to this browser; whatever it changed is undone."""
    with transaction.atomic():
        answer = client.generic(method, filled(route), "code=123456", "application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    return answer


def asks_to_sign_in(answer: HttpResponseBase, route: str) -> bool:
    """Whether one is led to the sign-in page, and from there back: to the page, or to the start after a form."""
    return answer.headers.get("Location") in {redirect_to_login(page).url for page in (filled(route), "/")}


def session_of(user: User) -> Session:
    Client().force_login(user)
    return Session.objects.of(user.pk)[0]


def asked_by(user: User) -> JoinRequest:
    organization = make_team("Vega", make_person("vera.owner@example.com"))
    return JoinRequest.objects.create(organization=organization, user=user)


def told(user: User) -> Notification:
    return user.notifications.create(
        kind="join_answer",
        target_id=NOBODYS,
        address="/profile/organizations/",
        names={"organization": "Vega", "answer": "approved"},
    )


# What somebody has of each kind that addresses of one thing are about.
THINGS: dict[str, Callable[[User], Model]] = {
    "transfers/<uuid:pk>/": offered_to,
    "transfers/<uuid:pk>/acceptance/": offered_to,
    "transfers/<uuid:pk>/declination/": offered_to,
    "profile/organizations/closed/<uuid:pk>/reopening/": closed_by,
    "profile/organizations/requests/<uuid:pk>/withdrawal/": asked_by,
    "notifications/<uuid:pk>/reading/": told,
    "profile/preferences/data/<uuid:pk>/download/": made,
    "profile/security/browsers/<uuid:pk>/revocation/": lambda user: user.browsers.create(digest="1"),
    "profile/security/mfa/<slug:kind>/<uuid:pk>/name/": lambda user: give_app(user).device,
    "profile/security/mfa/<slug:kind>/<uuid:pk>/removal/": lambda user: give_app(user).device,
    "profile/security/sessions/<uuid:pk>/ending/": session_of,
}
PRIVATE = sorted(set(routes()) - PUBLIC - set(ELSEWHERE))


@pytest.fixture
def who(cast: Cast) -> dict[str, Client]:
    """Browsers: signed out, signed up without the link in the mail, without the second factor, and signed in."""
    unverified, halfway = Client(), Client()
    sign_up(unverified, "new.face@example.com")
    give_app(make_user("half.way@example.com"))
    sign_in(halfway, "half.way@example.com")
    return {"out": Client(), "unverified": unverified, "halfway": halfway, "in": prove(cast.mia.client)}


def test_what_is_typed_above_is_there() -> None:
    assert PUBLIC | set(ELSEWHERE) <= set(routes())
    assert len(PRIVATE) > 40


@pytest.mark.parametrize("state", ["out", "unverified", "halfway"])
def test_who_is_not_signed_in_is_asked_to(who: dict[str, Client], state: str) -> None:
    client = who[state]
    for route in PRIVATE:
        answers = {method: ask(client, method, route) for method in ("GET", "POST")}
        offered = {method: answer for method, answer in answers.items() if answer.status_code != 405}
        assert offered, route
        for method, answer in offered.items():
            assert asks_to_sign_in(answer, route), f"{method} {route}"


@pytest.mark.parametrize("state", ["out", "unverified", "halfway", "in"])
def test_methods_that_are_not_offered_are_refused(who: dict[str, Client], state: str) -> None:
    taken = [
        f"{method} {route}"
        for route in sorted(set(routes()) - OF_ALLAUTH - set(ELSEWHERE) - {"invitations/<str:token>/"})
        for method in CHANGES
        if ask(who[state], method, route).status_code != 405
    ]
    assert taken == []


@pytest.mark.usefixtures("statuses_only")
def test_what_is_offered_is_so_to_everybody(who: dict[str, Client]) -> None:
    """A method is refused before it is asked who one is: no refusal tells whether somebody is signed in."""
    for route in PRIVATE:
        for method in ("GET", "POST"):
            refused = {state: ask(who[state], method, route).status_code == 405 for state in ("out", "halfway", "in")}
            assert len(set(refused.values())) == 1, f"{method} {route}"


@pytest.mark.parametrize("route", sorted(THINGS))
def test_what_is_somebody_elses_is_as_little_there_as_what_nobody_has(
    cast: Cast, who: dict[str, Client], route: str
) -> None:
    theirs = THINGS[route](cast.olivia.user)
    before = model_to_dict(theirs)
    for pk in (theirs.pk, NOBODYS):
        path = filled(route.replace("<slug:kind>", "authenticator"), pk)
        for method in ("GET", "POST"):
            answer = who["in"].generic(method, path, "name=Mine", "application/x-www-form-urlencoded")
            # Where each change is asked for a proof of its own, the question comes first.
            assert answer.status_code in {404, 405} or "Confirm that it is you" in words(answer), f"{method} {path}"
    theirs.refresh_from_db()
    assert model_to_dict(theirs) == before


def test_every_address_of_one_thing_is_among_them() -> None:
    assert set(THINGS) == {route for route in PRIVATE if "<uuid:pk>" in route}


@pytest.mark.parametrize("state", ["out", "unverified", "halfway", "in"])
def test_what_has_moved_leads_there(who: dict[str, Client], state: str) -> None:
    for route, page in ELSEWHERE.items():
        assert ask(who[state], "GET", route).headers["Location"] == page


@pytest.mark.parametrize("state", ["out", "unverified", "halfway", "in"])
def test_what_is_for_everybody_asks_nobody_to_sign_in(who: dict[str, Client], state: str) -> None:
    asked = [route for route in sorted(PUBLIC) if asks_to_sign_in(ask(who[state], "GET", route), route)]
    assert asked == []


def test_every_page_of_the_profile_is_inspected(who: dict[str, Client]) -> None:
    """By axe and the HTML checker; what opens only after something else is looked at by the story that does so."""
    pages = {f"/{route}" for route in PRIVATE if "<" not in route and ask(who["in"], "GET", route).status_code == 200}
    assert pages <= {*SIGNED_IN, *NOTHING_YET}
