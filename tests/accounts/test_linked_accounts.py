"""Linked accounts on the security page: link, sign in, unlink (text 002, section 2.2)."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import link_account, unlink_account
from accounts.actions.linked_accounts import Identity
from accounts.models import Passkey, User
from audit.actors import Actor
from audit.models import Event
from console.refusal import Refused
from tests.accounts.providing import CALLBACK, LINKING, REMOVAL, continue_with, leave, link, unlink
from tests.accounts.signing import is_signed_in, make_user, sign_in
from tests.cast import Cast
from tests.fixtures.providers import Elsewhere
from tests.reading import mails_to, main_words, words, words_at

pytestmark = pytest.mark.django_db

NORA = "nora.new@example.com"


@pytest.fixture
def nora(elsewhere: Elsewhere) -> Client:
    """Nora's browser; she has a password and has just signed in."""
    make_user(NORA)
    client = Client()
    sign_in(client, NORA)
    return client


def card(client: Client) -> str:
    return words_at(client.get("/profile/security/"), "id", "linked-accounts")


def test_without_providers_there_is_no_card(cast: Cast) -> None:
    assert card(cast.mia.client) == ""


def test_one_links_signs_in_and_unlinks(nora: Client, elsewhere: Elsewhere) -> None:
    subject = elsewhere.knows("nora@elsewhere.example")
    assert "Example Not linked Link" in card(nora)
    assert "Your account at Example is linked." in words(link(nora, elsewhere, subject))
    assert "Example nora@elsewhere.example Linked just now · last used just now Unlink" in card(nora)
    other = Client()
    continue_with(other, elsewhere, subject)
    assert is_signed_in(other)
    unlink(nora)
    assert "Example Not linked" in card(nora)
    assert not SocialAccount.objects.exists()


def test_one_is_told_by_mail_and_it_stands_in_the_log(nora: Client, elsewhere: Elsewhere) -> None:
    link(nora, elsewhere, elsewhere.knows("nora@elsewhere.example"))
    unlink(nora)
    linked, unlinked = mails_to(NORA, "provider-linked")[0], mails_to(NORA, "provider-unlinked")[0]
    assert linked.subject == "Account at Example linked"
    assert "Your account now opens with nora@elsewhere.example at Example too." in linked.text
    assert "Your account no longer opens with nora@elsewhere.example at Example." in unlinked.text
    events = Event.objects.filter(subject_id=User.objects.get(email=NORA).pk, action__startswith="account.provider")
    assert [(event.action, event.after) for event in events.order_by("id")] == [
        ("account.provider_linked", {"provider": "example"}),
        ("account.provider_unlinked", {"provider": "example"}),
    ]


def test_linking_asks_for_a_fresh_proof(nora: Client, elsewhere: Elsewhere) -> None:
    session = nora.session
    session["proven_at"] = timezone.now().timestamp() - 3600
    session.save()
    for path in (LINKING.format("example"), REMOVAL.format("example")):
        page = nora.post(path)
        assert "Confirm that it is you" in main_words(page)


def test_a_link_or_a_sign_in_links_nothing(nora: Client, elsewhere: Elsewhere) -> None:
    """ATTACKS 6."""
    assert nora.get(LINKING.format("example")).headers["Location"] == "/profile/security/"
    assert nora.get(REMOVAL.format("example")).headers["Location"] == "/profile/security/"
    assert nora.get("/accounts/oidc/example/login/?process=connect").headers["Location"] == "/"
    visitor = Client()
    address = leave(visitor, "/accounts/oidc/example/login/?process=connect", process="connect")
    sign_in(visitor, NORA)
    visitor.get(elsewhere.agree(address, elsewhere.knows("mallory@example.com")))
    assert not SocialAccount.objects.filter(user__email=NORA).exists()


def test_the_way_back_links_only_for_who_left(nora: Client, cast: Cast, elsewhere: Elsewhere) -> None:
    """ATTACKS 6."""
    back = elsewhere.agree(leave(nora, LINKING.format("example")), elsewhere.knows("mallory@example.com"))
    for other in (cast.mia.client, Client()):
        assert "That did not work with Example" in main_words(other.get(back, follow=True))
    nora.post("/accounts/logout/")
    assert "That did not work with Example" in main_words(nora.get(back, follow=True))
    assert not SocialAccount.objects.exists()


def test_what_opens_another_account_is_not_linked(nora: Client, elsewhere: Elsewhere) -> None:
    subject = elsewhere.knows("olga@example.com")
    continue_with(Client(), elsewhere, subject)
    page = link(nora, elsewhere, subject)
    assert "This account at Example opens another account here." in words(page)
    assert "Not linked" in card(nora)
    denied = Event.objects.get(action="account.provider_linked", outcome=Event.Outcome.DENIED)
    assert denied.after == {"code": "linked-elsewhere"}


def test_a_second_account_of_the_same_provider_needs_the_first_unlinked(nora: Client, elsewhere: Elsewhere) -> None:
    link(nora, elsewhere, elsewhere.knows("one@example.com"))
    page = link(nora, elsewhere, elsewhere.knows("two@example.com"))
    assert "Another account at Example is linked already. Unlink it first." in words(page)
    assert "one@example.com" in card(nora)


def test_linking_twice_changes_nothing(nora: Client, elsewhere: Elsewhere) -> None:
    subject = elsewhere.knows("one@example.com")
    link(nora, elsewhere, subject)
    link(nora, elsewhere, subject)
    assert SocialAccount.objects.count() == 1
    assert len(mails_to(NORA, "provider-linked")) == 1


def test_the_providers_address_is_not_added_to_the_account(nora: Client, elsewhere: Elsewhere) -> None:
    link(nora, elsewhere, elsewhere.knows("nora@elsewhere.example"))
    assert not User.objects.owning("nora@elsewhere.example").exists()


def test_the_last_way_in_stays(elsewhere: Elsewhere) -> None:
    client = Client()
    continue_with(client, elsewhere, elsewhere.knows(NORA))
    page = unlink(client)
    assert "It is your only way to sign in." in words(page)
    link(client, elsewhere, elsewhere.knows("nora@elsewhere.example"), provider="other")
    unlink(client)
    assert [account.provider for account in SocialAccount.objects.all()] == ["other"]
    assert "It is your only way to sign in." in words(unlink(client, "other"))


def test_a_passkey_is_a_way_in_too(elsewhere: Elsewhere) -> None:
    client = Client()
    continue_with(client, elsewhere, elsewhere.knows(NORA))
    nora = User.objects.get(email=NORA)
    # Made without a device: what it says of itself counts.
    Passkey.objects.bulk_create([Passkey(user=nora, name="Laptop", credential_id=b"1", public_key=b"2", verifies=True)])
    unlink_account(user=nora, provider="example", by=Actor.system())
    assert not SocialAccount.objects.exists()


def test_a_provider_that_is_no_longer_offered_is_no_way_in_but_can_be_unlinked(
    elsewhere: Elsewhere, settings: Settings
) -> None:
    client = Client()
    continue_with(client, elsewhere, elsewhere.knows(NORA))
    link(client, elsewhere, elsewhere.knows("b@example.com"), provider="other")
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps[:1]}}
    assert "other No longer offered b@example.com" in card(client)
    assert client.post(LINKING.format("other")).status_code == 404
    assert "It is your only way to sign in." in words(unlink(client))
    unlink(client, "other")
    assert [account.provider for account in SocialAccount.objects.all()] == ["example"]


def test_nobody_unlinks_what_is_not_theirs(nora: Client, elsewhere: Elsewhere) -> None:
    continue_with(Client(), elsewhere, elsewhere.knows("olga@example.com"))
    assert "No account at Example is linked." in words(unlink(nora))
    assert SocialAccount.objects.count() == 1


def test_an_identity_opens_one_account_only(cast: Cast, elsewhere: Elsewhere) -> None:
    identity = Identity(provider="example", uid="1", name="one")
    link_account(user=cast.mia.user, identity=identity, by=cast.mia.actor())
    with pytest.raises(Refused):
        link_account(user=cast.sam.user, identity=identity, by=cast.sam.actor())
    assert SocialAccount.objects.get().user == cast.mia.user


def test_who_cancels_while_linking_comes_back_to_security(nora: Client, elsewhere: Elsewhere) -> None:
    page = nora.get(elsewhere.refuse(leave(nora, LINKING.format("example"))), follow=True)
    assert "You did not continue with Example" in main_words(page)
    assert "Back to your security page" in main_words(page)
    denied = Event.objects.get(action="account.provider_linked", outcome=Event.Outcome.DENIED)
    assert denied.subject_id == User.objects.get(email=NORA).pk


def test_a_made_up_way_back_leaves_one_signed_in(nora: Client, elsewhere: Elsewhere) -> None:
    nora.get(CALLBACK.format("example"), {"code": "a", "state": "b"})
    assert is_signed_in(nora)
