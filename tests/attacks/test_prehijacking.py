"""Attacks 1 to 5: an account or an address that was claimed before its owner came."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from organizations.actions import invite_member
from organizations.models import Invitation
from outbox.models import Mail
from tests.accounts.signing import PASSWORD, is_signed_in, prove, reset_link, sign_in, sign_up, verification_link
from tests.cast import Cast
from tests.reading import words

pytestmark = pytest.mark.django_db

VERA = "vera.victim@example.com"
HERS = "a passphrase of her own"


@pytest.fixture
def mallory() -> Client:
    """Mallory's browser, in which he has signed up with Vera's address."""
    client = Client()
    sign_up(client, VERA)
    return client


def invited(cast: Cast) -> Invitation:
    return invite_member(organization=cast.acme, email=VERA, role="admin", by=cast.olivia.actor(cast.acme))


def test_vera_opens_the_mail_that_mallory_caused(mallory: Client) -> None:
    vera = Client()
    page = words(vera.post(verification_link(VERA)))
    assert "Sign in first" in page
    assert "Choose a new password" in page
    assert not EmailAddress.objects.get(email=VERA).verified
    assert not is_signed_in(mallory)


def test_vera_signs_up_through_her_invitation_and_mallory_is_out(cast: Cast, mallory: Client) -> None:
    link = f"/invitations/{invited(cast).token('mailed')}/"
    vera = Client()
    vera.get(link)
    answer = vera.post(f"/accounts/signup/?next={link}", {"email": VERA, "password1": HERS, "password2": HERS})
    assert answer.headers["Location"] == link
    assert vera.post(f"{link}acceptance/").headers["Location"] == "/o/acme/"
    assert User.objects.filter(email=VERA).count() == 1
    assert not is_signed_in(mallory)
    sign_in(mallory, VERA, PASSWORD)
    assert not is_signed_in(mallory)
    assert is_signed_in(vera)


def test_the_copied_link_takes_over_nothing(cast: Cast, mallory: Client) -> None:
    other = Client()
    other.get(f"/invitations/{invited(cast).token('copied')}/")
    other.post("/accounts/signup/", {"email": VERA, "password1": HERS, "password2": HERS})
    assert not is_signed_in(other)
    assert not EmailAddress.objects.get(email=VERA).verified


def test_a_verified_account_is_never_taken_over(cast: Cast) -> None:
    invitation = invite_member(
        organization=cast.rival, email="mia.member@example.com", role="member", by=cast.rita.actor(cast.rival)
    )
    before = User.objects.get(pk=cast.mia.user.pk).password
    client = Client()
    client.get(f"/invitations/{invitation.token('mailed')}/")
    client.post("/accounts/signup/", {"email": "mia.member@example.com", "password1": HERS, "password2": HERS})
    assert not is_signed_in(client)
    assert User.objects.get(pk=cast.mia.user.pk).password == before


def test_an_address_is_added_only_by_who_is_in_the_account(cast: Cast) -> None:
    link = f"/invitations/{invited(cast).token('copied')}/"
    prove(cast.sam.client).post(f"{link}address/")
    mail = Mail.objects.get(to=VERA, kind="verification")
    assert "Sam Stranger <sam.stranger@example.com> wants to use this address, too." in mail.text
    for browser in (Client(), cast.mia.client):
        browser.post(verification_link(VERA))
        assert not EmailAddress.objects.get(email=VERA).verified
    assert is_signed_in(cast.mia.client)
    cast.sam.client.post(verification_link(VERA))
    assert EmailAddress.objects.get(email=VERA).verified


def test_somebody_elses_claim_does_not_use_up_the_mail_of_a_sign_up(cast: Cast) -> None:
    prove(cast.sam.client).post(f"/invitations/{invited(cast).token('copied')}/address/")
    sign_up(Client(), VERA)
    assert Mail.objects.filter(to=VERA, kind="verification").count() == 2


def test_a_reset_drops_what_was_planted(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.mia.user, email="planted@evil.example", verified=False)
    client = Client()
    client.post("/accounts/password/reset/", {"email": "mia.member@example.com"})
    page = client.get(reset_link("mia.member@example.com")).headers["Location"]
    client.post(page, {"password1": HERS, "password2": HERS})
    assert list(EmailAddress.objects.filter(user=cast.mia.user).values_list("email", flat=True)) == [
        "mia.member@example.com"
    ]


@pytest.mark.parametrize(
    "email", ["k\u0131m@mik.example", "kim@m\u0131k.example", "\uff4bim@mik.example", "kim@fa\u00df.example"]
)
def test_a_look_alike_of_an_invited_address_is_no_address(cast: Cast, email: str) -> None:
    sign_up(Client(), email)
    assert User.objects.filter(memberships__isnull=False).exclude(email__endswith="@example.com").count() == 0
    answer = cast.olivia.client.post("/o/acme/members/invitations/new/", {"email": email, "role": "member"})
    assert "Enter an e-mail address such as name@example.com." in words(answer)


def test_a_look_alike_that_is_there_already_is_not_the_invited_one(cast: Cast) -> None:
    invitation = invite_member(
        organization=cast.acme, email="kim@mik.example", role="admin", by=cast.olivia.actor(cast.acme)
    )
    EmailAddress.objects.create(user=cast.sam.user, email="kim@m\u0131k.example", verified=True)
    cast.sam.client.post(f"/invitations/{invitation.token('copied')}/acceptance/")
    assert not cast.acme.memberships.filter(user=cast.sam.user).exists()


def test_answers_to_programs_repeat_no_password() -> None:
    answer = Client().post(
        "/accounts/login/",
        {"login": "nobody@example.com", "password": "not-to-be-repeated"},
        headers={"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"},
    )
    assert "not-to-be-repeated" not in answer.text
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("content_type", ["multipart/form-data", "text/plain; charset=utf-7"])
def test_a_malformed_body_on_an_unknown_address_is_no_error_of_ours(content_type: str) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["csrftoken"] = "a" * 32
    assert client.post("/nowhere/", b"x", content_type=content_type).status_code < 500
