"""Attacks on sessions and sign-in: each is tried over HTTP; its number stands in ATTACKS.md."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.access.walk import SIGN_IN, Visit, names, object_names, outcome
from tests.accounts.signing import PASSWORD, is_signed_in, make_user, sign_in, sign_up
from tests.cast import Cast
from tests.reading import links, words

pytestmark = pytest.mark.django_db

VICTIM = "vera.victim@example.com"


@pytest.mark.postgresql
@pytest.mark.waits
@pytest.mark.django_db(transaction=True)
def test_13_guess_in_parallel_with_changing_case_and_forged_addresses() -> None:
    """Twenty at once from as many addresses: five are looked at."""
    make_user(VICTIM)

    def guess(number: int) -> str:
        try:
            client = Client(REMOTE_ADDR=f"203.0.113.{number}")
            email = "".join(c.upper() if (number >> i % 5) & 1 else c for i, c in enumerate(VICTIM))
            return words(
                client.post(
                    "/accounts/login/",
                    {"login": email, "password": "wrong"},
                    headers={"X-Forwarded-For": f"192.0.2.{number}"},
                )
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        pages = list(threads.map(guess, range(20)))
    looked_at = [page for page in pages if "you specified are not correct" in page]
    assert len(looked_at) == 5
    assert all("Too many failed login attempts." in page for page in pages if page not in looked_at)


def test_14_visit_every_address_with_half_a_sign_in(cast: Cast) -> None:
    """Signed up, not verified: only the page that asks to verify."""
    client = Client()
    sign_up(client, VICTIM)
    for name in names() - object_names():
        path = f"/o/acme/{name}/" if name != "overview" else "/o/acme/"
        assert outcome(Visit(name, path, "GET").by(client)) in (SIGN_IN, "absent")
    for path in ("/o/personal/", "/profile/preferences/", "/profile/organizations/", "/organizations/new/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_15_plant_a_session_id_before_sign_in() -> None:
    make_user(VICTIM)
    victim, attacker = Client(), Client()
    # The attacker's own session, of an unfinished sign-up, planted in the victim's browser.
    sign_up(attacker, "attacker@example.com")
    planted = attacker.cookies["sessionid"].value
    victim.cookies["sessionid"] = planted
    sign_in(victim, VICTIM)
    assert is_signed_in(victim)
    assert victim.cookies["sessionid"].value != planted
    assert not is_signed_in(attacker)


def test_16_go_on_with_an_old_cookie() -> None:
    """Signed out, password changed, account locked: the next request is refused."""
    user = make_user(VICTIM)
    endings: dict[str, Callable[[Client], object]] = {
        "signed out": lambda client: client.post("/accounts/logout/"),
        "password changed": lambda client: client.post(
            "/profile/security/password/",
            {"oldpassword": PASSWORD, "password1": "walnut-ferry-38", "password2": "walnut-ferry-38"},
        ),
        "locked": lambda client: User.objects.filter(pk=user.pk).update(is_active=False),
    }
    for ending, end in endings.items():
        password = "walnut-ferry-38" if ending == "locked" else PASSWORD
        here, thief = Client(), Client()
        sign_in(here, VICTIM, password)
        thief.cookies["sessionid"] = here.cookies["sessionid"].value
        assert is_signed_in(thief)
        end(here)
        assert not is_signed_in(thief), ending


AWAY = ["//evil.example", "https:evil.example", "javascript:alert(1)", "/\\evil.example"]


@pytest.mark.parametrize("wanted", AWAY)
def test_18_lead_somebody_away_after_signing_in(wanted: str) -> None:
    make_user(VICTIM)
    assert sign_in(Client(), VICTIM, next=wanted).headers["Location"] == "/"
    client = Client()
    client.force_login(User.objects.get(email=VICTIM))
    assert client.post("/language/setlang/", {"language": "en", "next": wanted}).headers["Location"].startswith("/")
    assert "evil" not in client.post("/language/setlang/", {"language": "en", "next": wanted}).headers["Location"]


@pytest.mark.parametrize("wanted", [*AWAY, "https://evil.example/", "/\t/evil.example", "///evil.example"])
def test_18_lead_somebody_away_after_changing_members(cast: Cast, wanted: str) -> None:
    pk = cast.mia.membership(cast.acme).pk
    away = {"next": wanted}
    for path, lands in (
        (f"/o/acme/members/{pk}/role/", "/o/acme/members/"),
        (f"/o/acme/members/{pk}/removal/", "/o/acme/members/"),
        ("/o/acme/leaving/", "/o/acme/"),
    ):
        url = f"{path}?{urlencode(away)}"
        assert not [href for href in links(cast.olivia.client.get(url)) if "evil" in href], url
        assert cast.olivia.client.post(url, {"role": "tech"}).headers["Location"] == lands


def test_a_form_of_another_site_is_refused(cast: Cast) -> None:
    """Every POST of a browser needs the token; the page that says so does not fail."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.olivia.user)
    for path in (
        "/o/acme/settings/",
        "/o/acme/leaving/",
        "/organizations/new/",
        "/accounts/logout/",
        "/accounts/login/",
    ):
        response = client.post(path, {"name": "Taken over", "slug": "acme"})
        assert response.status_code == 403, path
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Acme"
    assert client.get("/o/acme/").status_code == 200
