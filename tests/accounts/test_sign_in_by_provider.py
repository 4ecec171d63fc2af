"""Signing up and in by a provider, against a real OpenID Connect one."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from accounts.actions import lock_account
from accounts.models import User
from audit.actors import Actor
from audit.models import Event
from organizations.models import Membership
from tests.accounts.providing import LOGIN, continue_with, denials
from tests.accounts.signing import (
    PASSWORD,
    choose_password,
    is_signed_in,
    make_user,
    reset_link,
    sign_in,
    sign_up,
    verification_link,
)
from tests.cast import Cast
from tests.fixtures.providers import Elsewhere
from tests.reading import links, mails_to, posts, words

pytestmark = pytest.mark.django_db

NORA = "nora.new@example.com"


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
        assert (
            f"form-action &#x27;self&#x27; {elsewhere.url}".replace("&#x27;", "'")
            in page.headers["Content-Security-Policy"]
        )


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
def test_an_address_that_the_provider_does_not_vouch_for_is_verified_by_mail(
    elsewhere: Elsewhere, claim: object
) -> None:
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


def test_after_signing_in_one_is_where_one_links(elsewhere: Elsewhere) -> None:
    make_user(NORA)
    page = continue_with(Client(), elsewhere, elsewhere.knows(NORA), follow=True)
    assert "/accounts/login/?next=%2Fprofile%2Fsecurity%2F" in links(page)


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


def test_a_reset_drops_the_login_that_somebody_planted(elsewhere: Elsewhere) -> None:
    """ATTACKS 5: Mallory signed up by a provider that does not vouch for Vera's address."""
    planted = elsewhere.knows(NORA, verified=False)
    continue_with(Client(), elsewhere, planted)
    vera = Client()
    vera.post("/accounts/password/reset/", {"email": NORA})
    choose_password(vera, reset_link(NORA), "a passphrase of her own")
    mallory = Client()
    assert continue_with(mallory, elsewhere, planted).headers["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(mallory)
    assert not SocialAccount.objects.exists()
