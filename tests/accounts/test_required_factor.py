"""A deployment where everybody has to have a second factor."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models.authenticator import code_at, step_now
from tests.accounts.factors import prove_factor
from tests.accounts.signing import make_user, sign_in
from tests.cast import Cast
from tests.reading import body, words

pytestmark = pytest.mark.django_db

MFA = "/profile/security/mfa/"
NEW = f"{MFA}authenticator/new/"


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize(
    "page", ["/o/acme/", "/o/acme/members/", "/profile/preferences/", "/profile/security/", "/getting-started/", "/"]
)
def test_whoever_has_none_is_led_to_setting_one_up(cast: Cast, page: str) -> None:
    answer = cast.mia.client.get(page, follow=True)
    assert answer.redirect_chain[-1][0] == MFA
    assert "Set up a second factor first: Console asks everybody for one." in words(answer)


def test_nothing_can_be_done_by_an_old_tab_either(cast: Cast) -> None:
    cast.olivia.client.post("/o/acme/settings/", {"name": "Changed", "slug": "changed", "description": ""})
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Acme"


def test_a_part_of_a_page_leads_the_whole_page_there(cast: Cast) -> None:
    answer = cast.mia.client.get("/o/acme/members/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == MFA


def test_one_sets_it_up_and_goes_on(client: Client) -> None:
    make_user("mia@example.com")
    sign_in(client, "mia@example.com")
    [secret] = re.findall(r'data-copy="([A-Z2-7]+)"', body(client.get(NEW)))
    client.post(NEW, {"code": code_at(step_now(), secret), "name": "Phone"})
    assert client.get("/profile/preferences/").status_code == 200


def test_whoever_has_one_is_not_led_anywhere(cast: Cast) -> None:
    prove_factor(cast.mia.client, cast.mia.user)
    assert cast.mia.client.get("/o/acme/").status_code == 200


def test_signing_out_help_and_the_language_stay_open(cast: Cast) -> None:
    for page in ("/accounts/logout/", "/help/", "/help/mfa/", "/cookies/"):
        assert cast.mia.client.get(page).status_code == 200, page


def test_visitors_see_what_they_always_see() -> None:
    assert Client().get("/accounts/login/").status_code == 200
    assert Client().get("/").status_code == 200
