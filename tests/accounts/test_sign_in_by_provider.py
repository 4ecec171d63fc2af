"""Signing up and in by a provider, against a real OpenID Connect one."""

import logging

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from pytest_django import Settings

from accounts.actions import lock_account
from accounts.models import User
from audit.actors import Actor
from audit.models import Event
from console.providers import for_allauth
from organizations.models import Membership
from tests.accounts.providing import CALLBACK, LOGIN, continue_with, leave
from tests.accounts.signing import PASSWORD, is_signed_in, make_user, sign_in, sign_up, verification_link
from tests.cast import Cast
from tests.fixtures.providers import Elsewhere, offer
from tests.reading import body, links, mails_to, posts, words

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

NORA = "nora.new@example.com"


def denials() -> list[str]:
    events = Event.objects.filter(action="account.signed_in", outcome=Event.Outcome.DENIED).order_by("id")
    return [event.after["code"] for event in events]


def test_what_is_not_configured_is_not_there() -> None:
    assert "Continue with" not in words(Client().get("/accounts/login/"))
    for path in ("google", "github", "oidc/example"):
        for page in ("login/", "login/callback/"):
            assert Client().get(f"/accounts/{path}/{page}").status_code == 404


def test_each_provider_has_a_button_where_one_signs_in_and_up(elsewhere: Elsewhere) -> None:
    for path in ("/accounts/login/", "/accounts/signup/"):
        page = Client().get(path)
        assert "Continue with Example" in words(page)
        assert LOGIN.format("example") in posts(page)
        assert f"form-action &#x27;self&#x27; {elsewhere.url}".replace("&#x27;", "'") in page.headers[
            "Content-Security-Policy"
        ]


def test_who_is_new_signs_up_with_one_button(elsewhere: Elsewhere) -> None:
    client = Client()
    subject = elsewhere.knows(NORA, given_name="Nora", family_name="New", preferred_username="nora")
    answer = continue_with(client, elsewhere, subject, next="/profile/preferences/")
    assert answer.headers["Location"] == "/profile/preferences/"
    assert is_signed_in(client)
    nora = User.objects.get(email=NORA)
    assert nora.name == "Nora New"
    assert not nora.has_usable_password()
    assert list(nora.verified_addresses()) == [NORA]
    assert Membership.objects.filter(user=nora).count() == 1
    assert mails_to(NORA) == []
    names = set(Event.objects.filter(subject_id=nora.pk).values_list("action", flat=True))
    assert names >= {"account.created", "account.address_verified", "account.signed_in"}


def test_of_what_the_provider_tells_a_name_is_kept_and_no_token(elsewhere: Elsewhere) -> None:
    continue_with(Client(), elsewhere, elsewhere.knows(NORA, preferred_username="nora", phone_number="+33 1 23"))
    assert SocialAccount.objects.get().extra_data == {"name": NORA}
    assert not SocialToken.objects.exists()


def test_the_next_time_one_is_in_again_and_keeps_ones_own_name(elsewhere: Elsewhere) -> None:
    subject = elsewhere.knows(NORA, given_name="Nora", family_name="New")
    continue_with(Client(), elsewhere, subject)
    User.objects.filter(email=NORA).update(first_name="Eleonora")
    elsewhere.knows("renamed@example.com", subject=subject, given_name="Other", family_name="Name")
    client = Client()
    continue_with(client, elsewhere, subject)
    assert is_signed_in(client)
    assert User.objects.get(email=NORA).first_name == "Eleonora"
    assert not User.objects.filter(email="renamed@example.com").exists()


def test_the_same_subject_at_another_provider_is_somebody_else(elsewhere: Elsewhere) -> None:
    """ATTACKS 7."""
    subject = elsewhere.knows(NORA)
    continue_with(Client(), elsewhere, subject)
    client = Client()
    page = continue_with(client, elsewhere, subject, provider="other", follow=True)
    assert "You have an account already" in words(page)
    assert not is_signed_in(client)


def test_somebody_elses_user_name_opens_nothing(elsewhere: Elsewhere) -> None:
    """ATTACKS 7."""
    continue_with(Client(), elsewhere, elsewhere.knows(NORA, preferred_username="nora"))
    client = Client()
    continue_with(client, elsewhere, elsewhere.knows("eve@example.com", preferred_username="nora"))
    assert User.objects.get(email="eve@example.com").pk != User.objects.get(email=NORA).pk


@pytest.mark.parametrize("claim", [False, "false", None, 0])
def test_an_address_that_the_provider_does_not_vouch_for_is_verified_by_mail(elsewhere: Elsewhere, claim: object) -> None:
    client = Client()
    answer = continue_with(client, elsewhere, elsewhere.knows(NORA, verified=claim))
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    client.post(verification_link(NORA))
    assert is_signed_in(client)


def test_an_address_that_the_provider_does_not_vouch_for_joins_no_account(elsewhere: Elsewhere) -> None:
    make_user(NORA)
    client, stranger = Client(), Client()
    answer = continue_with(client, elsewhere, elsewhere.knows(NORA, verified=False))
    as_if_new = continue_with(stranger, elsewhere, elsewhere.knows("unknown@example.com", verified=False))
    assert (answer.status_code, answer.headers["Location"]) == (as_if_new.status_code, as_if_new.headers["Location"])
    assert [mail.kind for mail in mails_to(NORA)] == ["account-exists"]
    assert not is_signed_in(client)
    assert SocialAccount.objects.filter(user__email=NORA).count() == 0


def test_who_owns_the_address_here_is_asked_to_sign_in_and_link(elsewhere: Elsewhere) -> None:
    make_user(NORA)
    client = Client()
    page = continue_with(client, elsewhere, elsewhere.knows(NORA), follow=True, next="/profile/preferences/")
    assert "Sign in to it the way you usually do, then link Example on its security page." in words(page)
    assert "/accounts/login/?next=%2Fprofile%2Fpreferences%2F" in links(page)
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert denials() == ["address-taken"]


def test_a_second_address_of_an_account_is_its_own_too(cast: Cast, elsewhere: Elsewhere) -> None:
    EmailAddress.objects.create(user=cast.mia.user, email=NORA, verified=True)
    client = Client()
    assert "You have an account already" in words(continue_with(client, elsewhere, elsewhere.knows(NORA), follow=True))
    assert not is_signed_in(client)


def test_an_account_that_only_claimed_the_address_is_taken_over(elsewhere: Elsewhere) -> None:
    """ATTACKS 4: Mallory signed up with Vera's address first, and waits."""
    mallory = Client()
    sign_up(mallory, NORA)
    claimed = User.objects.get(email=NORA)
    vera = Client()
    continue_with(vera, elsewhere, elsewhere.knows(NORA, given_name="Vera"))
    assert is_signed_in(vera)
    assert User.objects.get(email=NORA).pk == claimed.pk
    sign_in(mallory, NORA, PASSWORD)
    assert not is_signed_in(mallory)
    assert User.objects.get(email=NORA).first_name == "Vera"


def test_an_account_that_was_planted_by_a_provider_is_taken_over_too(elsewhere: Elsewhere) -> None:
    """ATTACKS 4 and 5: the login that Mallory has linked is dead, for the provider that vouches and for a reset."""
    planted = elsewhere.knows(NORA, verified=False, given_name="Mallory")
    mallory = Client()
    continue_with(mallory, elsewhere, planted, provider="other")
    continue_with(Client(), elsewhere, elsewhere.knows(NORA))
    again = Client()
    continue_with(again, elsewhere, planted, provider="other")
    assert not is_signed_in(again)
    assert not is_signed_in(mallory)
    assert [account.provider for account in SocialAccount.objects.filter(user__email=NORA)] == ["example"]
    assert User.objects.get(email=NORA).first_name == ""


def test_somebody_elses_unverified_claim_keeps_nobody_out(cast: Cast, elsewhere: Elsewhere) -> None:
    EmailAddress.objects.create(user=cast.sam.user, email=NORA, verified=False)
    client = Client()
    continue_with(client, elsewhere, elsewhere.knows(NORA))
    assert is_signed_in(client)
    assert User.objects.get(email=NORA).pk != cast.sam.user.pk


def test_without_an_address_one_is_asked_for_and_verified(elsewhere: Elsewhere) -> None:
    client = Client()
    answer = continue_with(client, elsewhere, elsewhere.knows(name="Nora New"))
    assert answer.headers["Location"] == "/accounts/3rdparty/signup/"
    page = client.get("/accounts/3rdparty/signup/")
    assert "Example did not tell us your e-mail address." in words(page)
    assert "Enter an e-mail address" in words(client.post("/accounts/3rdparty/signup/", {"email": "nora"}))
    assert "access_token" not in str(dict(client.session))
    client.post("/accounts/3rdparty/signup/", {"email": NORA})
    assert not is_signed_in(client)
    client.post(verification_link(NORA))
    assert is_signed_in(client)
    assert User.objects.get(email=NORA).name == "Nora New"


def test_the_address_that_one_gives_is_told_of_no_account(elsewhere: Elsewhere) -> None:
    make_user(NORA)
    client = Client()
    continue_with(client, elsewhere, elsewhere.knows())
    answer = client.post("/accounts/3rdparty/signup/", {"email": NORA})
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert [mail.kind for mail in mails_to(NORA)] == ["account-exists"]
    assert not SocialAccount.objects.exists()


def test_a_look_alike_address_is_none(elsewhere: Elsewhere) -> None:
    answer = continue_with(Client(), elsewhere, elsewhere.knows("k\u0131m@mik.example"))
    assert answer.headers["Location"] == "/accounts/3rdparty/signup/"


def test_a_locked_account_stays_locked(elsewhere: Elsewhere) -> None:
    subject = elsewhere.knows(NORA)
    continue_with(Client(), elsewhere, subject)
    lock_account(user=User.objects.get(email=NORA), by=Actor.system())
    client = Client()
    assert continue_with(client, elsewhere, subject).headers["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


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


@pytest.mark.parametrize("query", ["", "?code=a", "?code=a&state=made-up", "?error=server_error", "?state=", "?code=%00"])
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


@pytest.mark.parametrize("there", ["//evil.example", "https:evil.example", "javascript:alert(1)", "https://evil.example/"])
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
    statuses = [client.get(CALLBACK.format("example")).status_code for _ in range(32)]
    assert statuses[0] == 302
    assert statuses[-1] == 429
