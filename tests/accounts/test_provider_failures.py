"""What keeps a provider from opening an account: no agreement, a foreign state, a provider that is down, bad links."""

import logging

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from console.providers import for_allauth
from tests.accounts.providing import CALLBACK, LOGIN, continue_with, denials, leave
from tests.accounts.signing import is_signed_in
from tests.cast import Cast
from tests.fixtures.providers import Elsewhere, offer
from tests.reading import body, links, words

pytestmark = pytest.mark.django_db

NORA = "nora.new@example.com"


@pytest.mark.parametrize("query", ["", "?provider=nowhere", "?provider=%3Cb%3E"])
def test_the_page_of_failures_repeats_nothing_that_a_link_says(elsewhere: Elsewhere, query: str) -> None:
    assert Client().get(f"/accounts/3rdparty/login/error/{query}").status_code == 404
    page = Client().get("/accounts/3rdparty/login/error/?provider=example&reason=%3Cb%3E&next=//evil.example")
    assert "<b>" not in body(page)
    assert "evil" not in body(page).partition("<main")[2].partition("</main")[0]


def test_who_does_not_agree_there_may_go_on_here(elsewhere: Elsewhere) -> None:
    client = Client()
    page = client.get(elsewhere.refuse(leave(client, LOGIN.format("example"))), follow=True)
    assert "You did not continue with Example" in words(page)
    assert "/accounts/login/" in links(page)
    assert denials() == ["cancelled"]


def test_the_state_of_another_browser_opens_nothing(elsewhere: Elsewhere) -> None:
    """ATTACKS 6."""
    mallory, vera = Client(), Client()
    back = elsewhere.agree(leave(mallory, LOGIN.format("example")), elsewhere.knows(NORA))
    page = vera.get(back, follow=True)
    assert "code=" not in page.request["QUERY_STRING"]
    assert "You came back too late, twice, or with another browser than you left with." in words(page)
    assert not is_signed_in(vera)
    assert not SocialAccount.objects.exists()
    assert denials() == ["expired"]


@pytest.mark.parametrize(
    "query", ["", "?code=a", "?code=a&state=made-up", "?error=server_error", "?state=", "?code=%00"]
)
def test_a_made_up_way_back_is_one_page(elsewhere: Elsewhere, query: str) -> None:
    page = Client().get(CALLBACK.format("example") + query, follow=True)
    assert "That did not work with Example" in words(page)


def test_the_way_back_works_once(elsewhere: Elsewhere) -> None:
    client = Client()
    back = elsewhere.agree(leave(client, LOGIN.format("example")), elsewhere.knows(NORA))
    client.get(back)
    assert "twice" in words(client.get(back, follow=True))
    assert SocialAccount.objects.count() == 1


def test_the_way_back_of_one_provider_is_none_for_another(elsewhere: Elsewhere) -> None:
    client = Client()
    back = elsewhere.agree(leave(client, LOGIN.format("example")), elsewhere.knows(NORA))
    client.get(back.replace("/oidc/example/", "/oidc/other/"))
    assert not is_signed_in(client)


@pytest.mark.parametrize("query", ["&error=server_error", "&error=%3Cscript%3E", "&error="])
def test_what_the_provider_complains_of_is_one_page(elsewhere: Elsewhere, query: str) -> None:
    client = Client()
    state = leave(client, LOGIN.format("example")).partition("state=")[2].partition("&")[0]
    page = client.get(f"{CALLBACK.format('example')}?state={state}{query}", follow=True)
    assert "What came back was no answer that we can use." in words(page)
    assert "<script>" not in body(page)
    assert denials() == ["failed"]


def test_a_provider_that_does_not_answer_is_one_page(settings: Settings, refused_port: int) -> None:
    entry = {"id": "down", "name": "Down", "issuer": f"http://127.0.0.1:{refused_port}", "client_id": "a"}
    offer(settings, for_allauth({}, [{**entry, "client_secret": "b"}]))
    page = Client().post(LOGIN.format("down"), follow=True)
    assert "Down does not answer at the moment." in words(page)
    assert denials() == ["unreachable"]


def test_a_provider_that_stalls_is_waited_for_some_seconds_only(settings: Settings, stalled_port: int) -> None:
    assert settings.SOCIALACCOUNT_REQUESTS_TIMEOUT <= 5
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2
    entry = {"id": "slow", "name": "Slow", "issuer": f"http://127.0.0.1:{stalled_port}", "client_id": "a"}
    offer(settings, for_allauth({}, [{**entry, "client_secret": "b"}]))
    assert "Slow does not answer at the moment." in words(Client().post(LOGIN.format("slow"), follow=True))


def test_a_provider_that_goes_down_in_between_is_one_page(
    elsewhere: Elsewhere, settings: Settings, refused_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    back = elsewhere.agree(leave(client, LOGIN.format("example")), elsewhere.knows(NORA))
    entry = {**elsewhere.entry("example", "Example"), "issuer": f"http://127.0.0.1:{refused_port}"}
    offer(settings, for_allauth({}, [entry]))
    with caplog.at_level(logging.WARNING):
        assert "That did not work with Example" in words(client.get(back, follow=True))
    assert back.partition("code=")[2].partition("&")[0] not in caplog.text


@pytest.mark.parametrize(
    "there", ["//evil.example", "https:evil.example", "javascript:alert(1)", "https://evil.example/"]
)
def test_one_comes_back_to_a_page_of_ours_only(elsewhere: Elsewhere, there: str) -> None:
    """ATTACKS 18."""
    answer = continue_with(Client(), elsewhere, elsewhere.knows(NORA), next=there)
    assert answer.headers["Location"] == "/"
    page = Client().get(LOGIN.format("example"), {"next": there})
    assert "evil" not in body(page).partition("<main")[2].partition("</main")[0]


def test_a_link_signs_nobody_in(elsewhere: Elsewhere) -> None:
    """ATTACKS 6: a look at the address shows the button."""
    page = Client().get(LOGIN.format("example"), {"process": "connect", "scope": "admin", "next": "/profile/"})
    assert page.status_code == 200
    assert "You go to Example, which tells us who you are." in words(page)


def test_what_stands_in_a_link_does_not_reach_the_provider(elsewhere: Elsewhere) -> None:
    client = Client()
    address = leave(client, LOGIN.format("example") + "?scope=admin&auth_params=redirect_uri%3Devil&process=connect")
    assert "evil" not in address
    assert "admin" not in address
    assert "code_challenge_method=S256" in address
    client.get(elsewhere.agree(address, elsewhere.knows(NORA)))
    assert is_signed_in(client)


def test_who_is_in_already_goes_on(cast: Cast, elsewhere: Elsewhere) -> None:
    assert cast.mia.client.post(LOGIN.format("example"), {"next": "/profile/"}).headers["Location"] == "/profile/"


def test_guessing_ways_back_is_slowed(elsewhere: Elsewhere) -> None:
    client = Client()
    statuses = [client.get(CALLBACK.format("example")).status_code for _ in range(122)]
    assert statuses[0] == 302
    assert statuses[-1] == 429
