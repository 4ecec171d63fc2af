"""Asked again who one is, without password and second factor: the provider is asked, and then one goes on."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Recovery, User
from tests.accounts.factors import give_app
from tests.accounts.providing import LINKING, REMOVAL, continue_with, leave, link
from tests.fixtures.providers import Elsewhere
from tests.reading import body, links, main_words, posts, words

pytestmark = pytest.mark.django_db

NORA = "nora.new@example.com"
PROOF = "/profile/security/proof/example/"
RECOVERY = "/profile/security/mfa/recovery/"


@pytest.fixture
def subject(elsewhere: Elsewhere) -> str:
    return elsewhere.knows(NORA)


@pytest.fixture
def nora(elsewhere: Elsewhere, subject: str) -> Client:
    """Nora's browser, an hour after she signed up by Example and linked Other."""
    client = Client()
    continue_with(client, elsewhere, subject)
    link(client, elsewhere, elsewhere.knows("nora@other.example"), provider="other")
    return client


@pytest.fixture(autouse=True)
def an_hour_later(nora: Client) -> Iterator[None]:
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        yield


def hidden(page: str) -> dict[str, str]:
    """What the button *Continue with Example* carries."""
    form = page.partition(f'action="{PROOF}"')[2].partition("</form>")[0]
    return {
        name: form.partition(f'name="{name}" value="')[2].partition('"')[0].replace("&amp;", "&")
        for name in ("carried", "address")
    }


def ask(client: Client, path: str = REMOVAL.format("other")) -> dict[str, str]:
    page = client.post(path)
    assert "Confirm that it is you" in main_words(page)
    assert 'type="password"' not in body(page)
    return hidden(body(page))


def go_on(client: Client) -> str:
    """Press *Go on*, as the page has it; what the next page says."""
    page = client.get("/profile/security/proof/")
    form = body(page).partition("<main")[2]
    carried = form.partition('name="carried" value="')[2].partition('"')[0]
    address = next(path for path in posts(page) if path.startswith("/profile/"))
    return words(client.post(address, {"proof": "provider", "carried": carried}, follow=True))


def test_one_goes_to_the_provider_and_carries_on_with_the_post(
    nora: Client, elsewhere: Elsewhere, subject: str
) -> None:
    address = leave(nora, PROOF, **ask(nora))
    assert "prompt=login" in address
    assert "max_age=0" in address
    page = nora.get(elsewhere.agree(address, subject), follow=True)
    assert "Go on with what you were about to change." in main_words(page)
    assert SocialAccount.objects.count() == 2
    assert "Your account at Other is unlinked." in go_on(nora)
    assert SocialAccount.objects.count() == 1


def test_another_identity_proves_nothing(nora: Client, elsewhere: Elsewhere) -> None:
    for other in (elsewhere.knows("mallory@example.com"), elsewhere.knows(NORA)):
        page = nora.get(elsewhere.agree(leave(nora, PROOF, **ask(nora)), other), follow=True)
        assert "You signed in there with another account" in main_words(page)
        assert "Confirm that it is you" in words(nora.post(REMOVAL.format("other")))
    assert SocialAccount.objects.count() == 2


def test_somebody_elses_identity_does_not_sign_them_in(nora: Client, elsewhere: Elsewhere) -> None:
    olga = elsewhere.knows("olga@example.com")
    continue_with(Client(), elsewhere, olga)
    nora.get(elsewhere.agree(leave(nora, PROOF, **ask(nora)), olga), follow=True)
    assert nora.session["_auth_user_id"] == str(User.objects.get(email=NORA).pk)


def test_a_provider_that_has_not_asked_again_proves_nothing(nora: Client, elsewhere: Elsewhere, subject: str) -> None:
    back = elsewhere.agree(leave(nora, PROOF, **ask(nora)), subject)
    with time_machine.travel(timezone.now() + timedelta(minutes=9, seconds=50), tick=True):
        assert "Go on with what you were about to change." in main_words(nora.get(back, follow=True))
    back = elsewhere.agree(leave(nora, PROOF, **ask(nora, LINKING.format("other"))), subject)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=True):
        assert "That did not work with Example" in main_words(nora.get(back, follow=True))


def test_what_was_begun_for_a_sign_in_is_no_proof(nora: Client, elsewhere: Elsewhere, subject: str) -> None:
    visitor = Client()
    back = elsewhere.agree(leave(visitor, "/accounts/oidc/example/login/", process="proof"), subject)
    nora.get(back)
    assert nora.get("/profile/security/proof/").headers["Location"] == "/profile/security/"


def test_only_a_linked_provider_is_asked(nora: Client) -> None:
    assert nora.post("/profile/security/proof/nowhere/", ask(nora)).status_code == 404
    assert Client().post(PROOF).headers["Location"].startswith("/accounts/login/")


def test_who_has_a_password_or_a_second_factor_proves_it_with_that(
    nora: Client, elsewhere: Elsewhere, subject: str
) -> None:
    back = elsewhere.agree(leave(nora, PROOF, **ask(nora)), subject)
    give_app(User.objects.get(email=NORA))
    nora.get(back, follow=True)
    page = nora.post(REMOVAL.format("other"))
    assert "Continue with" not in main_words(page)
    carried = unescape(body(page).partition('name="carried" value="')[2].partition('"')[0])
    page = nora.post(REMOVAL.format("other"), {"proof": "provider", "carried": carried})
    assert "Confirm that it is you" in words(page)
    assert SocialAccount.objects.count() == 2


def test_beside_a_second_factor_the_word_of_a_provider_counts_for_a_recovery_only(
    nora: Client, elsewhere: Elsewhere, subject: str
) -> None:
    give_app(User.objects.get(email=NORA))
    back = elsewhere.agree(leave(nora, PROOF, **ask(nora, RECOVERY)), subject)
    assert not Recovery.objects.exists()
    nora.get(back, follow=True)
    assert "Confirm that it is you" in words(nora.post(REMOVAL.format("other")))
    assert "The request is waiting until" in go_on(nora)
    assert Recovery.objects.get().user.email == NORA
    assert "Confirm that it is you" in words(nora.post(REMOVAL.format("other")))


def test_who_has_a_password_is_not_sent_to_a_provider(nora: Client) -> None:
    user = User.objects.get(email=NORA)
    user.set_password("quartz-meadow-58")
    user.save()
    nora.force_login(user)
    assert nora.post(PROOF).status_code == 404


def test_a_form_of_another_address_does_not_open_here(nora: Client, elsewhere: Elsewhere, subject: str) -> None:
    carried = ask(nora)["carried"]
    nora.get(elsewhere.agree(leave(nora, PROOF, carried=carried, address=REMOVAL.format("example")), subject))
    assert "That took too long." in go_on(nora)
    assert SocialAccount.objects.count() == 2


@pytest.mark.parametrize(
    "address", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "", "/\\evil.example"]
)
def test_one_goes_on_to_a_page_of_ours_only(nora: Client, address: str) -> None:
    """ATTACKS 18."""
    answer = nora.post(PROOF, {"carried": ask(nora)["carried"], "address": address})
    assert answer.headers["Location"] == "/profile/security/"


def test_without_an_errand_there_is_nothing_to_go_on_with(nora: Client) -> None:
    assert nora.get("/profile/security/proof/").headers["Location"] == "/profile/security/"


def test_who_has_no_way_to_prove_it_is_led_to_a_password(nora: Client, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {}
    page = nora.post(REMOVAL.format("other"))
    assert "Choose one by mail first; you sign in again with it." in main_words(page)
    assert "/accounts/password/reset/" in links(page)
